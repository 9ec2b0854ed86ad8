import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import {
  defaultMigrateOptions,
  type Rates,
  type RunFamily,
  type RunFilter,
  type RunPage,
  type RunSummary,
} from '../../shared/run.ts'
import { asMigrateError, MigrateError } from '../engine/errors.ts'
import type { RunHeader } from '../engine/journal/header.ts'
import type { Access } from '../engine/journal/storeFile.ts'
import { RunStore } from '../engine/journal/runStore.ts'
import { summarize } from '../engine/journal/summary.ts'
import type { IsAlive } from '../engine/journal/timeline.ts'
import { sweepScratch } from '../engine/journal/scratch.ts'
import { claim, isClaimed } from './claim.ts'

const extension = '.sqlite'
/** `20261122-084501-9f3a`: sorts by time, and can't leave the folder. */
const idPattern = /^\d{8}-\d{6}-[0-9a-f]{4}$/

/** So many runs are looked at for one page of a filtered list: some tenths of a second. */
const placesAtOnce = 300

/** A run of fewer items says little about the next. */
const tellingItems = 20

/** All runs of this computer: one store a run, in one folder. */
export class RunFolder {
  readonly dir: string

  constructor(dir: string) {
    this.dir = dir
  }

  /** Removes what processes that were killed have left. Never throws. */
  sweep(): void {
    sweepScratch(this.dir)
  }

