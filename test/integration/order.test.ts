import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outputTo } from '../../src/main/cli/output.ts'
import { runProgram } from '../../src/main/cli/program.ts'
import { reportOf } from '../../src/main/engine/journal/summary.ts'
import { filesOf } from './migrated.ts'
import { idOf } from './outside.ts'
import { codesOf, parseReport, World } from './world.ts'

let readur: World
beforeEach(async () => {
  readur = await World.bulk(4)
})
afterEach(() => readur.close())

/** Its settings tell Readur to store in the bucket, and it was restarted with them; or locally. */
async function set(isOnS3: boolean): Promise<void> {
  if (isOnS3) readur.confirmReadur()
  const text = await readFile(readur.envFile, 'utf8')
  await writeFile(readur.envFile, text.replace(/^S3_ENABLED=.*$/m, `S3_ENABLED=${isOnS3}`))
}

/** A command at a terminal, where somebody gives this answer to every question. */
async function atTerminal(answer: boolean, ...args: string[]): Promise<{ code: number; asked: string[] }> {
  const asked: string[] = []
  const streams = outputTo({ out: () => undefined, err: () => undefined, terminal: false })
  const ask = (question: string): Promise<boolean> => Promise.resolve(asked.push(question) > 0 && answer)
  const all = [...args, '--env-file', readur.envFile]
  return { code: await runProgram(all, { READUR_MIGRATE_HOME: readur.home }, { ...streams, ask }), asked }
}

const rows = async (): Promise<unknown> => (await readur.snapshot()).rows.documents

describe('rows that are switched before Readur is known to use the bucket', () => {
  beforeEach(() => set(false))

  it('are a warning of the run in report and JSON, where nobody can be asked; the exit code stays', async () => {
    const { code, report, err } = await readur.run('migrate')
    expect(code).toBe(0)
    expect(report).toMatchObject({ status: 'completed', committed: 4 })
    expect(codesOf(report)).toEqual(['READUR_NOT_SWITCHED 1'])
    expect(report.problems[0]?.examples[0]?.message).toContain(`stores locally (its settings in ${readur.envFile})`)
    expect(err).toContain('can’t open documents that were switched')
  })

  it('are asked about at a terminal, and nothing is changed by a no', async () => {
    const { code, asked } = await atTerminal(false, 'migrate')
    expect(code).toBe(130)
    expect(asked).toEqual([expect.stringContaining('can’t open documents that were switched to S3 until it uses this')])
    expect(await readur.snapshot()).toEqual(readur.before)
    expect((await atTerminal(true, 'migrate', '--yes')).asked).toEqual([])
    expect(await rows()).not.toEqual(readur.before.rows.documents)
  })

  it('are no question where nothing is switched, or Readur uses the bucket', async () => {
    const copied = await atTerminal(false, 'migrate', '--copy-only')
    expect(copied).toEqual({ code: 0, asked: [] })
    expect(readur.runs.with(readur.latest?.runId ?? '', (run) => reportOf(run).problems)).toEqual([])
    await set(true)
    expect(await atTerminal(false, 'migrate')).toEqual({ code: 0, asked: [] })
  })

  it('are asked about where only a file names the bucket: it does not show whether Readur was restarted', async () => {
    expect(await atTerminal(false, 'plan')).toMatchObject({ code: 0 })
    const text = await readFile(readur.envFile, 'utf8')
    await writeFile(readur.envFile, text.replace(/^S3_ENABLED=.*$/m, 'S3_ENABLED=true'))
    const { code, asked } = await atTerminal(false, 'migrate')
    expect({ code, asked }).toEqual({ code: 130, asked: [expect.stringContaining('can’t open documents')] })
    expect(await rows()).toEqual(readur.before.rows.documents)
  })

  it('are asked about before a cutover as well, and no warning remains once Readur was switched', async () => {
    const run = idOf(await readur.run('migrate', '--copy-only'))
    const { code, asked } = await atTerminal(false, 'switch', run)
    expect({ code, asked }).toEqual({ code: 130, asked: [expect.stringContaining('can’t open documents')] })
    await set(true)
    const { report } = await readur.run('switch', run, '--yes')
    expect(report).toMatchObject({ status: 'completed', committed: 4, problems: [] })
  })

  it('are asked about where a rollback is undone, and where what failed is tried again', async () => {
    const lost = `${readur.uploadsDir}/${readur.localFiles[0] ?? ''}`
    const bytes = await readFile(lost)
    await writeFile(lost, 'damaged')
    const run = idOf(await readur.run('migrate'))
    await writeFile(lost, bytes)
    const asks = { code: 130, asked: [expect.stringContaining('can’t open documents')] }
    const before = await rows()
    expect(await atTerminal(false, 'resume', run, '--retry-failed')).toMatchObject(asks)
    expect(await rows()).toEqual(before)
    const back = idOf(await readur.run('rollback', run, '--yes'))
    const local = await rows()
    expect(await atTerminal(false, 'rollback', back)).toMatchObject(asks)
    expect(await rows()).toEqual(local)
  })

  it('stay unswitched when what failed to be copied is tried again', async () => {
    const lost = readur.localFiles[0] ?? ''
    const path = `${readur.uploadsDir}/${lost}`
    const bytes = await readFile(path)
    await writeFile(path, 'damaged')
    const run = idOf(await readur.run('migrate', '--copy-only'))
    await writeFile(path, bytes)
    const { report } = await readur.run('resume', run, '--retry-failed')
    expect(report).toMatchObject({ status: 'copied', copied: 1, committed: 0 })
    expect(await rows()).toEqual(readur.before.rows.documents)
  })
})

