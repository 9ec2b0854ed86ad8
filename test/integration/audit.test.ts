import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, describe, expect, it } from 'vitest'
import type { AuditReport } from '../../src/shared/run.ts'
import { Outside } from './outside.ts'
import { World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

const longAgo = new Date(2020, 1, 1)

export async function audit(readur: World, ...options: string[]): Promise<{ code: number; report: AuditReport }> {
  const { code, out } = await readur.call('audit', ...options, '--json', '--env-file', readur.envFile)
  return { code, report: JSON.parse(out.join('\n')) as AuditReport }
}

/** Codes with their counts, sorted. */
const found = ({ groups }: AuditReport): string[] => groups.map(({ code, count }) => `${code} ${count}`).sort()

const write = async (readur: World, path: string, bytes: string | Buffer, at = longAgo): Promise<void> => {
  const full = join(readur.uploadsDir, path)
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, bytes)
  await utimes(full, at, at)
}
const setPath = (readur: World, id: string, path: string): Promise<unknown> =>
  readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id, path])

describe('an audit', () => {
  it('of a sound Readur finds nothing, and changes nothing', async () => {
    const readur = (world = await World.bulk(30))
    const { code, report } = await audit(readur, '--level', 'readback')
    expect(code).toBe(0)
    expect(report).toMatchObject({
      status: 'completed',
      discrepancies: 0,
      notes: 0,
      groups: [],
      totals: { documents: 30, onS3: 0, files: 30, objects: 0, read: 30 },
    })
    expect(await readur.snapshot()).toEqual(readur.before)
    expect(readur.latest).toMatchObject({ kind: 'audit', status: 'completed', runId: report.runId })
  })

  it('after a migration finds nothing either, and counts the local files that are left', async () => {
    const readur = (world = await World.bulk(30))
    await readur.run('migrate')
    const { code, report } = await audit(readur, '--level', 'readback')
    expect(found(report)).toEqual([])
    expect(code).toBe(0)
    expect(report.totals).toMatchObject({ onS3: 30, objects: 30, leftBehind: 30, read: 30 })
  })

  it('finds each kind of discrepancy with rows and local files, and nothing else', async () => {
    const readur = (world = await World.bulk(40))
    const ids = readur.expectations.map(({ documentId }) => documentId)
    const id = (at: number): string => ids[at] ?? ''
    const place = (at: number): string => `documents/${id(at)}.txt`
    const full = (at: number): string => join(readur.uploadsDir, place(at))
    const content = (at: number): Promise<Buffer> => readFile(full(at))

    await rm(full(0))
    await setPath(readur, id(1), `/app/uploads/${id(1)}.txt`)
    await mkdir(join(readur.uploadsDir, 'quarantine/x'), { recursive: true })
    await rename(full(2), join(readur.uploadsDir, 'quarantine/x/a.txt'))
    await rename(full(3), join(readur.uploadsDir, 'documents/renamed by hand.txt'))
    await setPath(readur, id(4), '/app/uploads/../../etc/passwd')
    await writeFile(full(5), '')
    await writeFile(full(6), 'shorter')
    await writeFile(full(7), (await content(7)).reverse())
    await setPath(readur, id(8), `/app/uploads/${place(9)}`)
    await rm(full(8))
    await readur.query('UPDATE documents SET file_hash = NULL, file_size = $2 WHERE id = $1', [id(8), 64])
    await readur.query(`UPDATE documents SET mime_type = 'image/jpeg' WHERE id = $1`, [id(10)])
    await writeFile(full(10), 'turned upright')
    // The same bytes belong to another user as well; here, they are gone.
    await readur.query(
      `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, file_hash, mime_type)
       SELECT $1, u.id, 'twin.txt', 'twin.txt', '/app/uploads/documents/twin.txt', 64, d.file_hash, 'text/plain'
       FROM documents d, users u WHERE d.id = $2 AND u.id <> d.user_id LIMIT 1`,
      [randomUUID(), id(11)],
    )
    await write(readur, 'documents/orphan.pdf', 'nobody names me')
    await write(readur, 'documents/duplicate.txt', await content(12))
    await write(readur, 'documents/new.pdf', 'somebody is about to enter me', new Date())
    await write(readur, 'documents/failed.pdf', 'failed')
    await readur.query(
      `INSERT INTO failed_documents (filename, file_path, failure_reason, failure_stage, ingestion_source)
       VALUES ('failed.pdf', './uploads/documents/failed.pdf', 'other', 'ocr', 'web')`,
    )
    for (const path of ['documents/.DS_Store', 'documents/@eaDir/a.txt', 'Thumbs.db', 'documents/b.pdf.part']) {
      await write(readur, path, 'junk')
    }
    await write(readur, `thumbnails/${id(13)}_thumb.jpg`, 'made again')
    await write(readur, `processed_images/${id(13)}_processed.png`, 'of an older Readur')
    // Right, however odd: found through a link.
    await symlink('documents', join(readur.uploadsDir, 'older'))
    await setPath(readur, id(14), `/app/uploads/older/${id(14)}.txt`)

    const before = await readur.snapshot()
    const file = join(dirname(readur.uploadsDir), 'audit.csv')
    const { code, report } = await audit(readur, '--level', 'checksum', '--report', file)
    expect(found(report)).toEqual([
      'FILE_DERIVED 1',
      'FILE_DUPLICATE 1',
      'FILE_EMPTY 1',
      'FILE_JUNK 4',
      'FILE_MISSING 1',
      'FILE_NAMED_ELSEWHERE 1',
      'FILE_ORPHAN 1',
      'FILE_RECENT 1',
      'FILE_RECOVERABLE 2',
      'FILE_SET_ASIDE 1',
      'FILE_SHARED 2',
      'FILE_TWIN 1',
      'FILE_UNNAMED 1',
      'HASH_MISMATCH 2',
      'IMAGE_REENCODED 1',
      'PATH_OUTSIDE 1',
    ])
    expect(code).toBe(1)
    expect(report).toMatchObject({
      discrepancies: 10,
      notes: 12,
      totals: { documents: 41, aside: 1, quarantined: 1, objects: 0 },
    })
    expect(await readur.snapshot()).toEqual(before)

    const lines = (await readFile(file, 'utf8')).split('\r\n')
    expect(lines).toHaveLength(report.discrepancies + report.notes + 2)
    const orphan = lines.find((line) => line.startsWith('FILE_ORPHAN'))
    expect(orphan).toContain(join(readur.uploadsDir, 'documents/orphan.pdf'))
  })

  it('lists what it could not look at, on the command line and in the report', async () => {
    const readur = (world = await World.bulk(5))
    const folder = Buffer.from(join(readur.uploadsDir, 'documents/'))
    const named = (bytes: string): Buffer => Buffer.concat([folder, Buffer.from(bytes, 'latin1')])
    // As older systems named them: “é” and “ü” are one byte each.
    await writeFile(named('caf\xE9.pdf'), 'written by an older system')
    await mkdir(named('\xFCber'))
    const file = join(dirname(readur.uploadsDir), 'audit.csv')
    const { code, out } = await readur.call('audit', '--report', file, '--env-file', readur.envFile)
    expect(code).toBe(0)
    const said = out.join('\n')
    const csv = await readFile(file, 'utf8')
    for (const path of ['documents/caf\\xE9.pdf', 'documents/\\xFCber']) {
      expect(said).toContain(path)
      expect(csv).toContain(path)
    }
    expect(said).toContain('Note: 2 files: File or folder could not be checked (FILE_UNSEEN)')
    expect(said).toContain('its name is not UTF-8')
  })

  it('finds every document again, however many files of its size lie about', async () => {
    const readur = (world = await World.bulk(60))
    const folder = join(readur.uploadsDir, 'documents')
    for (const [at, name] of (await readdir(folder)).entries()) {
      await rename(join(folder, name), join(folder, `renamed by hand ${at}.txt`))
    }
    const { report } = await audit(readur)
    expect(found(report)).toEqual(['FILE_RECOVERABLE 60'])
    // Each was read once, and not once for each row that looked for its document.
    expect(report.totals.read).toBe(60)
  })

  it('finds each kind of discrepancy with objects', async () => {
    const readur = (world = await World.bulk(20))
    using bucket = new Outside(readur.s3)
    await readur.run('migrate')
    const items = readur.expectations.map(({ documentId, key }) => ({ id: documentId, key: key ?? '' }))
    const at = (index: number): { id: string; key: string } => items[index] ?? { id: '', key: '' }
    const local = (index: number): string => join(readur.uploadsDir, `documents/${at(index).id}.txt`)
    const user = at(0).key.split('/')[1] ?? ''

    // Gone for good; gone, with its local file still there.
    await bucket.remove(at(0).key)
    await rm(local(0))
    await bucket.remove(at(1).key)
    await bucket.put(at(2).key, 'shorter', await bucket.metadata(at(2).key))
    await bucket.put(at(3).key, '#'.repeat(64), await bucket.metadata(at(3).key))
    // Rows deleted as Readur does it when the month has changed: file and object stay.
    await readur.query('DELETE FROM documents WHERE id = $1', [at(4).id])
    await readur.query('DELETE FROM documents WHERE id = $1', [at(5).id])
    await bucket.strip(at(5).key)
    for (const index of [4, 5]) await rm(local(index))
    // The row is local again, its file is gone.
    await setPath(readur, at(6).id, `/app/uploads/documents/${at(6).id}.txt`)
    await rm(local(6))
    await setPath(readur, at(7).id, `/app/uploads/documents/${at(7).id}.txt`)
    await setPath(readur, at(8).id, `s3://${at(9).key}`)
    const of = (id: string): string => `documents/${user}/2024/05/${id}.pdf`
    const foreign = randomUUID()
    await bucket.put(of(foreign), 'of a copy for tests', {
      ...(await bucket.metadata(at(9).key)),
      'readur-database': '0123456789abcdef',
    })
    await bucket.put('documents/readme.txt', 'put there by hand')
    await bucket.put('backups/of somebody else', 'not looked at')
    await bucket.put(`thumbnails/${user}/${at(10).id}_thumb.jpg`, 'a cache')

    const before = await readur.snapshot()
    const { code, report } = await audit(readur, '--level', 'readback', '--settle', '0')
    expect(found(report)).toEqual([
      'FILE_ON_S3 1',
      'OBJECT_DAMAGED 3',
      'OBJECT_MISSING 1',
      'OBJECT_NOT_OURS 2',
      'OBJECT_ORPHAN 1',
      'OBJECT_RECOVERABLE 1',
      'OBJECT_SHARED 2',
      'OBJECT_SPARE 3',
      'OBJECT_UNMARKED 1',
    ])
    expect(code).toBe(1)
    expect(await readur.snapshot()).toEqual(before)
    const settled = await audit(readur)
    expect(found(settled.report)).toContain('OBJECT_RECENT 2')
  })

  it('writes what a spreadsheet shows and never computes', async () => {
    const readur = (world = await World.bulk(1))
    await write(readur, 'documents/=HYPERLINK("http:x","y").pdf', 'x')
    await write(readur, 'documents/-2+3 "quoted", and more.pdf', 'x')
    const file = join(dirname(readur.uploadsDir), 'audit.csv')
    const json = file.replace('.csv', '.json')
    const { report } = await audit(readur, '--report', file)
    await audit(readur, '--report', json)
    const csv = await readFile(file, 'utf8')
    expect(csv).toContain(`"'=HYPERLINK(""http:x"",""y"").pdf"`)
    expect(csv).toContain(`"'-2+3 ""quoted"", and more.pdf"`)
    const parsed = JSON.parse(await readFile(json, 'utf8')) as { findings: unknown[]; discrepancies: number }
    expect(parsed).toMatchObject({ discrepancies: report.discrepancies, totals: report.totals })
    expect(parsed.findings).toHaveLength(2)
    expect(JSON.stringify(parsed.findings[0])).toContain(`"full_path":"${readur.uploadsDir}/documents/`)
  })

  it('of a Readur with documents of all kinds names exactly those that a migration cannot move', async () => {
    const readur = (world = await World.planted())
    const plan = await readur.run('plan')
    const { report } = await audit(readur, '--settle', '0')
    const blocked = plan.report.problems
      .filter(({ kind }) => kind === 'failed')
      .map(({ code, count }) => `${code} ${count}`)
    expect(found(report)).toEqual(expect.arrayContaining(blocked.filter((it) => !/OWNER|KEY/.test(it))))
  })
})

