import { setTimeout } from 'node:timers/promises'
import type {
  DeleteObjectCommand,
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  S3Client,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3'
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner'
import type { DeserializeMiddleware, FinalizeRequestMiddleware, HttpRequest } from '@smithy/types'
import { z } from 'zod'
import type { Permit } from '../../engine/ports.ts'

/** A service refuses what is older than its limit; its clock and its network may be late by this much. */
const graceMs = 500

/** Headers of an ordinary signature, which a signature in the address replaces. */
const signatureHeaders = ['authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token']

/** What the SDK hands to the step that sends it. */
const requestSchema = z.custom<HttpRequest>((value) => requestShape.safeParse(value).success)
const requestShape = z.looseObject({
  method: z.string(),
  hostname: z.string(),
  headers: z.record(z.string(), z.string()),
})
const responseShape = z.looseObject({ headers: z.looseObject({ date: z.string().optional() }) })

/**
 * Requests that the service itself refuses when they arrive too late: signed in the address, with a date and a number of
 * seconds for which the signature is good (S3, “Authenticating requests: using query parameters”). The date is that of
 * the proof and not of the sending, so a process that slept in between sends what is void.
 */
export class ExpiringRequests {
  readonly #presigner: S3RequestPresigner
  /** The service's clock minus ours. */
  #offsetMs = 0

  constructor({ config, middlewareStack }: S3Client) {
    const { region, credentials, sha256 } = config
    this.#presigner = new S3RequestPresigner({ region, credentials, sha256 })
    const readClock: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => async (args) => {
      const result = await next(args)
      const date = Date.parse(responseShape.safeParse(result.response).data?.headers.date ?? '')
      if (!Number.isNaN(date)) this.#offsetMs = date - Date.now()
      return result
    }
    middlewareStack.addRelativeTo(readClock, {
      relation: 'after',
      toMiddleware: 'deserializerMiddleware',
      name: 'serviceClock',
    })
  }

  /** Makes a command expire with the permit; sent later than that, it throws PERMIT_EXPIRED. */
  apply(command: DeleteObjectCommand, permit: Permit): void {
    const sign: FinalizeRequestMiddleware<DeleteObjectCommandInput, DeleteObjectCommandOutput> =
      (next) => async (args) => {
        const request = await this.#sign(requestSchema.parse(args.request), permit)
        permit.assertFresh()
        return next({ ...args, request })
      }
    command.middlewareStack.addRelativeTo(sign, {
      relation: 'after',
      toMiddleware: 'httpSigningMiddleware',
      name: 'expiringSignature',
    })
  }

  #sign(request: HttpRequest, { provedAt, expiresAt }: Permit): Promise<HttpRequest> {
    for (const name of signatureHeaders) Reflect.deleteProperty(request.headers, name)
    return this.#presigner.presign(request, {
      signingDate: new Date(provedAt + this.#offsetMs),
      expiresIn: Math.ceil((expiresAt - provedAt) / 1000),
    })
  }
}

/** Resolves when no request of this permit can be carried out any more. */
export async function untilExpired({ expiresAt, isHarmless }: Permit, signal: AbortSignal): Promise<void> {
  if (isHarmless) return
  await setTimeout(Math.max(0, expiresAt + graceMs - Date.now()), undefined, { signal }).catch(() => undefined)
}
