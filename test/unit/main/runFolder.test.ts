import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataDir } from '../../../src/main/dataDir.ts'
import { readdirSync } from 'node:fs'
import { Scratch } from '../../../src/main/engine/journal/scratch.ts'
import { countItems } from '../../../src/main/engine/journal/items.ts'
import type { RunStore } from '../../../src/main/engine/journal/runStore.ts'
import { awaitsCutoverIn } from '../../../src/main/runs/cutover.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import type { RunFilter } from '../../../src/shared/run.ts'
import { header, plannedItem, seal, verified } from '../../fakes/runStores.ts'

let dir = ''
let folder: RunFolder
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-runs-'))
  await mkdir(join(dir, 'runs'))
  folder = new RunFolder(join(dir, 'runs'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const started = { step: 'started', data: { pid: 1, host: 'h', options: null } } as const

/** A run that has ended, with so many documents moved. */
function finished(documents: number, seconds: number, databaseIdentity = header.databaseIdentity): string {
  const store = folder.create({ ...header, databaseIdentity })
  seal(
    store,
    Array.from({ length: documents }, (_, n) => plannedItem(`d${n}`, { size: 1_000 })),
  )
  store.append([started])
  store.append(Array.from({ length: documents }, (_, n) => ({ step: 'committed' as const, seq: n + 1, data: {} })))
  store.append([{ step: 'finished', data: { status: 'completed', ...countItems(store), seconds, finishedAt: 1 } }])
  store.close()
  return store.header.id
}

describe('the runs of this computer', () => {
  it('get an id after their time, and are found by it', () => {
    const store = folder.create(header)
    expect(store.header.id).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}$/)
    expect(store.header).toMatchObject({ pid: process.pid, host: hostname(), kind: 'migrate' })
    store.close()
    expect(folder.with(store.header.id, (again: RunStore) => again.header.id)).toBe(store.header.id)
  })

  it.each([
    '../20261122-084501-9f3a',
    '20261122-084501-9f3a/../../secret',
    '/etc/passwd',
    '..',
    '',
    '20261122-084501-9F3A',
    '20261122-084501-9f3a\0',
    '20261122-084501-9f3a.sqlite',
    '20261122-084501-ffff',
  ])('have no id “%s”', async (id) => {
    await writeFile(join(dir, '20261122-084501-9f3a.sqlite'), 'outside of the folder')
    expect(() => folder.open(id)).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND', scope: 'run' }))
  })

  it('are listed newest first, a page at a time, whatever else lies there', async () => {
    const ids = [finished(1, 1), finished(1, 1), finished(1, 1)].sort().reverse()
    await writeFile(join(dir, 'runs', 'notes.txt'), 'x')
    await writeFile(join(dir, 'runs', 'evil.sqlite'), 'x')
    expect(folder.ids()).toEqual(ids)
    const first = folder.list(0, 2)
    expect(first.runs.map(({ runId }) => runId)).toEqual(ids.slice(0, 2))
    expect(folder.list(first.next ?? 0, 2)).toMatchObject({ runs: [{ runId: ids[2] }], next: null })
  })

  it('one of which cannot be read hides no other, and says why when it is opened', async () => {
    const good = finished(1, 1)
    await writeFile(join(dir, 'runs', '20990101-000000-0000.sqlite'), 'damaged '.repeat(200))
    expect(folder.list(0, 10).runs).toEqual([
      expect.objectContaining({
        runId: '20990101-000000-0000',
        status: 'unreadable',
        problem: expect.stringContaining('20990101-000000-0000.sqlite') as string,
        createdAt: Date.UTC(2099, 0, 1),
      }),
      expect.objectContaining({ runId: good, status: 'completed' }),
    ])
    expect(() => folder.open('20990101-000000-0000')).toThrow(expect.objectContaining({ code: 'RUN_STORE_INVALID' }))
  })
})

