import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { itemPage } from '../../../../src/main/engine/journal/items.ts'
import { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { exportStateFile } from '../../../../src/main/engine/journal/stateFile.ts'
import { describeRun, reportOf } from '../../../../src/main/engine/journal/summary.ts'

const fixtures = join(import.meta.dirname, '../../../fixtures/runs')
const nobody = () => false

let dir = ''
let store: RunStore | null = null
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-old-'))
})
afterEach(async () => {
  store?.close()
  store = null
  await rm(dir, { recursive: true, force: true })
})

async function open(name: string, access: 'read' | 'write'): Promise<RunStore> {
  const path = join(dir, 'run.sqlite')
  await copyFile(join(fixtures, name), path)
  return (store = RunStore.open(path, access))
}

describe('a run that version 1 has written', () => {
  it('is shown as it ended', async () => {
    const run = await open('v1-completed.sqlite', 'read')
    expect(describeRun(run, nobody)).toMatchObject({
      kind: 'migrate',
      parent: null,
      status: 'completed with failures',
      committed: 5,
      failed: 2,
      skipped: 1,
      freed: 0,
      seconds: 3.2,
      options: { batchSize: 500, copyOnly: false },
    })
    expect(itemPage(run, { after: 0, limit: 20 }).items.map(({ state }) => state)).toEqual([
      'committed',
      'committed',
      'committed',
      'committed',
      'failed',
      'failed',
      'skipped',
      'committed',
    ])
  })

  it('can be undone', async () => {
    const run = await open('v1-completed.sqlite', 'write')
    const copies = [...run.copied()].flat().filter(({ committed }) => committed)
    expect(copies.map(({ item }) => item.rowId)).toEqual(['h', 'd', 'c', 'b', 'a'])
    run.append([{ step: 'restored', seq: 1, data: { by: '20261123-100000-abcd' } }])
    expect(reportOf(run)).toMatchObject({ status: 'partly rolled back', restored: 1, committed: 4 })
  })

  it('can be gone on with where it was interrupted', async () => {
    const run = await open('v1-interrupted.sqlite', 'write')
    expect(reportOf(run)).toMatchObject({ status: 'interrupted', committed: 2, remaining: 3, copied: 2 })
    expect([...run.remaining()].flat().map(({ item, verified }) => [item.rowId, verified !== null])).toEqual([
      ['b', true],
      ['c', true],
      ['d', false],
    ])
    expect(run.openUpload(4)).toEqual({ uploadId: 'abc', parts: [] })
  })

  it('can be exported', async () => {
    const run = await open('v1-completed.sqlite', 'write')
    expect(await exportStateFile(run, dir)).toMatch(/migration_state_20261122_084501\.json$/)
  })

  it('stays append-only, the paths that are saved now too', async () => {
    const run = await open('v1-interrupted.sqlite', 'write')
    run.query.prepare(`INSERT INTO path_snapshot VALUES ('a', 'documents.file_path', 'a', '/x')`).run()
    expect(() => run.query.prepare(`UPDATE path_snapshot SET path = '/y'`).run()).toThrow(/append-only/)
    expect(() => run.query.prepare('DELETE FROM path_snapshot').run()).toThrow(/append-only/)
    expect(() => run.query.prepare('DELETE FROM journal').run()).toThrow(/append-only/)
  })
})
