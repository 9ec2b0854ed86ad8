import type { ErrorCode } from '../../../../shared/errors.ts'
import { asMigrateError, type MigrateError } from '../../errors.ts'
import type { BucketProbe } from '../ports.ts'
import { blocking, type CheckResult } from '../checkResult.ts'

/** As long as another address is waited for. */
const tryMs = 3_000

/** An address that may be meant instead, and what is wrong with the one that was entered. */
interface Guess {
  endpoint: string
  finding: string
}

/** Ports of web consoles, with those where the same programs usually have their S3 API. */
const apiPorts: Record<string, [program: string, port: string]> = {
  9001: ['MinIO', '9000'],
  9090: ['MinIO', '9000'],
  3903: ['Garage', '3900'],
  3909: ['Garage', '3900'],
  8443: ['Ceph', '7480'],
  8888: ['SeaweedFS', '8333'],
  9333: ['SeaweedFS', '8333'],
}

/** Answers that only S3 gives: the address is right, whatever else is not. */
const ofS3 = new Set<ErrorCode>(['S3_ACCESS_DENIED', 'S3_WRONG_REGION', 'S3_WRONG_SECRET', 'S3_UNKNOWN_KEY'])

type AddressProbe = Pick<BucketProbe, 'endpoint' | 'bucket' | 'nearHosts' | 'tryEndpoint'>

/** Where the address is to blame for an error, and the right one answers: which it is, to be accepted. Null: nothing is known. */
export async function corrected(
  probe: AddressProbe,
  error: MigrateError,
  signal: AbortSignal,
): Promise<CheckResult<null> | null> {
  const { endpoint: was } = probe
  if (was === null) return null
  for (const { endpoint, finding } of guesses(new URL(was), probe, error.code)) {
    if (await answersAt(probe, endpoint, signal)) return correction(was, endpoint, finding, error)
  }
  return null
}

/** Does the work; where it fails for an address that is wrong in a known way, the verdict names the right one. */
export async function orCorrected<T>(
  probe: AddressProbe,
  otherwise: T,
  signal: AbortSignal,
  work: () => Promise<CheckResult<T>>,
): Promise<CheckResult<T>> {
  try {
    return await work()
  } catch (error) {
    const verdict = await corrected(probe, asMigrateError(error), signal)
    if (verdict) return { ...verdict, value: otherwise }
    throw error
  }
}

function* guesses(url: URL, { bucket, nearHosts }: AddressProbe, code: ErrorCode): Generator<Guess> {
  const { hostname, pathname, protocol, port } = url
  if (code === 'S3_SCHEME') {
    const [is, other] = protocol === 'https:' ? ['http', 'https'] : ['https', 'http']
    yield { endpoint: changed(url, { protocol: is }), finding: `The service speaks ${is} there, not ${other}.` }
  }
  if (hostname.startsWith(`${bucket}.`)) {
    const finding = `The storage address already names the bucket “${bucket}”.`
    yield { endpoint: changed(url, { hostname: hostname.slice(bucket.length + 1) }), finding }
  }
  if (pathname !== '/') {
    const isBucket = pathname.replace(/\/$/, '') === `/${bucket}`
    const finding = isBucket
      ? `The storage address already names the bucket “${bucket}”.`
      : `The storage address ends in “${pathname}”, where no S3 API is.`
    yield { endpoint: changed(url, { pathname: '/' }), finding }
  }
  const [program, apiPort] = apiPorts[port] ?? []
  if (program !== undefined && apiPort !== undefined) {
    const finding = `Port ${port} is the web console of ${program}. Its S3 API answers on port ${apiPort}.`
    yield { endpoint: changed(url, { port: apiPort }), finding }
  }
  // An IPv6 address stands in brackets.
  if (code === 'S3_UNREACHABLE' && /^[^.[]+$/.test(hostname) && hostname !== 'localhost') {
    for (const host of nearHosts) {
      const finding = `“${hostname}” is a name inside Docker. From here the service answers at ${host}.`
      yield { endpoint: changed(url, { hostname: host.includes(':') ? `[${host}]` : host }), finding }
    }
  }
}

function changed(url: URL, change: Partial<Pick<URL, 'protocol' | 'hostname' | 'port' | 'pathname'>>): string {
  return Object.assign(new URL(url), change).href.replace(/\/$/, '')
}

async function answersAt(probe: AddressProbe, endpoint: string, signal: AbortSignal): Promise<boolean> {
  try {
    await probe.tryEndpoint(endpoint, AbortSignal.any([signal, AbortSignal.timeout(tryMs)]))
    return true
  } catch (error) {
    signal.throwIfAborted()
    return ofS3.has(asMigrateError(error).code)
  }
}

function correction(was: string, endpoint: string, finding: string, error: MigrateError): CheckResult<null> {
  return {
    ...blocking(null, finding, {
      evidence: [`${was}: ${error.message}`, `${endpoint}: answers as S3`],
      words: `Use ${endpoint} as the storage address.`,
      commands: [{ where: 'this computer', text: `S3_ENDPOINT_URL=${endpoint}` }],
      offers: [
        {
          id: 'set-endpoint',
          label: `Use ${endpoint}`,
          consequence: `The connection is saved with ${endpoint} as its storage address, instead of ${was}. The secret key is kept for it.`,
          action: { kind: 'set variable', name: 'S3_ENDPOINT_URL', value: endpoint, was },
        },
      ],
    }),
    error,
  }
}
