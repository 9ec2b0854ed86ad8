import { z } from 'zod'
import { stateFormat } from '../journal/stateText.ts'
import type { JsonEvent } from './jsonElements.ts'
import { timeOf } from './stateEntries.ts'

/** What a state file is about. All but the shape can be unknown: the reference tool writes down only the start. */
export interface StateFileHead {
  /** `rollback errors`: its documents were rolled back or were tried to be, so they may be local again. */
  shape: 'migration state' | 'rollback errors'
  startedAt: number | null
  /** Of files that this program wrote. */
  runId: string | null
  databaseIdentity: string | null
  bucket: string | null
}

/** No slash and no dot: it names a file of ours. */
const runId = z.string().regex(/^[\w-]{1,64}$/)
const label = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Surrogate}]*$/u)

const formatSchema = z.object({ format: z.int().positive() })
const ownSchema = z.object({ run_id: runId, database_identity: label, bucket: label })

/** Gathers the head of a state file from its elements, whatever their order. The first of two counts. */
export class StateHead {
  static readonly selectors = [['started_at'], ['original_migration_state', 'started_at'], ['readur_migrate']]

  static isPart({ path }: JsonEvent & { kind: 'element' }): boolean {
    return StateHead.selectors.some(
      (names) => names.length === path.length && names.every((name, at) => name === path[at]),
    )
  }

  readonly warnings: string[] = []
  /** A newer version of this program wrote the file, and it may mean what we do not know. */
  isNewer = false
  #shape: StateFileHead['shape'] = 'migration state'
  #startedAt: number | null = null
  #own: z.infer<typeof ownSchema> | null = null
  #hasOwn = false

  take(event: JsonEvent): void {
    if (event.kind === 'end') return
    const [root] = event.path
    if (root === 'original_migration_state' || root === 'rollback_errors') this.#shape = 'rollback errors'
    if (event.kind === 'list' || !StateHead.isPart(event)) return
    if (root === 'readur_migrate') this.#takeOwn(event.value, event.ambiguous)
    else this.#startedAt ??= timeOf(event.value)
  }

  #takeOwn(value: unknown, ambiguous: boolean): void {
    if (this.#hasOwn) return
    this.#hasOwn = true
    this.isNewer = (formatSchema.safeParse(value).data?.format ?? stateFormat) > stateFormat
    const own = ownSchema.safeParse(value)
    if (own.success && !ambiguous) this.#own = own.data
    else
      this.warnings.push('“readur_migrate” cannot be read, so the run, database and bucket of this file are not known.')
  }

  /** Nothing that comes later can change it. */
  get isComplete(): boolean {
    return this.#startedAt !== null && this.#hasOwn
  }

  get head(): StateFileHead {
    return {
      shape: this.#shape,
      startedAt: this.#startedAt,
      runId: this.#own?.run_id ?? null,
      databaseIdentity: this.#own?.database_identity ?? null,
      bucket: this.#own?.bucket ?? null,
    }
  }
}
