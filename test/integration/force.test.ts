import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../src/sandbox/ports.ts'
import { idOf, Outside } from './outside.ts'
import { codesOf, World } from './world.ts'

let readur: World
let run: string
let file: string
beforeEach(async () => {
  readur = await World.bulk(6)
  const migrated = await readur.run('migrate')
  run = idOf(migrated)
  file = migrated.report.stateFile ?? ''
})
afterEach(() => readur.close())

const localFile = (at: number): string => join(readur.uploadsDir, readur.localFiles[at] ?? '')
/** As the guide writes it. */
const force = async (): Promise<{ code: number; err: string; out: string }> => {
  const { code, err, out } = await readur.call(
    ...['--force-rollback', '--state-file', file, '--yes', '--env-file', readur.envFile],
  )
  return { code, err, out: out.join('\n') }
}

describe('a rollback by force', () => {
  it('does without a bucket that is out of reach: what has its local file goes back, the rest is named with both causes', async () => {
    await rm(localFile(0))
    await writeFile(localFile(1), '#'.repeat(64))
    const settings = `S3_ENDPOINT_URL=${readur.s3.endpoint}\n`
    await appendFile(readur.envFile, `S3_ENDPOINT_URL=http://127.0.0.1:${await freePort()}\n`)
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 3, report: { status: 'not started' } })
    const { code, err, out } = await force()
    expect(code).toBe(1)
    expect(err).toContain('Going on without the bucket')
    expect(out).toContain('4 rolled back, 2 failed, 0 skipped')
    expect(out).toContain('There is nothing at “documents/')
    expect(out).toContain('has other content than the document')
    expect(out).toContain('It cannot be fetched either: The connection was refused')
    const paths = await readur.query(`SELECT 1 FROM documents WHERE file_path LIKE '/app/%'`)
    expect(paths).toHaveLength(4)

    await appendFile(readur.envFile, settings)
    expect(await readur.brokenPointers()).toEqual([])
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { failed: 0 } })
    await rm(join(readur.uploadsDir, 'quarantine'), { recursive: true })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('goes over whatever differs, and leaves what is not safe as it is', async () => {
    using bucket = new Outside(readur.s3)
    const [, , gone, elsewhere, replaced] = readur.expectations
    await rm(join(readur.uploadsDir, 'documents', `${gone?.rowId ?? ''}.txt`))
    await bucket.remove(gone?.key ?? '')
    await readur.query(`UPDATE documents SET file_path = 's3://elsewhere' WHERE id = $1`, [elsewhere?.rowId])
    await bucket.remove(replaced?.key ?? '')
    await bucket.put(replaced?.key ?? '', '#'.repeat(64))
    const { code, out } = await force()
    expect(code).toBe(1)
    expect(out).toContain('4 rolled back, 2 failed, 0 skipped')
    const { rows, objects } = await readur.snapshot()
    expect(rows.documents[gone?.rowId ?? '']?.columns.file_path).toBe(`s3://${gone?.key ?? ''}`)
    expect(rows.documents[elsewhere?.rowId ?? '']?.columns.file_path).toBe('s3://elsewhere')
    expect(Object.keys(objects).sort()).toEqual([elsewhere?.key, replaced?.key].sort())
    const report = readur.latest?.runId ?? ''
    const shown = JSON.parse((await readur.call('runs', 'show', report, '--json')).out.join('')) as Parameters<
      typeof codesOf
    >[0]
    expect(codesOf(shown)).toEqual(['OBJECT_LEFT 1', 'ROLLBACK_BLOCKED 1', 'ROW_CHANGED 1'])
  })
})
