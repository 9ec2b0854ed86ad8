import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { objectPages } from '../listing.ts'
import type { DatabaseInstance, DatabaseMark, ObjectStore } from '../ports.ts'
import { wholeBody } from '../transfer/wholeBody.ts'
import { ownStepPermit } from './permit.ts'

/** Where a bucket says whose it is: outside of every folder that Readur or an audit lists. */
export const claimFolder = 'readur-migrate/owner/'

/** A claim is a few hundred bytes; what is larger was not written by this program. */
const mostBytes = 64 * 1024

/**
 * What a bucket says of its owner. Claims are numbered and never overwritten, since few services can replace an object
 * under a condition, and nearly all can refuse to: the highest number counts.
 */
const claimSchema = z.object({
  format: z.literal(1),
  databaseId: z.uuid(),
  /** Changes with every session that may remove objects; the database holds the same one. */
  nonce: z.string().min(1).max(64),
  identity: z.string().max(200),
  address: z.string().max(500),
  startedAt: z.string().max(100),
  filesSince: z.string().max(100).nullable(),
  claimedAt: z.iso.datetime(),
  /** Where the owner before was reached, after a decision to take the bucket over. */
  takenFrom: z.string().max(500).nullable(),
})
export type Claim = z.infer<typeof claimSchema>

/** `claim` is null where the latest one cannot be understood: then nobody is the owner. */
export interface LatestClaim {
  number: number
  claim: Claim | null
}

const keyOf = (number: number): string => `${claimFolder}${number.toString().padStart(9, '0')}.json`

const numberOf = (key: string): number | null => {
  const digits = /^(\d{9})\.json$/.exec(key.slice(claimFolder.length))?.[1]
  return digits === undefined ? null : Number(digits)
}

/** The bucket's latest claim; null where nobody has claimed it. */
export async function readClaim(
  objects: Pick<ObjectStore, 'list' | 'get'>,
  signal: AbortSignal,
): Promise<LatestClaim | null> {
  const latest = await latestNumber(objects, signal)
  return latest === 0 ? null : { number: latest, claim: await readOne(objects, latest, signal) }
}

/** 0 where there is no claim. */
async function latestNumber(objects: Pick<ObjectStore, 'list'>, signal: AbortSignal): Promise<number> {
  let latest = 0
  for await (const page of objectPages(objects, claimFolder, signal)) {
    for (const { key } of page) latest = Math.max(latest, numberOf(key) ?? 0)
  }
  return latest
}

async function readOne(objects: Pick<ObjectStore, 'get'>, number: number, signal: AbortSignal): Promise<Claim | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of objects.get(keyOf(number), signal)) {
    size += chunk.byteLength
    if (size > mostBytes) return null
    chunks.push(chunk)
  }
  try {
    return claimSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    return null
  }
}

/** The claim that this database would write. */
export const claimFor = (
  mark: Pick<DatabaseMark, 'id'>,
  instance: DatabaseInstance,
  takenFrom: string | null,
): Claim => ({
  format: 1,
  databaseId: mark.id,
  nonce: randomUUID(),
  ...instance,
  claimedAt: new Date().toISOString(),
  takenFrom,
})

/** Writes the next claim, and forgets the one before. Null when somebody else was faster. */
export async function writeClaim(
  objects: Pick<ObjectStore, 'list' | 'put' | 'get' | 'remove'>,
  after: number,
  claim: Claim,
  signal: AbortSignal,
): Promise<LatestClaim | null> {
  const number = after + 1
  const body = Buffer.from(JSON.stringify(claim, null, 2))
  const head = { key: keyOf(number), contentType: 'application/json', metadata: {} }
  await objects.put(wholeBody(head, body), signal)
  // Read back: a first try may have arrived without its answer, and not every service refuses to overwrite.
  if ((await readOne(objects, number, signal))?.nonce !== claim.nonce) return null
  // Others may have claimed it twice since it was looked at, and removed the claim that would have been in the way.
  if (!(await isLatest(objects, number, signal))) {
    await objects.remove(head.key, ownStepPermit(), signal).catch(() => undefined)
    return null
  }
  // An older claim means nothing, so one that cannot be removed does no harm.
  if (after > 0) await objects.remove(keyOf(after), ownStepPermit(), signal).catch(() => undefined)
  return { number, claim }
}

/** Nobody has claimed the bucket after this claim. The next number alone does not tell: its claim goes with the one after it. */
export async function isLatest(
  objects: Pick<ObjectStore, 'list'>,
  number: number,
  signal: AbortSignal,
): Promise<boolean> {
  return (await latestNumber(objects, signal)) === number
}
