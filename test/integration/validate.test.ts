import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ValidationReport } from '../../src/shared/validation.ts'
import { startReadur, type FakeReadur } from '../services/readur.ts'
import { idOf, Outside } from './outside.ts'
import { World } from './world.ts'

let readur: World
let server: FakeReadur
beforeEach(async () => {
  readur = await World.bulk(12)
  server = await startReadur()
  await appendFile(readur.envFile, `\nREADUR_URL=${server.url}\nREADUR_TOKEN=${server.token}\n`)
})
afterEach(async () => {
  await server.stop()
  await readur.close()
})

async function validate(run: string, ...options: string[]): Promise<{ code: number; report: ValidationReport }> {
  const { code, out } = await readur.call('validate', run, ...options, '--json', '--env-file', readur.envFile)
  return { code, report: JSON.parse(out.join('\n')) as ValidationReport }
}

/** Readur serves what lies on disk. */
async function serve(): Promise<void> {
  for (const { documentId } of readur.expectations) {
    server.documents.set(documentId, await readFile(join(readur.uploadsDir, `documents/${documentId}.txt`)))
  }
}

describe('the validation of a run', () => {
  it('passes when rows, files, objects and Readur itself agree, and is kept as HTML and JSON', async () => {
    await serve()
    const run = await readur.run('migrate')
    const before = await readur.snapshot()
    const [html, json] = ['html', 'json'].map((end) => join(dirname(readur.uploadsDir), `validation.${end}`))
    const { code, report } = await validate(
      ...([
        idOf(run),
        '--level',
        'readback',
        '--documents',
        '6',
        '--report',
        html ?? '',
        '--report',
        json ?? '',
      ] as const),
    )
    expect(report.readur).toMatchObject({ tried: 6, same: 6, differs: 0, refused: 0, trouble: [] })
    expect(report.counts.map(({ expected, found, agrees }) => [expected, found, agrees])).toEqual([
      [12, 12, true],
      [12, 12, true],
      [0, 0, true],
      [12, 12, true],
    ])
    expect({ code, passed: report.passed }).toEqual({ code: 0, passed: true })
    expect(JSON.parse(await readFile(json ?? '', 'utf8'))).toEqual(report)
    const page = await readFile(html ?? '', 'utf8')
    expect(page).toContain('<strong>Passed</strong>')
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|on\w+=/i)
    expect(await readur.snapshot()).toEqual(before)
  })

  it('passes where documents were broken before, which the run has reported; what is lost after it counts', async () => {
    await serve()
    const [missing = '', damaged = '', taken = ''] = readur.expectations.map(({ documentId }) => documentId)
    const place = (id: string): string => join(readur.uploadsDir, `documents/${id}.txt`)
    await rm(place(missing))
    await writeFile(place(damaged), 'x'.repeat((await readFile(place(damaged))).byteLength))
    server.documents.delete(missing)
    server.documents.set(damaged, await readFile(place(damaged)))
    const key = readur.expectations.find(({ documentId }) => documentId === taken)?.key ?? ''
    using bucket = new Outside(readur.s3)
    await bucket.put(key, Buffer.from('of somebody else'))
    const run = await readur.run('migrate')
    expect(run.report).toMatchObject({ committed: 9, failed: 3 })

    const first = await validate(idOf(run), '--documents', '12')
    expect(first).toMatchObject({ code: 0, report: { passed: true, before: 1, readur: { tried: 10, same: 10 } } })
    expect(first.report.counts[2]).toMatchObject({
      name: 'Documents and images not on S3, except 1 already reported',
      ...{ expected: 2, found: 2 },
    })

    // A run that tries one of them again knows nothing of the other two.
    const again = await readur.run('resume', idOf(run), '--retry-failed', '--only', 'HASH_MISMATCH')
    expect(again.report).toMatchObject({ planned: 1, failed: 1 })
    expect(await validate(idOf(again), '--documents', '12')).toMatchObject({ code: 0, report: { passed: true } })

    // It failed for its key alone: that its file is gone now is news.
    await rm(place(taken))
    const last = await validate(idOf(run), '--documents', '0')
    expect(last).toMatchObject({ code: 1, report: { passed: false } })
    expect(last.report.counts[2]).toMatchObject({ expected: 2, found: 1, agrees: false })
  })

  it('does not pass when an object, a file or what users get is not right', async () => {
    await serve()
    const run = await readur.run('migrate', '--limit', '8')
    using bucket = new Outside(readur.s3)
    const onS3 = (await readur.query(
      `SELECT substr(file_path, 6) AS key FROM documents WHERE file_path LIKE 's3://%' LIMIT 1`,
    )) as {
      key: string
    }[]
    await bucket.remove(onS3[0]?.key ?? '')
    const local = (await readur.query(`SELECT id FROM documents WHERE file_path NOT LIKE 's3://%' LIMIT 1`)) as {
      id: string
    }[]
    await rm(join(readur.uploadsDir, `documents/${local[0]?.id ?? ''}.txt`))
    for (const id of server.documents.keys()) server.documents.set(id, Buffer.from('<script>alert(1)</script>'))
    const html = join(dirname(readur.uploadsDir), 'validation.html')
    const { code, report } = await validate(idOf(run), '--documents', '2', '--report', html)
    expect({ code, passed: report.passed }).toEqual({ code: 1, passed: false })
    expect(report.counts.map(({ agrees }) => agrees)).toEqual([false, false, false, true])
    expect(report.readur).toMatchObject({ tried: 2, differs: 2 })
    expect(await readFile(html, 'utf8')).not.toContain('<script')
  })
})
