import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3'
import { z } from 'zod'
import type { BucketKeeping, KeepingRule } from '../../engine/doctor/ports.ts'
import { statusOf } from './s3Errors.ts'

/** `otherwise` where the service refuses to say, or has no such thing (501 of s3rver). Throws what the SDK throws where nothing was answered. */
const unlessRefused = <T, O>(asked: Promise<T>, otherwise: (status: number) => O): Promise<T | O> =>
  asked.catch((error: unknown) => {
    const status = statusOf(error)
    if (status === undefined) throw error
    return otherwise(status)
  })

/** Whether old versions of objects are kept; null where the service does not say. */
export function keepsVersions(client: S3Client, bucket: string, abortSignal: AbortSignal): Promise<boolean | null> {
  const asked = client.send(new GetBucketVersioningCommand({ Bucket: bucket }), { abortSignal })
  return unlessRefused(
    asked.then(({ Status }) => Status === 'Enabled'),
    () => null,
  )
}

/** What the bucket does with objects by itself. */
export async function keepingOf(client: S3Client, bucket: string, abortSignal: AbortSignal): Promise<BucketKeeping> {
  const about = { Bucket: bucket }
  const absent = (status: number): boolean => status === 404
  const [versions, lock, rules] = await Promise.all([
    keepsVersions(client, bucket, abortSignal),
    unlessRefused(
      client.send(new GetObjectLockConfigurationCommand(about), { abortSignal }).then(({ ObjectLockConfiguration }) => {
        const { Mode, Days, Years } = ObjectLockConfiguration?.Rule?.DefaultRetention ?? {}
        return Mode === undefined
          ? null
          : `${Mode}, ${Days === undefined ? `${Years ?? 0} years` : Days === 1 ? '1 day' : `${Days} days`}`
      }),
      () => null,
    ),
    unlessRefused(
      client
        .send(new GetBucketLifecycleConfigurationCommand(about), { abortSignal })
        .then(({ Rules = [] }) => Rules.filter(({ Status }) => Status === 'Enabled').map(ruleOf)),
      (status) => (absent(status) ? [] : null),
    ),
  ])
  return { versions, lock, rules }
}

const formerRule = z.looseObject({ Prefix: z.string().default('') })

function ruleOf({ ID, Filter, Expiration, Transitions = [], ...rule }: LifecycleRule): KeepingRule {
  const { And, Tag, ...plain } = Filter ?? {}
  // Rules of old have their prefix outside of a filter.
  const { Prefix: former } = formerRule.parse(rule)
  const expires = Expiration?.Date?.toISOString().slice(0, 10) ?? null
  return {
    name: ID ?? '',
    prefix: And?.Prefix ?? plain.Prefix ?? former,
    isTagged: Tag !== undefined || (And?.Tags ?? []).length > 0,
    deletes: Expiration?.Days === undefined ? expires && `on ${expires}` : `after ${Expiration.Days} days`,
    movesTo: Transitions.flatMap(({ StorageClass }) => (StorageClass === undefined ? [] : [StorageClass])),
  }
}
