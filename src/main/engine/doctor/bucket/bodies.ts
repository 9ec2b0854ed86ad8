import { defaultMigrateOptions } from '../../../../shared/run.ts'
import { MigrateError } from '../../errors.ts'
import { usualPartSize } from '../../transfer/fingerprint.ts'
import type { Checkup } from '../checkup.ts'
import type { BucketProbe } from '../ports.ts'
import { failed, ok, warning, type CheckResult } from '../checkResult.ts'

const mebibyte = 1024 ** 2

/** Limits that proxies are given, and so worth trying. */
const sizes = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048].map((it) => it * mebibyte)

/**
 * Whether something in front of the service limits the size of requests (413). Only the head of a request is sent, which
 * announces a body: nothing is stored, whatever the answer. `threshold`: files above it go up in parts.
 */
export async function checkBodies(
  checkup: Checkup,
  probe: BucketProbe,
  threshold = defaultMigrateOptions.multipartThreshold,
): Promise<void> {
  await checkup.run('bucket.bodies', (signal) => bodies(probe, Math.max(threshold, usualPartSize), signal))
}

/** `largest`: that a run sends in one request. */
async function bodies(probe: BucketProbe, largest: number, signal: AbortSignal): Promise<CheckResult<null>> {
  if (await probe.takesBody(largest, signal)) return ok(null, 'Not limited.')
  const smaller = sizes.filter((size) => size < largest)
  // Side by side: a proxy that says nothing to what it would take is waited for each time.
  const areTaken = await Promise.all(smaller.map((size) => probe.takesBody(size, signal)))
  const refused = smaller.find((_, at) => areTaken[at] === false) ?? largest
  const taken = smaller.findLast((size) => size < refused) ?? 0
  const evidence = [`an upload of ${text(refused)} was announced: refused (413)`]
  if (taken >= usualPartSize) {
    return warning(null, `A proxy in front of the storage service refuses uploads of ${text(refused)}.`, {
      evidence,
      words: 'Upload files from 16 MB on in parts, or raise the limit of the proxy (nginx: client_max_body_size 0;).',
    })
  }
  const message = `A proxy in front of the storage service refuses uploads of ${text(refused)}.`
  const error = new MigrateError('S3_BODY_LIMIT', { message, subject: probe.address, scope: 'run' })
  return { ...failed(null, error, { evidence }), finding: message }
}

const text = (bytes: number): string =>
  bytes % mebibyte === 0 ? `${bytes / mebibyte} MiB` : `${Math.round(bytes / 1_000_000)} MB`
