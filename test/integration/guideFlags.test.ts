import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLineOf } from '../../src/main/cli/commandLine.ts'
import { addsUp, parseReport, World, type Ran, type Report } from './world.ts'

let readur: World
beforeEach(async () => {
  readur = await World.bulk(6)
})
afterEach(() => readur.close())

/** A command line of the guide, word for word; only where the settings are is added. */
const guide = (line: string): Promise<Omit<Ran, 'report'>> =>
  readur.call(...line.split(' '), '--env-file', readur.envFile)
const guideReport = async (line: string): Promise<{ code: number; report: Report }> => {
  const { code, out } = await guide(`${line} --json`)
  const report = parseReport(out.join('\n'))
  expect(addsUp(report)).toBe(true)
  return { code, report }
}
const rowsOnS3 = async (): Promise<number> =>
  (await readur.query(`SELECT 1 FROM documents WHERE file_path LIKE 's3://%'`)).length

describe('the guide’s own command lines', () => {
  it.each([
    '--enable-rollback --batch-size 500',
    '--enable-rollback --batch-size 100',
    '--enable-rollback --parallel-uploads 10',
    '--enable-rollback --multipart-threshold 50MB',
    '--enable-rollback --fresh-start',
    '--enable-rollback',
  ])('%s migrates', async (line) => {
    expect(await guideReport(line)).toMatchObject({ code: 0, report: { status: 'completed', committed: 6 } })
    expect(await readur.check()).toMatchObject({ ok: true, differences: [] })
  })

  it('--enable-rollback rolls all of it back when a file fails', async () => {
    const broken = readur.localFiles[2] ?? ''
    await readur.query('UPDATE documents SET file_hash = $2 WHERE id = $1', [
      broken.split('/').at(-1)?.replace('.txt', ''),
      'f'.repeat(64),
    ])
    const { code, report } = await guideReport('--enable-rollback --batch-size 500')
    expect(code).toBe(4)
    expect(report).toMatchObject({ status: 'rolled back', committed: 0 })
    expect(await rowsOnS3()).toBe(0)
  })

  it('--dry-run plans and changes nothing', async () => {
    expect(await guideReport('--dry-run')).toMatchObject({ code: 0, report: { status: 'planned', remaining: 6 } })
    expect(await readur.snapshot()).toEqual(readur.before)
  })

  it('--user-id and --limit narrow it, alone and together', async () => {
    const [row] = (await readur.query('SELECT user_id FROM documents GROUP BY 1 ORDER BY count(*) DESC')) as {
      user_id: string
    }[]
    const user = row?.user_id ?? ''
    expect(await guideReport(`--user-id ${user} --limit 1`)).toMatchObject({ code: 0, report: { committed: 1 } })
    expect(await guideReport('--limit 2 --dry-run')).toMatchObject({ code: 0, report: { remaining: 2 } })
    await guideReport(`--user-id ${user}`)
    const moved = await readur.query(`SELECT DISTINCT user_id FROM documents WHERE file_path LIKE 's3://%'`)
    expect(moved).toEqual([{ user_id: user }])
  })

  it('--delete-local explains what to do instead, and changes nothing', async () => {
    const { code, out, err } = await guide('--delete-local')
    expect([2, 3]).toContain(code)
    expect(err).toContain('DELETE_LOCAL')
    expect(err).toContain('free RUN')
    expect(out).toEqual([])
    expect(await readur.snapshot()).toEqual(readur.before)
    expect(readur.latest).toBeNull()
  })

  it('--status lists the runs, and --verify-state compares the latest', async () => {
    expect(await guide('--status')).toMatchObject({ code: 0, out: ['There are no runs yet.'] })
    expect(await guide('--verify-state')).toMatchObject({ code: 2 })
    await guide('--enable-rollback')
    const status = await guide('--status')
    expect(status).toMatchObject({ code: 0 })
    expect(status.out.join('\n')).toContain(readur.latest?.runId)
    expect(status.out.join('\n')).toContain('6 moved')
    const verified = await guide('--verify-state')
    expect(verified).toMatchObject({ code: 0 })
    expect(verified.out.join('\n')).toContain('6 files checked')
  })

  it('--audit-files compares rows, files and bucket', async () => {
    await rm(join(readur.uploadsDir, readur.localFiles[0] ?? ''))
    const { code, out } = await guide('--audit-files')
    expect(code).toBe(1)
    expect(out.join('\n')).toContain('1 file: File not found (FILE_MISSING)')
    expect(out.join('\n')).toContain('6 documents and 0 processed images')
  })

  it('--test-storage checks the bucket', async () => {
    const { code, out } = await guide('--test-storage')
    expect(code).toBe(0)
    expect(out.join('\n')).toContain('Bucket: Writing – s3:PutObject allowed')
  })

  it('mean the command line, not the window, wherever the settings stand', () => {
    for (const flag of ['--status', '--test-storage', '--audit-files', '--rollback=x', '--enable-rollback']) {
      expect(commandLineOf(['/opt/readur-migrate', flag])).toEqual([flag])
      const line = ['--env-file', '/etc/readur.env', flag]
      expect(commandLineOf(['/opt/readur-migrate', '--no-sandbox', ...line])).toEqual(line)
    }
    expect(commandLineOf(['/opt/readur-migrate', '--no-sandbox'])).toBeNull()
  })
})

