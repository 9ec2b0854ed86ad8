import { isLoopback, portOf } from '../../shared/webAddress.ts'
import { confirmedByUser, inDocker, type ReadurState } from '../../shared/readurState.ts'
import { isOnS3, keyOf } from './keys/readurKeys.ts'
import type { DocumentRow, ObjectStore, ReadurDatabase, ReadurServer } from './ports.ts'
import { sha256Of } from './transfer/fingerprint.ts'
import { throughReadur } from './verify/throughReadur.ts'

/** Where something tells a Readur server to store. */
export interface ToldStorage {
  /** What tells, for people. */
  source: string
  backend: 's3' | 'local'
  /** Empty where none is named. */
  bucket: string
  /** Addresses of the service: as Readur calls it and as it is reached from elsewhere. Empty: Amazon's own. */
  endpoints: readonly string[]
  /** Those of `endpoints` that lead there from its own server alone. */
  onServer: readonly string[]
  /** The address is the container of Readur itself, where no service is. */
  isItself: boolean
  /** Variables that decide it and that Readur reads from 2.9.2 on only, where its version is not known. */
  unsure: readonly string[]
}

/**
 * What Readur does with documents whose objects are in the bucket. `opens`: one that it hands out exactly as the bucket
 * has it. `refuses`: none of those that were tried could be opened.
 */
export type ReadurAnswer = { opens: string } | { refuses: string }

/** All that can tell where a Readur server stores; null for what is not known. */
export interface ReadurEvidence {
  /** What its container was started with. */
  container: ToldStorage | null
  answer: ReadurAnswer | null
  /** The Compose file or the settings that it is started with. */
  settings: ToldStorage | null
  /** The user has said that it uses the bucket. */
  isConfirmed: boolean
  /** Who was asked and did not answer in time, in a sentence; null where all have. */
  silence: string | null
}

export interface BucketPlace {
  bucket: string
  /** Null: Amazon's own. */
  endpoint: string | null
}

/**
 * Where a Readur server stores. What it was started with and what it does go before what files say, and those before the
 * user's word, which counts only where nothing else tells. Files that name the bucket tell nothing certain: whether Readur
 * was restarted with them, only the user can know.
 */
export function readurStateOf(evidence: ReadurEvidence, place: BucketPlace): ReadurState {
  const { container, answer, settings, isConfirmed, silence } = evidence
  const started = container && comparedWith(container, place)
  // A bucket that was mirrored into the uploads folder, or into another bucket, is served from there.
  if (started?.at === 'local' || started?.at === 'elsewhere') return started
  if (answer && 'opens' in answer) return { at: 'bucket', source: `it opens document ${answer.opens} from S3` }
  const written = settings && comparedWith(settings, place)
  const state = started ?? written
  if (state?.at === 'local' || state?.at === 'elsewhere') return state
  if (answer) {
    const named = state?.at === 'bucket' ? ` Its settings name this bucket: was it restarted ${inDocker}?` : ''
    return {
      at: 'unknown',
      why: `It can’t open documents that are on S3: ${answer.refuses}${named}`,
      canConfirm: false,
    }
  }
  if (started?.at === 'bucket') return started
  const mayConfirm = state?.at !== 'unknown' || state.canConfirm
  if (isConfirmed && mayConfirm) return { at: 'bucket', source: confirmedByUser }
  if (state?.at === 'bucket') {
    const why = `Readur’s settings name it (${state.source}). Was it restarted since ${inDocker}?`
    return { at: 'unknown', why, canConfirm: true }
  }
  return state ?? { at: 'unknown', why: silence ?? nothingTells, canConfirm: true }
}

const nothingTells = 'Neither its container nor its own settings can be read from here.'