describe('a list of runs that is narrowed', () => {
  const listed = (filter: RunFilter, limit = 10) => folder.list(0, limit, filter).runs.map(({ runId }) => runId)

  it('goes by what they do, by how they stand, and by their words in any case', () => {
    const done = finished(1, 1)
    const planned = folder.create({ ...header, profileName: 'Archive', bucket: 'Cold' })
    seal(planned, [plannedItem('d1')])
    planned.close()
    const rollback = folder.create({ ...header, kind: 'rollback', parent: done })
    rollback.close()
    expect(listed({ kinds: ['rollback'] })).toEqual([rollback.header.id])
    expect(listed({ statuses: ['completed'] })).toEqual([done])
    expect(listed({ statuses: ['planned', 'completed'] }).sort()).toEqual([done, planned.header.id].sort())
    expect(listed({ text: 'archiv' })).toEqual([planned.header.id])
    expect(listed({ text: ' COLD ' })).toEqual([planned.header.id])
    expect(listed({ text: done })).toEqual([done])
    expect(listed({ kinds: ['migrate'], text: 'nowhere' })).toEqual([])
  })

  it('has pages that follow on each other without a gap', () => {
    const all = Array.from({ length: 5 }, () => finished(1, 1))
    const other = folder.create({ ...header, kind: 'quarantine' })
    other.close()
    const filter: RunFilter = { kinds: ['migrate'] }
    const seen: string[] = []
    for (let next: number | null = 0; next !== null;) {
      const page = folder.list(next, 2, filter)
      seen.push(...page.runs.map(({ runId }) => runId))
      next = page.next
    }
    expect(seen).toEqual(all.sort().reverse())
  })
})

describe('the family of a run', () => {
  it('is the run that it goes back over, and those that go back over it', () => {
    const parent = finished(1, 1)
    const child = folder.create({ ...header, kind: 'rollback', parent })
    child.close()
    finished(1, 1)
    expect(folder.familyOf(parent)).toMatchObject({ parent: null, children: [{ runId: child.header.id }] })
    expect(folder.familyOf(child.header.id)).toMatchObject({ parent: { runId: parent }, children: [] })
  })

  it('does without a parent that is gone', () => {
    const orphan = folder.create({ ...header, kind: 'rollback', parent: '20200101-000000-0000' })
    orphan.close()
    expect(folder.familyOf(orphan.header.id)).toEqual({ parent: null, children: [] })
    expect(() => folder.familyOf('20200101-000000-0000')).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }))
  })
})

describe('what the next run may take', () => {
  it('is judged by the last one on the same database that tells enough', () => {
    finished(100, 4)
    expect(folder.lastRates(header.databaseIdentity)).toEqual({
      bytesPerSecond: 25_000,
      itemsPerSecond: 25,
      parallelUploads: 8,
      readsBack: false,
    })
    expect(folder.lastRates('another database')).toBeNull()
  })

  it('is not judged by a run of several sessions: the last one’s seconds are not those of all', () => {
    const told = finished(100, 4)
    const resumed = folder.open(finished(100, 1), 'write')
    const { counts, bytes } = countItems(resumed)
    resumed.append([started])
    resumed.append([{ step: 'finished', data: { status: 'completed', counts, bytes, seconds: 0.1, finishedAt: 2 } }])
    resumed.close()
    expect(told).not.toBe(resumed.header.id)
    expect(folder.lastRates(header.databaseIdentity)).toEqual({
      bytesPerSecond: 25_000,
      itemsPerSecond: 25,
      parallelUploads: 8,
      readsBack: false,
    })
  })

  it('is not judged by a run of a few files', () => {
    finished(19, 1)
    expect(folder.lastRates(header.databaseIdentity)).toBeNull()
  })
})

const create = (): RunStore => folder.create(header)