describe('with a state file', () => {
  const stateFile = async (): Promise<string> => (await guideReport('--enable-rollback')).report.stateFile ?? ''

  it('--rollback FILE asks, and with --yes rolls back', async () => {
    const file = await stateFile()
    const asked = await guide(`--rollback ${file}`)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('6 rows to switch back to the local path')
    expect(await rowsOnS3()).toBe(6)
    expect(await guideReport(`--rollback ${file} --yes`)).toMatchObject({ code: 0, report: { restored: 6 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it.each([
    '--force-rollback --state-file FILE',
    '--state-file FILE --force-rollback',
    '--force-rollback --state-file=FILE',
  ])('%s completes what was left in between', async (line) => {
    const file = await stateFile()
    const [local] = readur.expectations
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [local?.rowId, local?.originalPath])
    const { code, report } = await guideReport(`${line.replace('FILE', file)} --yes`)
    expect({ code, report }).toMatchObject({ code: 0, report: { kind: 'rollback', status: 'completed', restored: 6 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('--verify-state FILE compares that run', async () => {
    const file = await stateFile()
    await rm(join(readur.uploadsDir, readur.localFiles[0] ?? ''))
    const { code, out } = await guide(`--verify-state ${file}`)
    expect(code).toBe(0)
    expect(out.join('\n')).toContain('LOCAL_GONE')
  })

  it('--resume-from FILE goes on with the run that it tells of', async () => {
    const big = await World.bulk(80)
    const child = big.spawn('migrate', ...['--batch-size', '10', '--parallel-uploads', '1', '--verify', 'readback'])
    await child.reached('committed', 20)
    child.kill('SIGINT')
    const stopped = parseReport((await child.ended).out)
    expect(stopped.status).toBe('interrupted')
    const line = ['--resume-from', stopped.stateFile ?? '', '--json', '--env-file', big.envFile]
    const preview = await big.call(...line, '--dry-run')
    expect(preview.code).toBe(2)
    expect(big.latest).toMatchObject({ status: 'interrupted' })
    const { code, out } = await big.call(...line)
    expect(code).toBe(0)
    expect(parseReport(out.join('\n'))).toMatchObject({ runId: stopped.runId, status: 'completed', committed: 80 })
    expect(await big.check()).toMatchObject({ ok: true, differences: [] })
    // It goes on as it was begun.
    const sessions = big.runs.with(stopped.runId ?? '', ({ query }) =>
      query
        .prepare(
          `SELECT data ->> '$.options.verify' AS verify, data ->> '$.options.batchSize' AS size
                  FROM journal WHERE step = 'started'`,
        )
        .all(),
    )
    expect(sessions).toEqual([
      { verify: 'readback', size: 10 },
      { verify: 'readback', size: 10 },
    ])
    await big.close()
  })
})
