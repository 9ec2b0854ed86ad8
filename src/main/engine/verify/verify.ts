import type { VerifyLevel } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import type { ObjectFacts, ObjectStore, StorageOption } from '../ports.ts'
import { fingerprintOf, type Fingerprint } from '../transfer/fingerprint.ts'

type Evidence = 'etag' | 'readback'

/** What says that a copy is whole, and the object's revision where only its bytes could say so. */
interface Proof {
  evidence: Evidence
  revision?: string
}

/**
 * Whether an object has exactly the given content, and what says so; null when it has not. An ETag counts when it is
 * an MD5 that we computed ourselves, of the whole or of the parts. Any other ETag proves nothing either way (KMS,
 * other services), so all bytes are read back; so they are at level `readback`.
 */
export async function proveContent(
  store: Pick<ObjectStore, 'get'>,
  key: string,
  facts: ObjectFacts,
  expected: Fingerprint,
  level: VerifyLevel,
  signal: AbortSignal,
): Promise<Evidence | null> {
  if (facts.size !== expected.size) return null
  if (level === 'head' && tells(facts, expected)) return 'etag'
  const stored = await fingerprintOf(store.get(key, signal), facts.size)
  return stored.size === expected.size && stored.sha256 === expected.sha256 ? 'readback' : null
}

const tells = ({ etag }: ObjectFacts, { md5, compositeEtag }: Fingerprint): boolean =>
  etag !== null && [md5, compositeEtag].includes(etag)

/**
 * `proveContent`, in a form that later sessions can rely on. Where the ETag says nothing, the object's revision is kept
 * if it is the same before and after its bytes were read: then those bytes are the revision's.
 */
export async function proveCopy(
  store: Pick<ObjectStore, 'head' | 'get'>,
  key: string,
  facts: ObjectFacts,
  expected: Fingerprint,
  level: VerifyLevel,
  signal: AbortSignal,
): Promise<Proof | null> {
  const evidence = await proveContent(store, key, facts, expected, level, signal)
  if (evidence === null || facts.revision === null || tells(facts, expected)) return evidence && { evidence }
  const after = await store.head(key, signal)
  return after?.revision === facts.revision ? { evidence, revision: facts.revision } : { evidence }
}

/** Asks the store about the copy that was just sent. Throws VERIFY_FAILED unless it is whole. */
export async function verifyCopy(
  store: Pick<ObjectStore, 'head' | 'get'>,
  key: string,
  expected: Fingerprint,
  level: VerifyLevel,
  signal: AbortSignal,
): Promise<Proof> {
  const facts = await store.head(key, signal)
  if (facts === null) throw failed(key, 'The object is not there after it was sent.')
  const proof = await proveCopy(store, key, facts, expected, level, signal)
  if (proof) return assertAsAsked(key, facts.lacks, proof)
  const sameSize = facts.size === expected.size
  throw failed(
    key,
    sameSize
      ? 'The bytes that come back have another SHA-256.'
      : `It has ${facts.size} bytes; ${expected.size} were sent.`,
  )
}

/** The service has taken the bytes, and not what was asked for beside them: so it will do with all others. Throws S3_OPTION_IGNORED. */
function assertAsAsked<T>(key: string, lacks: readonly StorageOption[], value: T): T {
  if (lacks.length === 0) return value
  const message = `It was stored without the ${lacks.join(' and the ')} that was asked for.`
  throw new MigrateError('S3_OPTION_IGNORED', { message, subject: key })
}

const failed = (key: string, message: string): MigrateError =>
  new MigrateError('VERIFY_FAILED', { message, subject: key })