describe('whether a run is still worked on', () => {
  it('while its store is open for work: yes; afterwards no', () => {
    const store = create()
    expect(folder.isAlive(store.header.id)).toBe(true)
    store.close()
    expect(folder.isAlive(store.header.id)).toBe(false)
  })

  it('nobody else can work on it meanwhile, and somebody can afterwards', async () => {
    const store = create()
    const { id } = store.header
    await expect(folder.openToWork(id)).rejects.toMatchObject({ code: 'RUN_BUSY' })
    store.close()
    const again = await folder.openToWork(id)
    await expect(folder.openToWork(id)).rejects.toMatchObject({ code: 'RUN_BUSY' })
    again.close()
  })

  it('who asks is not taken for somebody who works on it', () => {
    const store = create()
    store.close()
    const asking = new Database(join(dir, 'runs', `${store.header.id}.claim`))
    asking.exec('BEGIN; SELECT count(*) FROM sqlite_master')
    expect(folder.isAlive(store.header.id)).toBe(false)
    asking.exec('ROLLBACK')
    asking.close()
  })

  it('a killed process works on nothing, whatever has its number now', async () => {
    const store = create()
    store.close()
    const { id } = store.header
    const claimFile = join(dir, 'runs', `${id}.claim`)
    const code = `const D = require('libsql'); const d = new D(${JSON.stringify(claimFile)}); d.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => d.open, 1000)`
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'], cwd: process.cwd() })
    await once(child.stdout, 'data')
    expect(folder.isAlive(id)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(folder.isAlive(id)).toBe(false)
  })
})

describe('what work on a run needs for the moment', () => {
  it('stays as long as its process lives, and is swept away after it was killed', async () => {
    const store = create()
    const own = new Scratch(store, 'own', 'CREATE TABLE t (a)')
    own.close()
    expect(readdirSync(join(dir, 'runs', 'scratch'))).toEqual([])

    const file = join(dir, 'runs', 'scratch', 'audit-1.sqlite')
    const code = `const D = require('libsql'); const d = new D(${JSON.stringify(file)}); d.pragma('locking_mode = EXCLUSIVE'); d.pragma('journal_mode = OFF'); d.exec('CREATE TABLE t (a)'); console.log('held'); setInterval(() => d.open, 1000)`
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'], cwd: process.cwd() })
    await once(child.stdout, 'data')
    await writeFile(join(dir, 'runs', 'scratch', 'damaged.sqlite'), 'is none')
    folder.sweep()
    expect(readdirSync(join(dir, 'runs', 'scratch'))).toEqual(['audit-1.sqlite'])
    child.kill('SIGKILL')
    await once(child, 'close')
    folder.sweep()
    expect(readdirSync(join(dir, 'runs', 'scratch'))).toEqual([])
    expect(folder.ids()).toEqual([store.header.id])
    store.close()
  })
})

describe('the data folder', () => {
  it('is where READUR_MIGRATE_HOME says, private to its owner', async () => {
    const { root, runs, states } = openDataDir({ READUR_MIGRATE_HOME: ` ${join(dir, 'home')} ` })
    expect(root).toBe(join(dir, 'home'))
    for (const path of [root, runs, states]) expect((await stat(path)).mode & 0o777).toBe(0o700)
  })
})

it('what awaits its cutover includes a document that was switched to be tried and has gone back', () => {
  const store = folder.create(header)
  const [tried, switched] = [plannedItem('tried'), plannedItem('switched')]
  seal(store, [tried, switched])
  store.append([started])
  store.append([1, 2].map((seq) => ({ step: 'verified' as const, seq, data: verified })))
  store.append([1, 2].map((seq) => ({ step: 'committed' as const, seq, data: {} })))
  store.append([{ step: 'uncommit-intent', seq: 1, data: {} }])
  store.close()
  const awaiting = awaitsCutoverIn(folder, header.store)
  expect([awaiting.has(tried), awaiting.has(switched)]).toEqual([true, false])
  awaiting.close()
})
