import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorData, MigrateError } from '../../../src/main/engine/errors.ts'
import type { PlannedItem } from '../../../src/main/engine/plan/item.ts'
import { PlanTable } from '../../../src/main/runs/reading/planTable.ts'
import type { PlanFilter, PlanList } from '../../../src/shared/planTable.ts'
import { openStoreFolder, plannedItem, seal, type StoreFolder } from '../../fakes/runStores.ts'

const all: PlanList = { filter: {}, order: 'plan', descending: false }

let folder: StoreFolder
let open: PlanTable[] = []
beforeEach(async () => {
  folder = await openStoreFolder()
  open = []
})
afterEach(async () => {
  for (const table of open) table.close()
  await folder.remove()
})

function tableOf(items: readonly PlannedItem[]): PlanTable {
  const store = folder.create()
  seal(store, items)
  const table = new PlanTable(join(folder.dir, '0.sqlite'))
  open.push(table)
  return table
}

const namesOf = (table: PlanTable, list: Partial<PlanList>, from = 0, limit = 100): string[] =>
  table.rows({ ...all, ...list }, from, limit).rows.map(({ filename }) => filename)

const some = [
  plannedItem('b', { filename: 'Bill.pdf', size: 300, mimeType: 'application/pdf', userId: 'ada' }),
  plannedItem('a', {
    filename: 'army.png',
    size: 5_000_000,
    mtimeMs: 1_800_000_000_000,
    mimeType: 'image/png',
    userId: 'ada',
  }),
  plannedItem('c', { filename: 'cat_1.txt', size: 10, verdict: 'blocked', code: 'FILE_MISSING', source: null }),
  plannedItem('d', { filename: 'Dog.txt', size: 20, verdict: 'skip', code: 'ALREADY_ON_S3', mimeType: null }),
  plannedItem('e', { filename: 'cat21.txt', size: 20 }),
]

describe('a plan as a list', () => {
  it('is in the order in which it will be carried out, and read from any place', () => {
    const table = tableOf(some)
    expect(table.rows(all, 0, 2)).toMatchObject({ total: 5, bytes: 5_000_320, rows: [{ seq: 1 }, { seq: 2 }] })
    expect(namesOf(table, {}, 3, 10)).toEqual(['Dog.txt', 'cat21.txt'])
    expect(table.rows(all, 5, 10).rows).toEqual([])
  })

  it.each<[order: PlanList['order'], descending: boolean, names: string[]]>([
    ['filename', false, ['army.png', 'Bill.pdf', 'cat21.txt', 'cat_1.txt', 'Dog.txt']],
    ['size', true, ['army.png', 'Bill.pdf', 'Dog.txt', 'cat21.txt', 'cat_1.txt']],
    ['changed', true, ['army.png', 'Bill.pdf', 'cat_1.txt', 'Dog.txt', 'cat21.txt']],
    ['type', false, ['Dog.txt', 'Bill.pdf', 'army.png', 'cat21.txt', 'cat_1.txt']],
    ['finding', false, ['cat_1.txt', 'Dog.txt', 'Bill.pdf', 'army.png', 'cat21.txt']],
    ['plan', true, ['cat21.txt', 'Dog.txt', 'cat_1.txt', 'army.png', 'Bill.pdf']],
  ])('is sorted by %s', (order, descending, names) => {
    expect(namesOf(tableOf(some), { order, descending })).toEqual(names)
  })

  it('says when each file was changed, and nothing of a file that is missing', () => {
    const changes = tableOf(some)
      .rows(all, 1, 2)
      .rows.map(({ modifiedAt }) => modifiedAt)
    expect(changes).toEqual([1_800_000_000_000, null])
  })

  it.each<[filter: PlanFilter, names: string[]]>([
    [{ text: 'CAT' }, ['cat_1.txt', 'cat21.txt']],
    [{ text: 't_1' }, ['cat_1.txt']],
    [{ text: 'documents/user/2024' }, ['Bill.pdf', 'army.png', 'cat_1.txt', 'Dog.txt', 'cat21.txt']],
    [{ userId: 'ada' }, ['Bill.pdf', 'army.png']],
    [{ type: null }, ['Dog.txt']],
    [{ type: 'image/png' }, ['army.png']],
    [{ sizeFrom: 20, sizeBelow: 300 }, ['Dog.txt', 'cat21.txt']],
    [{ state: 'excluded' }, ['cat_1.txt']],
    [{ code: 'ALREADY_ON_S3' }, ['Dog.txt']],
    [{ userId: 'ada', text: 'bill' }, ['Bill.pdf']],
    [{ userId: 'nobody' }, []],
  ])('is narrowed to %o', (filter, names) => {
    const table = tableOf(some)
    expect(namesOf(table, { filter })).toEqual(names)
    expect(table.rows({ ...all, filter }, 0, 1).total).toBe(names.length)
  })

  it('counts the bytes of what is to be moved', () => {
    expect(tableOf(some).rows({ ...all, filter: { text: 'cat' } }, 0, 1).bytes).toBe(20)
  })

  it('gives the same lines whichever lists were looked at in between', () => {
    const table = tableOf(some)
    const bySize: PlanList = { ...all, order: 'size' }
    const before = table.rows(bySize, 0, 10)
    for (const order of ['filename', 'type', 'finding'] as const) table.rows({ ...all, order }, 0, 10)
    expect(table.rows(bySize, 0, 10)).toEqual(before)
  })

  it('is whole where the numbers of its items have gaps, as in a plan that goes back over another run', () => {
    const store = folder.create()
    store.addItems([
      { ...plannedItem('x'), seq: 7 },
      { ...plannedItem('y'), seq: 40 },
    ])
    seal(store, [plannedItem('z')])
    const table = new PlanTable(join(folder.dir, '0.sqlite'))
    open.push(table)
    expect(namesOf(table, {}, 1, 10)).toEqual(['y.txt', 'z.txt'])
  })

  it('tells everything about one item', () => {
    expect(tableOf(some).item(3)).toMatchObject({
      seq: 3,
      filename: 'cat_1.txt',
      path: '/app/uploads/documents/c.txt',
      source: null,
      modifiedAt: null,
      state: 'excluded',
      code: 'FILE_MISSING',
      userId: 'user',
      userName: null,
      key: 'documents/user/2024/05/c.txt',
    })
  })

  it('knows what it can be narrowed to, and what it asks of the service', () => {
    const large = plannedItem('l', { size: 101 * 1024 ** 2 })
    const { users, types, codes, requests } = tableOf([...some, large]).facets()
    expect(users.map(({ userId, items }) => [userId, items])).toEqual([
      ['user', 4],
      ['ada', 2],
    ])
    expect(types.map(({ type, items }) => [type, items])).toEqual([
      ['text/plain', 3],
      [null, 1],
      ['application/pdf', 1],
      ['image/png', 1],
    ])
    expect(codes).toEqual([
      { code: 'ALREADY_ON_S3', state: 'skipped', items: 1 },
      { code: 'FILE_MISSING', state: 'excluded', items: 1 },
    ])
    // Three small files; seven parts, a beginning and an end for the large one.
    expect(requests).toEqual({ files: 4, writes: 12, reads: 6 })
  })

  it('calls users by the names that they had when the run was planned', () => {
    const store = folder.create()
    store.append([{ step: 'users', data: [{ id: 'ada', name: 'Ada Lovelace' }] }])
    seal(store, some)
    const table = new PlanTable(join(folder.dir, '0.sqlite'))
    open.push(table)
    expect(table.rows(all, 0, 3).rows.map(({ userName }) => userName)).toEqual(['Ada Lovelace', 'Ada Lovelace', null])
    expect(table.item(1)).toMatchObject({ userId: 'ada', userName: 'Ada Lovelace' })
    expect(table.facets().users.map(({ name }) => name)).toEqual([null, 'Ada Lovelace'])
  })

  it('is refused while the plan is being made', () => {
    const store = folder.create()
    store.addItems(some)
    expect(() => new PlanTable(join(folder.dir, '0.sqlite'))).toThrow('Its plan was not finished.')
  })
})

