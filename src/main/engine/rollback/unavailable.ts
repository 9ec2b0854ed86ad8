import type { MigrateError } from '../errors.ts'
import type { ObjectStore } from '../ports.ts'

/** A store that is known to be out of reach: each call says so at once, instead of trying for a minute. */
export function unavailable(
  { label, bucket }: Pick<ObjectStore, 'label' | 'bucket'>,
  error: MigrateError,
): ObjectStore {
  const refuse = (): Promise<never> => Promise.reject(error)
  return {
    label,
    bucket,
    check: refuse,
    keepsVersions: () => Promise.resolve(false),
    list: refuse,
    head: refuse,
    put: refuse,
    // eslint-disable-next-line require-yield
    async *get() {
      throw await Promise.resolve(error)
    },
    remove: refuse,
    createUpload: refuse,
    putPart: refuse,
    completeUpload: refuse,
    abortUpload: refuse,
    listUploads: refuse,
  }
}