describe('freeing space', () => {
  const free = async (run: string, ...options: string[]) => {
    const { code, out } = await readur.call('free', run, ...options, '--json', '--env-file', readur.envFile)
    return { code, report: parseReport(out.join('\n')) }
  }
  const validate = (run: string) => readur.call('validate', run, '--json', '--env-file', readur.envFile)

  it('needs a validation of the run, says so, and changes nothing without', async () => {
    const run = idOf(await readur.run('migrate'))
    const before = await readur.snapshot()
    const { code, report } = await free(run, '--yes')
    expect({ code, codes: codesOf(report) }).toEqual({ code: 3, codes: ['FREE_TOO_EARLY 1'] })
    expect(report.problems[0]?.examples[0]?.message).toBe('The run hasn’t been validated since it last changed.')
    expect(codesOf((await free(run, '--dry-run')).report)).toEqual(['FREE_TOO_EARLY 1'])
    expect(await readur.snapshot()).toEqual(before)
    expect((await validate(run)).code).toBe(0)
    expect(await free(run, '--yes')).toMatchObject({ code: 0, report: { freed: 4, problems: [] } })
  })

  it('needs Readur on the bucket, too; all the same only for who says so', async () => {
    const run = idOf(await readur.run('migrate'))
    await validate(run)
    await set(false)
    const before = filesOf(await readur.snapshot())
    const { code, report } = await free(run, '--yes')
    expect(code).toBe(3)
    expect(report.problems[0]?.examples[0]?.message).toContain('Readur stores locally')
    expect(filesOf(await readur.snapshot())).toEqual(before)
    expect(await free(run, '--yes', '--anyway')).toMatchObject({ code: 0, report: { freed: 4 } })
  })

  it('needs a validation that passed', async () => {
    const run = idOf(await readur.run('migrate'))
    await readur.query('DELETE FROM documents WHERE id = $1', [readur.expectations[0]?.rowId])
    await readur.query(`UPDATE documents SET file_path = '/app/uploads/documents/nowhere.txt' WHERE id = $1`, [
      readur.expectations[1]?.rowId,
    ])
    expect((await validate(run)).code).toBe(1)
    const { code, report } = await free(run, '--yes')
    expect(code).toBe(3)
    expect(report.problems[0]?.examples[0]?.message).toBe('The latest validation of the run failed.')
  })
})
