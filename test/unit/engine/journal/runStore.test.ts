import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorData } from '../../../../src/shared/errors.ts'
import { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { assertStartable } from '../../../../src/main/engine/migrate.ts'
import { defaultMigrateOptions } from '../../../../src/shared/run.ts'
import { header, openStoreFolder, plannedItem, seal, verified, type StoreFolder } from '../../../fakes/runStores.ts'

let folder: StoreFolder
beforeEach(async () => {
  folder = await openStoreFolder()
})
afterEach(() => folder.remove())

/** Where the first store of the folder lies. */
const path = (): string => join(folder.dir, '0.sqlite')
const started = {
  step: 'started' as const,
  data: { pid: 1, host: 'somewhere', options: defaultMigrateOptions },
}

describe('the record of a run', () => {
  it('gives back what it was told, after it was closed and opened again', () => {
    const store = folder.create(undefined, { planOptions: { userId: 'u1', limit: 5 } })
    const items = [
      plannedItem('d1', { followers: ['i1', 'i2'] }),
      plannedItem('d2', {
        verdict: 'blocked',
        code: 'FILE_MISSING',
        message: 'Nothing lies there.',
        source: null,
        key: null,
      }),
    ]
    seal(store, items)
    store.append([{ step: 'verified', seq: 1, data: verified }])
    store.close()

    const again = RunStore.open(path(), 'read')
    expect(again.header).toEqual({ ...header, planOptions: { userId: 'u1', limit: 5 } })
    expect(again.item(1)).toEqual({ ...items[0], seq: 1 })
    expect(again.item(2)).toEqual({ ...items[1], seq: 2 })
    expect(again.last('planned')?.totals).toMatchObject({ documents: 2, move: 1, blocked: 1 })
    expect(again.last('verified', 1)).toEqual(verified)
    expect(again.last('finished')).toBeNull()
    again.close()
  })

  it('survives the end of the process: it is on disk when a call returns', () => {
    const store = folder.create()
    expect(store.query.prepare('SELECT synchronous FROM pragma_synchronous').get()).toEqual({ synchronous: 2 })
    expect(store.query.prepare('SELECT journal_mode FROM pragma_journal_mode').get()).toEqual({
      journal_mode: 'wal',
    })
    seal(store, [plannedItem('d1')])
    // A second reader sees only what is committed to the file.
    const reader = RunStore.open(path(), 'read')
    store.append([{ step: 'send-intent', data: { seqs: [1] } }])
    expect(reader.last('send-intent')).toEqual({ seqs: [1] })
    reader.close()
  })

  it.each(['run', 'item', 'journal'])('neither changes nor forgets a line of “%s”', (table) => {
    const store = folder.create()
    seal(store, [plannedItem('d1')])
    const columns = { run: 'host', item: 'filename', journal: 'step' }
    const column = columns[table as keyof typeof columns]
    expect(() => store.query.prepare(`UPDATE ${table} SET ${column} = 'forged'`).run()).toThrow(/append-only/)
    expect(() => store.query.prepare(`DELETE FROM ${table}`).run()).toThrow(/append-only/)
  })

  it('takes nothing more into a plan that is complete', () => {
    const store = folder.create()
    seal(store, [plannedItem('d1')])
    expect(() => store.addItems([plannedItem('d2')])).toThrow(/sealed/)
  })

  it('takes all of a batch or nothing', () => {
    const store = folder.create()
    seal(store, [plannedItem('d1')])
    store.query
      .prepare(
        `CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.step = 'removed' BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
      )
      .run()
    expect(() =>
      store.append([
        { step: 'committed', seq: 1, data: {} },
        { step: 'removed', seq: 1, data: {} },
      ]),
    ).toThrow('disk full')
    expect(store.last('committed', 1)).toBeNull()
  })

  it('may not be written to by who only reads', () => {
    folder.create()
    const reader = RunStore.open(path(), 'read')
    expect(() => reader.append([{ step: 'committed', seq: 1, data: {} }])).toThrow()
    reader.close()
  })

  it('gives the items to move in the order of the plan, over page borders', () => {
    const store = folder.create()
    const items = Array.from({ length: 1_100 }, (_, n) =>
      plannedItem(`d${n}`, n % 3 === 0 ? { verdict: 'skip', code: 'ALREADY_ON_S3' } : {}),
    )
    seal(store, items)
    const names = [...store.remaining()].flat().map(({ item }) => item.rowId)
    expect(names).toEqual(items.filter(({ verdict }) => verdict === 'move').map(({ rowId }) => rowId))
  })

  it('gives the copies that are not undone last first, and knows which of them rows point at', () => {
    const store = folder.create()
    seal(
      store,
      ['a', 'b', 'c', 'd', 'e'].map((name) => plannedItem(name)),
    )
    const copied = [1, 2, 3, 4].map((seq) => ({ step: 'verified' as const, seq, data: verified }))
    store.append(copied)
    const error: ErrorData = { code: 'ROLLBACK_BLOCKED', title: '', message: '', remedy: '', causes: [] }
    store.append([
      { step: 'committed', seq: 1, data: {} },
      { step: 'committed', seq: 2, data: {} },
      { step: 'restored', seq: 2, data: {} },
      { step: 'committed', seq: 4, data: {} },
      { step: 'restore-failed', seq: 4, code: 'ROLLBACK_BLOCKED', data: error },
    ])
    expect([...store.copied()].flat().map(({ item, committed }) => [item.rowId, committed])).toEqual([
      ['d', true],
      ['c', false],
      ['a', true],
    ])
  })
})

describe('a file that is no record of a run', () => {
  it.each([
    ['is not there', null],
    ['is empty', ''],
    ['is something else', 'no database at all, but long enough to be looked at as one. '.repeat(20)],
  ])('%s', async (_story, content) => {
    const other = join(folder.dir, 'other.sqlite')
    if (content !== null) await writeFile(other, content)
    expect(() => RunStore.open(other, 'read')).toThrow(
      expect.objectContaining({ code: 'RUN_STORE_INVALID', scope: 'run' }),
    )
  })

  it('is of a newer version', () => {
    const store = folder.create()
    store.query.prepare('PRAGMA user_version = 99').run()
    expect(() => RunStore.open(path(), 'read')).toThrow(expect.objectContaining({ code: 'RUN_STORE_INVALID' }))
  })
})

describe('whether a plan may be carried out', () => {
  it('once, when it is complete', () => {
    const store = folder.create()
    seal(store, [plannedItem('d1')])
    expect(() => assertStartable(store)).not.toThrow()
    store.append([started])
    expect(() => assertStartable(store)).toThrow(expect.objectContaining({ code: 'RUN_NOT_STARTABLE' }))
  })

  it('never when it was not finished', () => {
    const store = folder.create()
    store.addItems([plannedItem('d1')])
    expect(() => assertStartable(store)).toThrow(expect.objectContaining({ code: 'RUN_NOT_STARTABLE' }))
  })
})
