import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorData, MigrateError } from '../../../src/main/engine/errors.ts'
import { recordCommands } from '../../../src/main/ipc/records.ts'
import { countOutdated, forgetOutdated } from '../../../src/main/runs/forgetting.ts'
import { createReads } from '../../../src/main/runs/reading/reads.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import { stateFilePage } from '../../../src/main/runs/reports/stateFilePage.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import { type RunKind } from '../../../src/shared/runKind.ts'
import { header, plannedItem, seal } from '../../fakes/runStores.ts'

let dir = ''
let runs: RunFolder
let chosen: string | null = null
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-records-'))
  await mkdir(join(dir, 'runs'))
  runs = new RunFolder(join(dir, 'runs'))
  chosen = null
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const errorOf = (message: string) => errorData(new MigrateError('FILE_MISSING', { message, scope: 'item' }))

const commands = () =>
  recordCommands({ runs, reads: createReads(runs), chooseReportFile: () => Promise.resolve(chosen) })

type Outcome = 'committed' | 'failed' | 'restored' | null

/** A run of documents, each with what became of it. */
function run(
  outcomes: Record<string, Outcome>,
  more: { kind?: RunKind; parent?: string | null; ended?: boolean } = {},
) {
  const { kind = 'migrate', parent = null, ended = true } = more
  const store = runs.create({ ...header, kind, parent })
  const names = Object.keys(outcomes)
  seal(
    store,
    names.map((name) => plannedItem(name)),
  )
  store.append([{ step: 'started', data: { pid: 1, host: 'h', options: defaultMigrateOptions } }])
  names.forEach((name, index) => {
    const step = outcomes[name]
    if (step === 'failed') store.append([{ step, seq: index + 1, code: 'FILE_MISSING', data: errorOf('gone') }])
    else if (step) store.append([{ step, seq: index + 1, data: {} }])
  })
  if (ended) {
    const committed = Object.values(outcomes).filter((one) => one === 'committed').length
    const restored = Object.values(outcomes).filter((one) => one === 'restored').length
    const failed = names.length - committed - restored
    store.append([
      {
        step: 'finished',
        data: {
          status: failed > 0 ? 'completed with failures' : 'completed',
          seconds: 1,
          finishedAt: Date.now(),
          bytes: 1,
          counts: { planned: names.length, committed, failed, skipped: 0, restored, freed: 0, remaining: 0 },
        },
      },
    ])
  }
  store.close()
  return store.header.id
}

describe('two runs compared', () => {
  it('stand side by side, file by file', async () => {
    const first = run({ a: 'committed', b: 'failed', c: 'failed' })
    const second = run({ b: 'committed', c: 'failed', d: 'committed' })
    const { alike, differences } = await commands()['records.compare'].run(first, second)
    expect(alike).toBe(1)
    expect(
      differences.map(({ from, to, count, examples }) => [from, to, count, examples[0]?.documentId]).sort(),
    ).toEqual([
      [null, 'committed', 1, 'd'],
      ['committed', null, 1, 'a'],
      ['failed', 'committed', 1, 'b'],
    ])
  })

  it('are refused when one of them is not there', async () => {
    const first = run({ a: 'committed' })
    await expect(commands()['records.compare'].run(first, '20200101-000000-0000')).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    })
  })
})

describe('forgetting a run', () => {
  it('takes its record away, and nothing else', async () => {
    const [kept, gone] = [run({ a: 'committed' }), run({ b: 'committed' })]
    await writeFile(join(dir, 'state.json'), '{}')
    commands()['records.forget'].run(gone)
    expect(runs.ids()).toEqual([kept])
    expect((await readdir(join(dir, 'runs'))).filter((name) => name.startsWith(gone))).toEqual([])
    expect(await readdir(dir)).toContain('state.json')
  })

  it('is refused while a run that goes back over it is not done', () => {
    const parent = run({ a: 'committed' })
    run({ a: null }, { kind: 'rollback', parent, ended: false })
    expect(() => commands()['records.forget'].run(parent)).toThrow(expect.objectContaining({ code: 'RUN_NEEDED' }))
    expect(runs.has(parent)).toBe(true)
  })

  it('is refused while somebody works on it', () => {
    const store = runs.create(header)
    expect(() => commands()['records.forget'].run(store.header.id)).toThrow(
      expect.objectContaining({ code: 'RUN_BUSY' }),
    )
    store.close()
    expect(runs.has(store.header.id)).toBe(true)
  })

  it('by age passes over what can still be rolled back or gone on with', () => {
    const moved = run({ a: 'committed' })
    const interrupted = run({ b: null }, { ended: false })
    const failed = run({ c: 'failed' })
    const later = Date.now() + 100 * 24 * 60 * 60 * 1000
    expect(countOutdated(runs, 90, later)).toEqual({ free: 1, kept: 2 })
    expect(countOutdated(runs, 365, later)).toEqual({ free: 0, kept: 0 })
    expect(forgetOutdated(runs, 90, later)).toBe(1)
    expect(runs.ids().sort()).toEqual([moved, interrupted].sort())
    expect(runs.has(failed)).toBe(false)
  })
})

