import { join } from 'node:path'
import { writeLargeFile } from '../documents/large.ts'
import { pdfDocument } from '../documents/pdf.ts'
import { sidewaysPhotograph } from '../documents/photograph.ts'
import { textDocument } from '../documents/text.ts'
import { expectMoved, itemOf, keyOf, plantFile, plantGood, plantImage, sha256, type PlantSite } from './plantSite.ts'

const text = { mimeType: 'text/plain' }

/** Documents that look wrong and are right: a migration has to move them. */
export async function plantOdd(site: PlantSite, largeFileBytes: number): Promise<void> {
  const { random, users } = site
  const some = () => textDocument(random, random.integer(50, 400))
  const good = (filename: string, story: string, more: object = {}) =>
    plantGood(site, { ...text, filename, bytes: some(), story, ...more })

  await good('Unhashed.txt', 'no hash recorded', { sha256: null })
  await good('Undated.txt', 'no created_at: filed under 1970/01', { createdAt: null })
  await good('Sylvester.txt', 'next year in UTC', { createdAt: '2023-12-31T21:30:00-05:00' })
  await good('Neujahr.txt', 'last year in UTC', { createdAt: '2024-01-01T05:00:00+13:00' })
  await good('LICENSE', 'name without an extension')
  await good('.profile', 'name that begins with its only dot: no extension')
  await good('backup.tar.gz', 'extension behind the last of two dots')
  await good('Ends with a dot.', 'nothing behind the last dot: no extension')
  await good('Bericht.txt (1)', 'extension with a space and brackets')
  await good('SCAN0042.PDF', 'extension in upper case', {
    mimeType: 'application/pdf',
    bytes: await pdfDocument(random, 'Scan', 1),
  })

  const { uploaded, stored } = sidewaysPhotograph(random)
  const photo = await plantGood(site, {
    filename: 'IMG_2041.JPG',
    mimeType: 'image/jpeg',
    uploaded,
    bytes: stored,
    story: 'photograph that Readur turned upright: differs from its hash',
  })
  await plantImage(site, photo)
  await plantImage(site, photo, { missing: 'processed image whose file is gone; its document moves' })

  await plantShared(site, some())
  await plantLarge(site, largeFileBytes)

  const same = some()
  const there = await plantGood(site, { ...text, filename: 'Copied before.txt', bytes: same, userId: users[0] })
  await site.bucket.put(keyOf(there), same, text.mimeType)
  note(site, there.id, 'an identical object lies at its key already')

  await plantOnS3(site, some())
}

/** Two users, two rows, one file. */
async function plantShared(site: PlantSite, bytes: Buffer): Promise<void> {
  const storedAs = `${site.random.uuid()}.txt`
  const shared = { ...text, filename: 'House rules.txt', bytes, storedAs }
  for (const [index, userId] of site.users.slice(0, 2).entries()) {
    await plantGood(site, { ...shared, userId, write: index === 0, story: 'two rows of two users, one file' })
  }
}

async function plantLarge(site: PlantSite, size: number): Promise<void> {
  const storedAs = 'Aktenarchiv 2019 (komplett).zip'
  const row = await plantFile(site, {
    filename: storedAs,
    mimeType: 'application/zip',
    bytes: Buffer.alloc(0),
    storedAs,
    write: false,
  })
  row.size = size
  row.sha256 = await writeLargeFile(join(site.uploads, 'documents', storedAs), `large ${row.id}`, size)
  expectMoved(site, row, { sha256: row.sha256, size }, 'large enough for a multipart upload')
}

async function plantOnS3(site: PlantSite, bytes: Buffer): Promise<void> {
  const filename = 'Uploaded after the switch.txt'
  const row = await plantFile(site, { ...text, filename, bytes, userId: site.users[1], write: false })
  const key = keyOf(row)
  row.path = `s3://${key}`
  await site.bucket.put(key, bytes, text.mimeType)
  site.expectations.push({
    ...itemOf(row),
    outcome: 'skipped',
    code: 'ALREADY_ON_S3',
    key,
    sha256: sha256(bytes),
    size: bytes.length,
    story: 'on S3 already, with its object',
  })
}

function note(site: PlantSite, rowId: string, story: string): void {
  const found = site.expectations.find((item) => item.rowId === rowId)
  if (found) found.story = story
}
