import { execFile } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { pdfDocument } from '../documents/pdf.ts'
import { textDocument } from '../documents/text.ts'
import { keyOf, plantBad, uploadPath, writeUpload, type PlantSite, type Seed } from './plantSite.ts'

const run = promisify(execFile)

/** Documents with something wrong about them: a migration has to say what, and leave rows and files as they are. */
export async function plantFaults(site: PlantSite): Promise<void> {
  const { random } = site
  const pdf = async (filename: string): Promise<Seed> => ({
    filename,
    mimeType: 'application/pdf',
    bytes: await pdfDocument(random, filename, 1),
  })
  const text = (filename: string): Seed => ({
    filename,
    mimeType: 'text/plain',
    bytes: textDocument(random, random.integer(50, 300)),
  })

  await plantBad(site, 'FILE_MISSING', { ...(await pdf('Lost.pdf')), write: false, story: 'its file is gone' })
  await plantBad(site, 'FILE_RECOVERABLE', {
    ...(await pdf('Moved at a start of Readur.pdf')),
    spelling: (name) => `${uploadPath}/${name}`,
    story: 'row says the root of the uploads folder, the file lies in documents/',
  })
  await plantBad(site, 'OWNER_MISSING', { ...text('Nobody owns this.txt'), userId: null, story: 'no user_id' })

  const empty = { ...text('Cut off.txt'), write: false, story: 'zero bytes, the row says otherwise' }
  const row = await plantBad(site, 'FILE_EMPTY', empty)
  await writeUpload(site, `documents/${basename(row.path)}`, Buffer.alloc(0))

  const whole = await pdf('Bit rot.pdf')
  const rotten = Buffer.from(whole.bytes)
  rotten.writeUInt8(rotten.readUInt8(rotten.length >> 1) ^ 0x10, rotten.length >> 1)
  await plantBad(site, 'HASH_MISMATCH', {
    ...whole,
    uploaded: whole.bytes,
    bytes: rotten,
    story: 'one bit of the file has flipped since it was uploaded',
  })

  const differs = { ...text('Key is taken.txt'), story: 'another object lies at its key' }
  const taken = await plantBad(site, 'OBJECT_DIFFERS', differs)
  await site.bucket.put(keyOf(taken), Buffer.from('Somebody else needs this object.\n'), 'text/plain')

  await plantNotRegular(site, text)
  await plantOutside(site, text)
}

async function plantNotRegular(site: PlantSite, text: (filename: string) => Seed): Promise<void> {
  const place = (path: string): string => join(site.uploads, 'documents', basename(path))
  const folder = { ...text('A folder.txt'), write: false, story: 'a folder in place of the file' }
  await mkdir(place((await plantBad(site, 'FILE_NOT_REGULAR', folder)).path))
  if (process.platform === 'win32') return

  const pipe = {
    ...text('A pipe.txt'),
    write: false,
    story: 'a named pipe in place of the file: reading it never ends',
  }
  await run('mkfifo', [place((await plantBad(site, 'FILE_NOT_REGULAR', pipe)).path)])
  // Root may read everything.
  if (process.getuid?.() === 0) return
  const closed = await plantBad(site, 'FILE_UNREADABLE', { ...text('Closed.txt'), story: 'no read permission' })
  await chmod(place(closed.path), 0)
}

async function plantOutside(site: PlantSite, text: (filename: string) => Seed): Promise<void> {
  const { outside, uploads } = site
  const beside = `${uploads}-old`
  await mkdir(outside, { recursive: true })
  await mkdir(beside, { recursive: true })
  await writeFile(join(outside, 'payroll.txt'), 'Not for the bucket.\n')
  await writeFile(join(beside, 'payroll.txt'), 'Not for the bucket.\n')

  const spelled = (path: string, story: string) =>
    plantBad(site, 'PATH_OUTSIDE', { ...text(`${story}.txt`), write: false, spelling: () => path, story })
  const name = basename(outside)
  await spelled(`${uploadPath}/../${name}/payroll.txt`, 'absolute path that climbs out')
  await spelled(`./uploads/documents/../../${name}/payroll.txt`, 'relative path that climbs out')
  await spelled(`${uploadPath}-old/payroll.txt`, 'folder whose name only begins like the uploads folder')
  if (process.platform === 'win32') return

  const link = { ...text('A link.txt'), write: false, story: 'symbolic link out of the folder' }
  const linked = await plantBad(site, 'PATH_OUTSIDE', link)
  await symlink(`../../${name}/payroll.txt`, join(uploads, 'documents', basename(linked.path)))
  await symlink(`../../${name}`, join(uploads, 'documents', 'linked'))
  await spelled(`${uploadPath}/documents/linked/payroll.txt`, 'folder that is a symbolic link out')
}