describe('a run as a list', () => {
  const failed = errorData(new MigrateError('SOURCE_CHANGED', { message: 'It was written to.' }))

  function running(): { table: PlanTable; fail: (seq: number) => void } {
    const store = folder.create()
    seal(store, some)
    const table = new PlanTable(join(folder.dir, '0.sqlite'))
    open.push(table)
    return { table, fail: (seq) => store.append([{ step: 'failed', seq, code: failed.code, data: failed }]) }
  }
  const statesOf = (table: PlanTable): string[] => table.rows(all, 0, 10).rows.map(({ state }) => state)

  it('shows each file as it stands now, and what the plan excluded apart from what failed', () => {
    const { table, fail } = running()
    expect(statesOf(table)).toEqual(['pending', 'pending', 'excluded', 'skipped', 'pending'])
    fail(2)
    expect(statesOf(table)).toEqual(['pending', 'failed', 'excluded', 'skipped', 'pending'])
    expect(table.item(2)).toMatchObject({ state: 'failed', code: 'SOURCE_CHANGED', message: 'It was written to.' })
    expect(table.facets().codes.map(({ code, state }) => [code, state])).toEqual([
      ['ALREADY_ON_S3', 'skipped'],
      ['FILE_MISSING', 'excluded'],
      ['SOURCE_CHANGED', 'failed'],
    ])
  })

  it('is narrowed and sorted by what has become of the files, also by what came since', () => {
    const { table, fail } = running()
    fail(2)
    expect(namesOf(table, { filter: { state: 'failed' } })).toEqual(['army.png'])
    fail(5)
    expect(namesOf(table, { filter: { state: 'failed' } })).toEqual(['army.png', 'cat21.txt'])
    expect(namesOf(table, { filter: { code: 'SOURCE_CHANGED', text: 'cat' } })).toEqual(['cat21.txt'])
    expect(namesOf(table, { filter: { state: 'pending' } })).toEqual(['Bill.pdf'])
    expect(namesOf(table, { order: 'finding' })).toEqual(['army.png', 'cat21.txt', 'cat_1.txt', 'Dog.txt', 'Bill.pdf'])
    expect(namesOf(table, { order: 'user' })).toEqual(['Bill.pdf', 'army.png', 'cat_1.txt', 'Dog.txt', 'cat21.txt'])
  })
})