describe('a support bundle', () => {
  it('of a real Readur shows its contents, asks, and holds no secret of it', async () => {
    const readur = (world = await World.bulk(3))
    await readur.run('migrate')
    const file = join(dirname(readur.uploadsDir), 'support.zip')
    const line = ['support-bundle', file, '--env-file', readur.envFile]
    const asked = await readur.call(...line)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('run/journal.jsonl')
    await expect(readFile(file)).rejects.toThrow('ENOENT')
    const { code, out } = await readur.call(...line, '--yes', '--readur-container', 'readur-app', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out.join('\n'))).toMatchObject({ path: file })
    const texts = Object.entries(unzipSync(await readFile(file))).map(([name, bytes]) => [
      name,
      Buffer.from(bytes).toString(),
    ])
    const whole = JSON.stringify(texts)
    expect(whole).toContain('PostgreSQL')
    expect(whole).toContain('The log could not be had')
    expect(whole).toContain('database.connect')
    for (const secret of [readur.s3.secretAccessKey, readur.s3.accessKeyId, new URL(readur.databaseUrl).password]) {
      if (secret.length > 0) expect(whole).not.toContain(secret)
    }
  })

  it('takes the logs of Readur and PostgreSQL and the versions of what runs there, cleaned', async () => {
    const readur = (world = await World.bulk(1))
    const programs = join(dirname(readur.uploadsDir), 'programs')
    await mkdir(programs)
    const install = async (name: string, script: string): Promise<void> => {
      await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`)
      await chmod(join(programs, name), 0o755)
    }
    const log = `echo "log of $4: S3_SECRET_ACCESS_KEY=${readur.s3.secretAccessKey}"; echo 'the end of it' >&2`
    await install(
      'docker',
      `case "$*" in --version) echo 'Docker version 27.3';; 'logs --tail=1000 --timestamps '*) ${log};; *) exit 9;; esac`,
    )
    await install('psql', `echo 'psql (PostgreSQL) 16.4'`)
    const file = join(dirname(readur.uploadsDir), 'support.zip')
    const path = process.env.PATH
    process.env.PATH = programs
    const { code } = await readur
      .call(
        ...['support-bundle', file, '--yes', '--env-file', readur.envFile],
        ...['--readur-container', 'readur-app', '--postgres-container', 'readur-db'],
      )
      .finally(() => (process.env.PATH = path))
    expect(code).toBe(0)
    const entries = Object.entries(unzipSync(await readFile(file)))
    const texts = new Map(entries.map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))
    const logs = [...texts].filter(([name]) => name.startsWith('logs/')).map(([, text]) => text)
    expect(logs).toHaveLength(2)
    for (const [at, container] of ['readur-app', 'readur-db'].entries()) {
      expect(logs[at]).toContain(`log of ${container}: `)
      expect(logs[at]).toContain('the end of it')
      expect(logs[at]).not.toContain(readur.s3.secretAccessKey)
    }
    expect(texts.get('versions.json')).toContain('Docker version 27.3')
    expect(texts.get('versions.json')).toContain('psql (PostgreSQL) 16.4')
  })
})