  /** A new run that this process works on until its store is closed. */
  create(header: Omit<RunHeader, 'id' | 'createdAt' | 'pid' | 'host'>): RunStore {
    const createdAt = Date.now()
    const [day = '', time = ''] = new Date(createdAt).toISOString().replace(/[-:]/g, '').split(/[T.]/)
    // Milliseconds first, so that runs of one second sort by time too; then six bits that tell processes apart.
    const suffix = ((createdAt % 1000) << 6) | randomInt(64)
    const id = `${day}-${time}-${suffix.toString(16).padStart(4, '0')}`
    const release = claim(this.#claimOf(id), id)
    try {
      const fields = { ...header, id, createdAt, pid: process.pid, host: hostname() }
      const store = RunStore.create(this.#pathOf(id), fields)
      store.onClose = release
      return store
    } catch (error) {
      release()
      this.#removeFiles(id)
      throw error
    }
  }

  /** Opens a run to go on with it, proven: nobody else may until the store is closed. Throws RUN_BUSY too. */
  async openToWork(id: string): Promise<RunStore> {
    this.#assertKnown(id)
    const release = claim(this.#claimOf(id), id)
    try {
      const store = await proven(RunStore.open(this.#pathOf(id), 'write'))
      store.onClose = release
      return store
    } catch (error) {
      release()
      throw error
    }
  }

  /** Opens a run that another one is planned over: as `open`, but nothing in it is believed that is not proven. */
  async openProven(id: string, access: Access = 'read'): Promise<RunStore> {
    return proven(this.open(id, access))
  }

  /** A process works on this run now. */
  readonly isAlive: IsAlive = (id) => isClaimed(this.#claimOf(id))

  /** Throws RUN_NOT_FOUND and RUN_STORE_INVALID. The caller closes the store. */
  open(id: string, access: Access = 'read'): RunStore {
    this.#assertKnown(id)
    return RunStore.open(this.#pathOf(id), access)
  }

  /** Where the store of a run lies. Throws RUN_NOT_FOUND. */
  storeOf(id: string): string {
    this.#assertKnown(id)
    return this.#pathOf(id)
  }

  has(id: string): boolean {
    return idPattern.test(id) && existsSync(this.#pathOf(id))
  }

  #assertKnown(id: string): void {
    if (this.has(id)) return
    throw new MigrateError('RUN_NOT_FOUND', { message: `There is no run “${id}”.`, subject: id })
  }

  /** Opens, works, closes. */
  with<T>(id: string, work: (store: RunStore) => T): T {
    const store = this.open(id)
    try {
      return work(store)
    } catch (error) {
      throw readingError(error, id)
    } finally {
      store.close()
    }
  }

  /** Ids, newest first. */
  ids(): string[] {
    return readdirSync(this.dir)
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length))
      .filter((id) => idPattern.test(id))
      .sort()
      .reverse()
  }

  /** Up to `limit` runs that pass the filter, newest first, from the `offset`-th place of all runs on. */
  list(offset: number, limit: number, filter: RunFilter = {}): RunPage {
    const ids = this.ids()
    const runs: RunSummary[] = []
    const last = Math.min(ids.length, offset + Math.max(limit, placesAtOnce))
    let place = offset
    for (; place < last && runs.length < limit; place += 1) {
      const summary = this.#listed(ids[place] ?? '', filter)
      if (summary) runs.push(summary)
    }
    return { runs, next: place < ids.length ? place : null }
  }

  /** Null when the filter leaves it out. */
  #listed(id: string, { profileId, since, kinds, statuses, text }: RunFilter): RunSummary | null {
    const isListed = (header: RunHeader): boolean =>
      (profileId === undefined || header.profileId === profileId) &&
      (since === undefined || header.createdAt >= since) &&
      (!kinds || kinds.includes(header.kind)) &&
      (text === undefined || isAbout(header, text))
    // The header is at hand; the status may have to be counted.
    const summary = this.#summaryOf(id, isListed)
    return summary && statuses && !statuses.includes(summary.status) ? null : summary
  }

  /** Null for a run that is not wanted, or just being made. What cannot be read is told of as that. */
  #summaryOf(id: string, isWanted: (header: RunHeader) => boolean = () => true): RunSummary | null {
    let header = headerOfUnknown(id)
    try {
      return this.with(id, (store) => {
        header = store.header
        return isWanted(header) ? summarize(store, this.isAlive) : null
      })
    } catch (error) {
      if (!isWanted(header) || !this.has(id) || this.isAlive(id)) return null
      return unreadableRun(header, asMigrateError(error))
    }
  }

  /** The runs that a run is related to. Throws RUN_NOT_FOUND and RUN_STORE_INVALID for the run itself. */
  familyOf(id: string): RunFamily {
    const { parent } = this.with(id, ({ header }) => header)
    const children: RunSummary[] = []
    // Ids begin with the time, and who goes back over a run is no older.
    const second = id.slice(0, 'yyyymmdd-hhmmss'.length)
    for (const other of this.ids()) {
      if (other < second) break
      try {
        const child = this.with(other, (store) => (store.header.parent === id ? summarize(store, this.isAlive) : null))
        if (child) children.unshift(child)
      } catch {
        // What cannot be read is nobody's child.
      }
    }
    return { parent: parent === null || !this.has(parent) ? null : this.#summaryOf(parent), children }
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

  /** Runs, newest first; those that cannot be read have the status “unreadable”. */
  *summaries(): Generator<RunSummary> {
    for (const id of this.ids()) {
      const summary = this.#summaryOf(id)
      if (summary) yield summary
    }
  }

  summary(id: string): RunSummary {
    return this.with(id, (store) => summarize(store, this.isAlive))
  }

  /** Deletes the record of a run for good. Throws RUN_NOT_FOUND, and RUN_BUSY while somebody works on it. */
  remove(id: string): void {
    this.#assertKnown(id)
    const release = claim(this.#claimOf(id), id)
    try {
      // The store itself first: what is left of one that was cut off in between is no run to anybody.
      rmSync(this.#pathOf(id))
      this.#removeFiles(id)
    } finally {
      release()
      rmSync(this.#claimOf(id), { force: true })
    }
  }

  /** The store of a run and what lies beside it; the claim on it stays. */
  #removeFiles(id: string): void {
    for (const name of readdirSync(this.dir)) {
      if (name.startsWith(`${id}.`) && !name.endsWith('.claim')) rmSync(join(this.dir, name), { force: true })
    }
  }

  #claimOf(id: string): string {
    return join(this.dir, `${id}.claim`)
  }

  #pathOf(id: string): string {
    return join(this.dir, id + extension)
  }
}

/** What does not parse in a record was not written so by us. */
function readingError(error: unknown, id: string): unknown {
  if (!(error instanceof z.ZodError)) return error
  const message = `The record of run “${id}” is damaged.`
  return new MigrateError('RECORD_DAMAGED', { message, subject: id, scope: 'run', cause: error })
}

async function proven(store: RunStore): Promise<RunStore> {
  try {
    await store.prove()
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/** All that the name of a file says about its run. */
function headerOfUnknown(id: string): RunHeader {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)-(..)(..)(..)/.exec(id) ?? []
  const createdAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const unknown = { appVersion: '', pid: 0, host: '', profileId: '', profileName: '', database: '?', bucket: '?' }
  const place = { databaseIdentity: '', uploads: '', store: '' }
  return { id, kind: 'migrate', parent: null, createdAt, ...unknown, ...place, planOptions: {} }
}

function unreadableRun({ id, kind, parent, createdAt, ...header }: RunHeader, { message }: MigrateError): RunSummary {
  return {
    ...{ runId: id, kind, parent, status: 'unreadable', problem: message, createdAt, finishedAt: null, seconds: null },
    ...{ profileId: header.profileId, profile: header.profileName, database: header.database, bucket: header.bucket },
    ...{ planned: 0, committed: 0, copied: 0, failed: 0, skipped: 0, restored: 0, freed: 0, remaining: 0 },
    ...{ excluded: 0, documents: 0, bytes: 0, validated: null, undoing: false },
  }
}

function isAbout({ id, profileName, database, bucket }: RunHeader, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return [id, profileName, database, bucket].some((value) => value.toLowerCase().includes(wanted))
}

function ratesOf(store: RunStore, databaseIdentity: string): Rates | null {
  if (store.header.databaseIdentity !== databaseIdentity || store.header.kind !== 'migrate') return null
  // The last session of several knows its own seconds, and the files of all.
  const finished = store.sessions === 1 ? store.last('finished') : null
  if (!finished || finished.counts.committed < tellingItems || finished.seconds <= 0) return null
  const options = store.last('started')?.options ?? null
  return {
    bytesPerSecond: finished.bytes / finished.seconds,
    itemsPerSecond: finished.counts.committed / finished.seconds,
    parallelUploads: options?.parallelUploads ?? defaultMigrateOptions.parallelUploads,
    readsBack: store.last('stored-as')?.encryption === 'aws:kms' || options?.verify === 'readback',
  }
}
