import type { Checkup } from '../checkup.ts'
import type { BucketProbe } from '../ports.ts'
import { note, ok, type CheckResult } from '../checkResult.ts'
import { wholeBody } from '../../transfer/wholeBody.ts'
import type { Kept } from './permissions.ts'
import { someBytes, type ThrowAways } from './throwAways.ts'

const megabyte = 1_000_000
const pings = 5
/** Each of the two measurements ends after this, or after so many bytes. */
const measureMs = 3_000
const mostBytes = 48 * megabyte
/** One piece takes about half a second, so that a slow line answers too. */
const pieceMs = 500
const [smallestPiece, largestPiece] = [64_000, 4 * megabyte]
const streams = 8
/** The whole diagnostic: slow lines are what it is for. */
const limitMs = 60_000

/** Below this, more files at the same time wait for one another. */
const slowLine = 1 * megabyte

/** How soon the service answers, how fast bytes go there, alone and side by side, and what that means for a run. */
export async function measureSpeed(
  checkup: Checkup,
  probe: BucketProbe,
  throwAways: ThrowAways,
  { head }: Kept,
): Promise<void> {
  await checkup.run('bucket.speed', (signal) => speed(probe, throwAways, head.key, signal), { limitMs })
}

async function speed(
  probe: BucketProbe,
  throwAways: ThrowAways,
  key: string,
  signal: AbortSignal,
): Promise<CheckResult<null>> {
  const latency = await latencyOf(probe, key, signal)
  const first = await upload(probe, throwAways, someBytes(2 * smallestPiece), 1, signal, 0)
  const size = Math.round(Math.min(largestPiece, Math.max(smallestPiece, (first * pieceMs) / 1_000)))
  const bytes = someBytes(size)
  const single = await upload(probe, throwAways, bytes, 1, signal)
  const side = await upload(probe, throwAways, bytes, streams, signal)
  const best = Math.max(single, side)
  const evidence = [
    `first answer after ${Math.round(latency)} ms`,
    `one file at a time: ${rate(single)}`,
    `${streams} files at a time: ${rate(side)}`,
  ]
  const finding = `${rate(best)}, ${Math.round(latency)} ms.`
  const advice = adviceFor(latency, single, side)
  return advice === null ? ok(null, finding, { evidence }) : note(null, finding, { evidence, words: advice })
}

/** Null: the defaults are right. */
function adviceFor(latency: number, single: number, side: number): string | null {
  if (Math.max(single, side) < slowLine) {
    return 'A slow line: upload 2 files at the same time, and files from 16 MB on in parts, so that little is sent twice after an interruption.'
  }
  if (side > 3 * single || latency > 150) {
    return 'Files side by side are much faster here: upload 16 files at the same time, or 32 where there are many small ones.'
  }
  if (side < 1.2 * single) return 'Files side by side are hardly faster here: 4 at the same time are enough.'
  return null
}

const rate = (bytesPerSecond: number): string =>
  bytesPerSecond >= megabyte
    ? `${(bytesPerSecond / megabyte).toFixed(1)} MB/s`
    : `${Math.max(1, Math.round(bytesPerSecond / 1_000))} kB/s`

/** The middle one of some answers, in milliseconds. */
async function latencyOf(probe: BucketProbe, key: string, signal: AbortSignal): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < pings; count += 1) {
    const began = performance.now()
    // Denied is an answer too.
    await probe.head(key, signal).catch(() => signal.throwIfAborted())
    times.push(performance.now() - began)
  }
  return times.sort((a, b) => a - b)[pings >> 1] ?? 0
}

/** Bytes a second of whole pieces, until time or bytes are used up; at least one piece of each stream. */
async function upload(
  probe: BucketProbe,
  throwAways: ThrowAways,
  bytes: Uint8Array,
  parallel: number,
  signal: AbortSignal,
  forMs = measureMs,
): Promise<number> {
  const began = performance.now()
  let sent = 0
  const stream = async (): Promise<void> => {
    do {
      const put = probe.put(wholeBody(throwAways.head(), bytes), signal)
      await throwAways.follow(put)
      sent += bytes.byteLength
    } while (performance.now() - began < forMs && sent < mostBytes)
  }
  await Promise.all(Array.from({ length: parallel }, stream))
  return (sent * 1_000) / (performance.now() - began)
}
