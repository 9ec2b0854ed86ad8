import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { damageText, recordDamage } from '../../../../src/main/engine/journal/damage.ts'
import { itemPage } from '../../../../src/main/engine/journal/items.ts'
import { problemGroups } from '../../../../src/main/engine/journal/problems.ts'
import { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { snapshotSql } from '../../../../src/main/engine/journal/snapshot.ts'
import { defaultMigrateOptions } from '../../../../src/shared/run.ts'
import { header, plannedItem, seal, verified } from '../../../fakes/runStores.ts'

const root = join(import.meta.dirname, '../../../..')
const fixtures = join(root, 'test/fixtures/runs')

let dir = ''
const opened: RunStore[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-damage-'))
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await rm(dir, { recursive: true, force: true })
})

const path = (): string => join(dir, 'run.sqlite')
const started = { step: 'started', data: { pid: 1, host: 'h', options: defaultMigrateOptions } } as const

/** A run of five files, two of them moved, written into one file and closed. */
function make(change: Partial<typeof header> = {}): void {
  const store = RunStore.create(path(), { ...header, ...change })
  seal(
    store,
    ['a', 'b', 'c', 'd', 'e'].map((name) => plannedItem(name)),
  )
  store.append([started, { step: 'send-intent', data: { seqs: [1, 2, 3] } }])
  store.append([1, 2, 3].map((seq) => ({ step: 'verified', seq, data: verified }) as const))
  store.append([{ step: 'commit-intent', data: { seqs: [1, 2] } }])
  store.append([1, 2].map((seq) => ({ step: 'committed', seq, data: {} }) as const))
  store.close()
}

