import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { RunPage } from '../../shared/run.ts'
import { MigrateError } from '../engine/errors.ts'
import { RunStore, type RunHeader } from '../engine/journal/runStore.ts'
import { summarize, type IsAlive } from '../engine/journal/summary.ts'
import type { Rates } from '../engine/plan/estimate.ts'

const extension = '.sqlite'
/** `20261122-084501-9f3a`: sorts by time, and can't leave the folder. */
const idPattern = /^\d{8}-\d{6}-[0-9a-f]{4}$/

/** A run of fewer items says little about the next. */
const tellingItems = 20

/** The process that began a run is still there. */
export const isAlive: IsAlive = ({ pid, host }) => {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** All runs of this computer: one store a run, in one folder. */
export class RunFolder {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  create(header: Omit<RunHeader, 'id' | 'kind' | 'createdAt' | 'pid' | 'host'>): RunStore {
    const createdAt = Date.now()
    const [day = '', time = ''] = new Date(createdAt).toISOString().replace(/[-:]/g, '').split(/[T.]/)
    const id = `${day}-${time}-${randomBytes(2).toString('hex')}`
    return RunStore.create(this.#pathOf(id), {
      ...header,
      id,
      kind: 'migrate',
      createdAt,
      pid: process.pid,
      host: hostname(),
    })
  }

  /** Throws RUN_NOT_FOUND and RUN_STORE_INVALID. The caller closes the store. */
  open(id: string, access: 'read' | 'write' = 'read'): RunStore {
    if (!idPattern.test(id) || !existsSync(this.#pathOf(id))) {
      throw new MigrateError('RUN_NOT_FOUND', { message: `There is no run “${id}”.`, subject: id, scope: 'run' })
    }
    return RunStore.open(this.#pathOf(id), access)
  }

  /** Opens, works, closes. */
  with<T>(id: string, work: (store: RunStore) => T): T {
    const store = this.open(id)
    try {
      return work(store)
    } finally {
      store.close()
    }
  }

  /** Ids, newest first. */
  ids(): string[] {
    return readdirSync(this.#dir)
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length))
      .filter((id) => idPattern.test(id))
      .sort()
      .reverse()
  }

  /** `limit` places of the list of runs, newest first, from the `offset`-th on. */
  list(offset: number, limit: number): RunPage {
    const ids = this.ids()
    const runs = ids.slice(offset, offset + limit).flatMap((id) => {
      try {
        return [this.with(id, (store) => summarize(store, isAlive))]
      } catch {
        return []
      }
    })
    return { runs, next: offset + limit < ids.length ? offset + limit : null }
  }

  /** What the newest telling run on this database achieved. */
  lastRates(databaseIdentity: string): Rates | null {
    for (const id of this.ids().slice(0, 50)) {
      try {
        const rates = this.with(id, (store) => ratesOf(store, databaseIdentity))
        if (rates) return rates
      } catch {
        // An unreadable store is no reason to know no estimate.
      }
    }
    return null
  }

  #pathOf(id: string): string {
    return join(this.#dir, id + extension)
  }
}

function ratesOf(store: RunStore, databaseIdentity: string): Rates | null {
  if (store.header.databaseIdentity !== databaseIdentity) return null
  const finished = store.last('finished')
  if (!finished || finished.counts.committed < tellingItems || finished.seconds <= 0) return null
  return {
    bytesPerSecond: finished.bytes / finished.seconds,
    itemsPerSecond: finished.counts.committed / finished.seconds,
  }
}