describe('the state file on the disk', () => {
  it('comes in whole lines, page by page, and is complete', async () => {
    const path = join(dir, 'state.json')
    const lines = Array.from(
      { length: 4_000 },
      (_, n) => `    {"document_id":"${n}","original_path":"Übergröße ${n}"},`,
    )
    await writeFile(path, lines.join('\n'))
    const pages: string[] = []
    for (let next: number | null = 0; next !== null;) {
      const page: Awaited<ReturnType<typeof stateFilePage>> = await stateFilePage(path, next)
      if (page.next !== null) expect(page.text.endsWith('\n')).toBe(true)
      pages.push(page.text)
      next = page.next
    }
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.join('')).toBe(lines.join('\n'))
  })

  it('has a page beyond its end that is empty, and is missed when it is gone', async () => {
    const path = join(dir, 'state.json')
    await writeFile(path, '{}')
    expect(await stateFilePage(path, 99)).toMatchObject({ text: '', next: null, size: 2 })
    await rm(path)
    await expect(stateFilePage(path, 0)).rejects.toMatchObject({ code: 'STATE_FILE_GONE' })
    const id = run({ a: 'committed' })
    await expect(commands()['records.statePage'].run(id, 0)).rejects.toMatchObject({ code: 'STATE_FILE_GONE' })
  })
})

describe('the report of a run', () => {
  it('is written as JSON, CSV and HTML, where the user says', async () => {
    const id = run({ a: 'committed', b: 'failed' })
    expect(await commands()['records.saveReport'].run(id, 'json')).toBeNull()
    for (const format of ['json', 'csv', 'html'] as const) {
      chosen = join(dir, `report.${format}`)
      expect(await commands()['records.saveReport'].run(id, format)).toEqual({ path: chosen })
    }
    const json: unknown = JSON.parse(await readFile(join(dir, 'report.json'), 'utf8'))
    expect(json).toMatchObject({ runId: id, committed: 1, failed: 1, problems: [{ code: 'FILE_MISSING', count: 1 }] })
    const csv = (await readFile(join(dir, 'report.csv'), 'utf8')).split('\r\n')
    expect(csv).toHaveLength(4)
    expect(csv[2]).toContain('failed,FILE_MISSING,gone')
    expect(await readFile(join(dir, 'report.html'), 'utf8')).toContain('File not found (1)')
  })

  it('takes names of files for text: no formula in CSV, no markup in HTML', async () => {
    const store = runs.create(header)
    const item = {
      ...plannedItem('a'),
      filename: '=HYPERLINK("http://evil","x")',
      oldPath: '<script>alert(1)</script>',
    }
    seal(store, [item])
    store.append([{ step: 'failed', seq: 1, code: 'FILE_MISSING', data: errorOf('<b>gone</b>') }])
    store.close()
    for (const format of ['csv', 'html'] as const) {
      chosen = join(dir, `evil.${format}`)
      await commands()['records.saveReport'].run(store.header.id, format)
    }
    expect(await readFile(join(dir, 'evil.csv'), 'utf8')).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`)
    const html = await readFile(join(dir, 'evil.html'), 'utf8')
    expect(html).not.toMatch(/<script|<b>/)
    expect(html).toContain('&#60;script&#62;')
  })

  it('that cannot be written is an error with a remedy, and leaves nothing behind', async () => {
    const id = run({ a: 'committed' })
    chosen = join(dir, 'no such folder', 'report.csv')
    await expect(commands()['records.saveReport'].run(id, 'csv')).rejects.toMatchObject({ code: 'REPORT_UNWRITABLE' })
  })
})