function comparedWith(told: ToldStorage, place: BucketPlace): ReadurState {
  const { source, backend, bucket, endpoints, isItself, unsure } = told
  if (backend === 'local') return { at: 'local', source }
  if (unsure.length > 0 && bucket === place.bucket) {
    const names = unsure.join(' and ')
    const why = `It is set to S3 by ${names} (${source}). Readur reads that from 2.9.2 on only, and its version is not known. Write S3_ENABLED=true and S3_ENDPOINT_URL, which every version reads.`
    return { at: 'unknown', why, canConfirm: true }
  }
  const [named = null] = endpoints
  const theirs = named === null ? `${bucket} on Amazon S3` : `${bucket} at ${named}`
  const isElsewhere = bucket !== place.bucket || isAmazon(named) !== isAmazon(place.endpoint)
  if (isElsewhere) return { at: 'elsewhere', source, place: theirs }
  if (isItself) {
    const why = `It is set to S3, at an address that is the container itself: ${theirs} (${source}).`
    return { at: 'unknown', why, canConfirm: false }
  }
  const { endpoint } = place
  if (endpoint === null || isAmazon(endpoint) || endpoints.some((it) => addressOf(it) === addressOf(endpoint))) {
    return { at: 'bucket', source }
  }
  // One service may have many names.
  const why = `It stores in ${theirs} (${source}); this connection reaches it at ${endpoint}.`
  return { at: 'unknown', why, canConfirm: true }
}

const isAmazon = (endpoint: string | null): boolean =>
  endpoint === null || /(^|\.)amazonaws\.com(\.cn)?$/.test(hostOf(endpoint))

const hostOf = (endpoint: string): string => (URL.canParse(endpoint) ? new URL(endpoint).hostname : '')

/** Host and port, the same for all names of this computer. */
function addressOf(endpoint: string): string {
  if (!URL.canParse(endpoint)) return endpoint
  const url = new URL(endpoint)
  return `${isLoopback(url.hostname) ? '127.0.0.1' : url.hostname}:${portOf(url)}`
}

const sampled = 40
const lookedUp = 12
const tried = 3

/** A document on S3 whose object is in the bucket. */
interface BucketDocument {
  row: DocumentRow
  key: string
  size: number
}

/** Some of those that Readur can be asked for: the smallest of a sample. */
export async function documentsInBucket(
  database: Pick<ReadurDatabase, 'randomDocuments'>,
  objects: Pick<ObjectStore, 'head'>,
  signal: AbortSignal,
): Promise<BucketDocument[]> {
  const rows = await database.randomDocuments(sampled, signal)
  const onS3 = rows.filter(({ filePath }) => isOnS3(filePath)).sort((a, b) => (a.fileSize ?? 0) - (b.fileSize ?? 0))
  const found: BucketDocument[] = []
  for (const row of onS3.slice(0, lookedUp)) {
    const key = keyOf(row.filePath)
    const facts = await objects.head(key, signal)
    if (facts) found.push({ row, key, size: facts.size })
    if (found.length === tried) break
  }
  return found
}

/**
 * Asks Readur for documents that are in the bucket. Null where there are none, where it can't be asked, where it may not
 * show them, and where it shows something else than the bucket has. Throws what `signal` is aborted with.
 */
export async function askReadur(
  readur: ReadurServer,
  documents: readonly BucketDocument[],
  objects: Pick<ObjectStore, 'get'>,
  signal: AbortSignal,
): Promise<ReadurAnswer | null> {
  try {
    let refusal: string | null = null
    let showsOther = false
    const asked = documents.map(({ row }) => row)
    for await (const answer of throughReadur(readur, asked, signal)) {
      if (answer.result === 'refused') {
        refusal ??= answer.error.message
        continue
      }
      const ours = documents.find(({ row }) => row === answer.document)
      const isSame = ours?.size === answer.size && answer.sha256 === (await sha256Of(objects.get(ours.key, signal)))
      if (isSame) return { opens: answer.document.id }
      showsOther = true
    }
    if (refusal === null || showsOther) return null
    // Others' documents are not shown to everybody.
    return (await readur.whoAmI(signal)).isAdmin ? { refuses: refusal } : null
  } catch {
    signal.throwIfAborted()
    return null
  }
}