/** Changes rows as a fault of the disk does: past the triggers. */
function damage(...statements: string[]): void {
  const database = new Database(path())
  const triggers = database.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`).all()
  const parsed = z.array(z.object({ name: z.string(), sql: z.string() })).parse(triggers)
  for (const { name } of parsed) database.exec(`DROP TRIGGER ${name}`)
  for (const sql of statements) database.exec(sql)
  for (const { sql } of parsed) database.exec(sql)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

async function proven(access: 'read' | 'write' = 'write'): Promise<RunStore> {
  const store = RunStore.open(path(), access)
  opened.push(store)
  await store.prove()
  return store
}

const seqsOf = (store: RunStore): number[] => [...store.standings()].flat().map(({ item }) => item.seq)

describe('a record with any byte changed', () => {
  it('never ends the process, is always listed, and gives no wrong row to whoever acts on it', async () => {
    const reader = join(root, 'test/fakes/damagedRuns.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', reader, dir, '1', '100'], { cwd: root })
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (said.out += String(chunk)))
    child.stderr.on('data', (chunk) => (said.err += String(chunk)))
    const [code, signal] = z.tuple([z.unknown(), z.unknown()]).parse(await once(child, 'close'))
    expect({ code, signal, err: said.err }).toEqual({ code: 0, signal: null, err: '' })
    const { tally, wrong } = z
      .object({ tally: z.record(z.string(), z.number()), wrong: z.array(z.string()) })
      .parse(JSON.parse(said.out))
    expect(wrong).toEqual([])
    // All of this was met.
    expect(Object.keys(tally)).toEqual(expect.arrayContaining(['unharmed', 'damaged', 'RUN_STORE_INVALID']))
  }, 60_000)
})

describe('a damaged item', () => {
  it.each([
    ['old path', `UPDATE item SET old_path = '/app/uploads/documents/x.txt' WHERE seq = 2`],
    ['source', `UPDATE item SET source = 'documents/x.txt' WHERE seq = 2`],
    ['key', `UPDATE item SET key = 'documents/user/2024/05/x.txt' WHERE seq = 2`],
    ['hash', `UPDATE item SET file_hash = 'ff' WHERE seq = 2`],
    ['size', 'UPDATE item SET size = 11 WHERE seq = 2'],
    ['date', 'UPDATE item SET mtime_ms = mtime_ms + 0.25 WHERE seq = 2'],
    ['followers', `UPDATE item SET followers = '["x"]' WHERE seq = 2`],
    ['verdict', `UPDATE item SET verdict = 'skip' WHERE seq = 2`],
    ['text that is not UTF-8', `UPDATE item SET filename = CAST(X'61FF' AS TEXT) WHERE seq = 2`],
    ['copy', `UPDATE journal SET data = replace(data, 'ab', 'ac') WHERE step = 'verified' AND seq = 2`],
    ['outcome', `UPDATE journal SET step = 'failed' WHERE step = 'committed' AND seq = 2`],
    ['time of its outcome', `UPDATE journal SET at = at + 1 WHERE step = 'committed' AND seq = 2`],
  ])('in its %s is left out and named, and no other is', async (_what, sql) => {
    make()
    damage(sql)
    const store = await proven()
    expect(store.damage).toEqual({ items: [2], lines: 0, isUndecided: false })
    expect(seqsOf(store)).toEqual([1, 3, 4, 5])
    expect(damageText(store)).toContain('1 of its files')
  })

  it('whose line bears the number of another takes both out: an index knows the number of before', async () => {
    make()
    const bytes = await readFile(path())
    // The number stands right before the name of the step.
    const before = Buffer.concat([Buffer.of(2), Buffer.from('verified{"sha256"')])
    expect(bytes.includes(before)).toBe(true)
    bytes[bytes.indexOf(before)] = 3
    await writeFile(path(), bytes)
    const store = await proven()
    expect(store.damage.items).toEqual([2, 3])
    expect(seqsOf(store)).toEqual([1, 4, 5])
  })

  it('has failed, too, when its row was switched to be tried and has gone back', async () => {
    make()
    const tried = RunStore.open(path(), 'write')
    tried.append([{ step: 'uncommit-intent', seq: 2, data: {} }])
    tried.close()
    damage(`UPDATE item SET old_path = 'x' WHERE seq IN (1, 2)`)
    recordDamage(await proven(), { log: () => undefined })
    const look = RunStore.open(path(), 'read')
    opened.push(look)
    expect(itemPage(look, { after: 0, limit: 2 }).items.map(({ state }) => state)).toEqual(['committed', 'failed'])
  })

  it('has failed once the run is gone on with, and the run says what was lost', async () => {
    make()
    damage(`UPDATE item SET old_path = 'x' WHERE seq IN (2, 4)`)
    const store = await proven()
    const said: string[] = []
    recordDamage(store, { log: (_level, text) => said.push(text) })
    expect(said).toEqual([expect.stringMatching(/2 of its files \(“b\.txt” \(2\), “d\.txt” \(4\)\).*recover/)])
    // The one that was moved stays what it is.
    const look = RunStore.open(path(), 'read')
    opened.push(look)
    expect(itemPage(look, { after: 0, limit: 9 }).items.map(({ state, code }) => [state, code])).toEqual([
      ['committed', null],
      ['committed', null],
      ['pending', null],
      ['failed', 'RECORD_DAMAGED'],
      ['pending', null],
    ])
    expect(problemGroups(look)).toEqual([expect.objectContaining({ code: 'RECORD_DAMAGED', kind: 'failed', count: 1 })])
  })

  it('is one bad line of a list', () => {
    make()
    damage(
      `UPDATE item SET kind = 'documenu' WHERE seq = 2`,
      `UPDATE item SET filename = CAST(X'61FF' AS TEXT) WHERE seq = 4`,
    )
    const store = RunStore.open(path(), 'read')
    opened.push(store)
    const { items } = itemPage(store, { after: 0, limit: 9 })
    expect(items.map(({ seq, filename, code }) => [seq, filename, code])).toEqual([
      [1, 'a.txt', null],
      [2, '', 'RECORD_DAMAGED'],
      [3, 'c.txt', null],
      [4, 'a\uFFFD', null],
      [5, 'e.txt', null],
    ])
  })
})

describe('a damaged line about the run', () => {
  it.each([
    ['its options', `UPDATE journal SET data = replace(data, '500', '501') WHERE step = 'started'`],
    ['the seal of its plan', `UPDATE journal SET step = 'plannee' WHERE step = 'planned'`],
    ['a line that is gone', `DELETE FROM journal WHERE step = 'started'`],
    ['an item that is gone', 'DELETE FROM item WHERE seq = 4'],
  ])('(%s) leaves it undecided', async (_what, sql) => {
    make()
    damage(sql)
    const { damage: found } = await proven()
    expect(found).toMatchObject({ lines: 1, isUndecided: true })
  })

  it('that only names what is being done makes everything be looked at', async () => {
    make()
    damage(`UPDATE journal SET data = '{"seqs":[1]}' WHERE step = 'send-intent'`)
    const store = await proven()
    expect(store.damage).toEqual({ items: [], lines: 1, isUndecided: false })
    expect([...store.copied()].flat()).toHaveLength(5)
  })
})

describe('a damaged file', () => {
  it('whose indexes do not fit has them made again', async () => {
    make()
    damage(
      'PRAGMA writable_schema = ON',
      `UPDATE sqlite_master SET sql = 'CREATE INDEX journal_seq ON journal (at, id) WHERE seq IS NOT NULL' WHERE name = 'journal_seq'`,
      'PRAGMA writable_schema = RESET',
      'REINDEX journal_seq',
      'PRAGMA writable_schema = ON',
      `UPDATE sqlite_master SET sql = 'CREATE INDEX journal_seq ON journal (seq, id) WHERE seq IS NOT NULL' WHERE name = 'journal_seq'`,
      'PRAGMA writable_schema = RESET',
    )
    const store = await proven()
    expect(store.damage.items).toEqual([])
    expect([...store.remaining()].flat().map(({ item }) => item.seq)).toEqual([3, 4, 5])
    expect(store.last('verified', 2)).toEqual(verified)
  })

  it.each([
    ['table', `UPDATE sqlite_master SET sql = replace(sql, 'old_path', 'olc_path') WHERE name = 'item'`],
    ['index', `UPDATE sqlite_master SET sql = replace(sql, '''move''', '''mowe''') WHERE name = 'item_key'`],
    [
      'name that is not UTF-8',
      `UPDATE sqlite_master SET sql = replace(sql, 'filename', CAST(X'FF' AS TEXT)) WHERE name = 'item'`,
    ],
  ])('whose layout is another (%s) is no record', (_what, sql) => {
    make()
    damage('PRAGMA writable_schema = ON', sql, 'PRAGMA writable_schema = RESET')
    expect(() => RunStore.open(path(), 'read')).toThrow(expect.objectContaining({ code: 'RUN_STORE_INVALID' }))
  })

  it.each([1, 2])('whose version has become %i does not lose its checksums by that', (version) => {
    make()
    damage(`PRAGMA user_version = ${version}`)
    expect(() => RunStore.open(path(), 'read')).toThrow(expect.objectContaining({ code: 'RUN_STORE_INVALID' }))
  })

  it.each([
    ['kind', `UPDATE run SET kind = 'rollback'`],
    ['bucket', `UPDATE run SET bucket = 'tesu'`],
    ['text that is not UTF-8', `UPDATE run SET profile_name = CAST(X'FF' AS TEXT)`],
  ])('whose header is damaged (%s) is believed in nothing', (_what, sql) => {
    make()
    damage(sql)
    expect(() => RunStore.open(path(), 'read')).toThrow(expect.objectContaining({ code: 'RECORD_DAMAGED' }))
  })
})

describe('the paths of before', () => {
  it('of which one is damaged are given without it', async () => {
    make()
    const store = RunStore.open(path(), 'write')
    store.savePaths(
      ['a', 'b'].map((id) => ({ documentId: id, column: 'documents.file_path', rowId: id, path: `documents/${id}` })),
    )
    store.close()
    damage(`UPDATE path_snapshot SET path = 'documents/x' WHERE row_id = 'a'`)
    const sql = [...snapshotSql(await proven('read'))].join('')
    expect(sql).toContain(`SET file_path = 'documents/b'`)
    expect(sql).not.toContain('documents/x')
    expect(sql).toContain('-- A saved path is damaged')
  })
})

describe('what people may write', () => {
  it('comes back as it was: every sign, blank and half of a pair', async () => {
    const odd = ['\u001e', '\u001f', 'a\0b', '😀', 'e\u0301', '\uFFFD', ' ', '', '\uD800', '\u0085']
    const store = RunStore.create(path(), { ...header, profileName: 'Zoë 😀' })
    seal(
      store,
      odd.map((filename, n) =>
        plannedItem(`d${n}`, { filename, message: filename, size: 2 ** 52 + n, mtimeMs: n / 3 }),
      ),
    )
    store.close()
    const again = await proven()
    expect(again.damage).toEqual({ items: [], lines: 0, isUndecided: false })
    const items = [...again.standings()].flat().map(({ item }) => item)
    expect(items.map(({ filename }) => filename)).toEqual(odd.map((text) => Buffer.from(text).toString()))
    expect(items.map(({ mtimeMs, size }) => [mtimeMs, size])).toEqual(odd.map((_, n) => [n / 3, 2 ** 52 + n]))
  })
})

describe('a run over another one', () => {
  it('leaves out an item of which nothing says any more what is to be done', async () => {
    const store = RunStore.create(path(), { ...header, kind: 'rollback', parent: header.id })
    seal(
      store,
      ['a', 'b', 'c'].map((name) => plannedItem(name)),
    )
    const known = { verified, committed: true, freedTo: null }
    store.append([1, 2, 3].map((seq) => ({ step: 'inherited', seq, data: known }) as const))
    store.close()
    damage(`UPDATE journal SET seq = NULL WHERE step = 'inherited' AND seq = 2`)
    const again = await proven()
    expect(again.damage.items).toEqual([2])
    expect([...again.inherited()].flat().map(({ item }) => item.seq)).toEqual([3, 1])
  })
})

describe('a record of an earlier version', () => {
  it.each(['v1-completed', 'v1-interrupted', 'v2-completed', 'v2-interrupted'])(
    '(%s) is proven as far as it can be',
    async (name) => {
      await copyFile(join(fixtures, `${name}.sqlite`), path())
      const store = await proven()
      expect(store.hasChecksums).toBe(false)
      expect(store.damage).toEqual({ items: [], lines: 0, isUndecided: false })
      store.append([{ step: 'warning', data: { message: 'It goes on.' } }])
      expect(store.last('warning')).toEqual({ message: 'It goes on.' })
    },
  )

  it('keeps what is not UTF-8 or no JSON from ending the process', async () => {
    await mkdir(dir, { recursive: true })
    await copyFile(join(fixtures, 'v2-interrupted.sqlite'), path())
    damage(
      `UPDATE item SET old_path = CAST(X'61FF' AS TEXT) WHERE seq = 2`,
      `UPDATE journal SET data = '{"sha' WHERE step = 'verified' AND seq = 3`,
    )
    const store = await proven()
    expect(store.damage.items).toEqual([2, 3])
    expect(seqsOf(store)).toEqual([1, 4])
  })
})
