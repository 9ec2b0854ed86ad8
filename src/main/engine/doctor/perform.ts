import { MigrateError } from '../errors.ts'
import { claimedError, takeOver } from '../ownership/ownership.ts'
import type { Site } from '../session.ts'
import type { BucketProbe, DatabaseCondition } from './ports.ts'
import type { DoctorAction, SettableVariable } from './checkResult.ts'

export interface PerformDeps {
  bucket: Pick<BucketProbe, 'bucket' | 'createBucket' | 'abortUpload'>
  condition: Pick<DatabaseCondition, 'endSession'>
  /** Null where only the bucket is known. */
  places: Pick<Site, 'database' | 'objects'> | null
  /** Keeps a setting with the connection. Throws SETTING_INVALID where it has its settings elsewhere. */
  setVariable: (name: SettableVariable | 'S3_ENDPOINT_URL', value: string, was?: string) => void
}

/** Does what a remedy has offered and somebody has confirmed; returns what was done, in a sentence. */
export async function performAction(action: DoctorAction, deps: PerformDeps, signal: AbortSignal): Promise<string> {
  switch (action.kind) {
    case 'create bucket':
      await deps.bucket.createBucket(action.region, signal)
      return `The bucket “${deps.bucket.bucket}” was created.`
    case 'abort uploads':
      for (const upload of action.uploads) await deps.bucket.abortUpload(upload, signal)
      return `${action.uploads.length} unfinished upload${action.uploads.length === 1 ? ' was' : 's were'} given up.`
    case 'end session': {
      const { pid } = action
      if ((await deps.condition.endSession(action, signal)) === 'ended') return `The session ${pid} was ended.`
      const message = `The session ${pid} had ended by itself; nothing was done.`
      throw new MigrateError('ACTION_GONE', { message })
    }
    case 'take bucket over': {
      if (deps.places === null) throw new MigrateError('ACTION_GONE', { message: 'No database is set.' })
      const { database, objects } = deps.places
      const { instance } = await database.facts(signal)
      const lock = await database.lock(signal)
      try {
        const standing = await takeOver({ objects, lock, instance, signal })
        if ('reason' in standing) throw claimedError(standing.reason, objects.bucket)
        return `The bucket “${objects.bucket}” belongs to ${instance.address} now.`
      } finally {
        await lock.release(true)
      }
    }
    case 'set variable':
      if (action.name === 'S3_ENDPOINT_URL') deps.setVariable(action.name, action.value, action.was)
      else deps.setVariable(action.name, action.value)
      return `${action.name} is ${action.value} from now on.`
  }
}
