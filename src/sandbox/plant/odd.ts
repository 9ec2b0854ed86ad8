import { join } from 'node:path'
import { writeLargeFile } from '../documents/large.ts'
import { pdfDocument } from '../documents/pdf.ts'
import { sidewaysPhotograph } from '../documents/photograph.ts'
import { textDocument } from '../documents/text.ts'
import { expectMoved, itemOf, keyOf, plantFile, plantGood, plantImage, sha256, type Ground } from './ground.ts'

const text = { mimeType: 'text/plain' }

/** Documents that look wrong and are right: a migration has to move them. */
export async function plantOdd(ground: Ground, largeFileBytes: number): Promise<void> {
  const { random, users } = ground
  const some = () => textDocument(random, random.integer(50, 400))
  const good = (filename: string, story: string, more: object = {}) =>
    plantGood(ground, { ...text, filename, bytes: some(), story, ...more })

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
  const photo = await plantGood(ground, {
    filename: 'IMG_2041.JPG',
    mimeType: 'image/jpeg',
    uploaded,
    bytes: stored,
    story: 'photograph that Readur turned upright: differs from its hash',
  })
  await plantImage(ground, photo)
  await plantImage(ground, photo, { missing: 'processed image whose file is gone; its document moves' })

  await plantShared(ground, some())
  await plantLarge(ground, largeFileBytes)

  const same = some()
  const there = await plantGood(ground, { ...text, filename: 'Copied before.txt', bytes: same, userId: users[0] })
  await ground.bucket.put(keyOf(there), same, text.mimeType)
  note(ground, there.id, 'an identical object lies at its key already')

  await plantOnS3(ground, some())
}

/** Two users, two rows, one file. */
async function plantShared(ground: Ground, bytes: Buffer): Promise<void> {
  const storedAs = `${ground.random.uuid()}.txt`
  const shared = { ...text, filename: 'House rules.txt', bytes, storedAs }
  for (const [index, userId] of ground.users.slice(0, 2).entries()) {
    await plantGood(ground, { ...shared, userId, write: index === 0, story: 'two rows of two users, one file' })
  }
}

async function plantLarge(ground: Ground, size: number): Promise<void> {
  const storedAs = 'Aktenarchiv 2019 (komplett).zip'
  const row = await plantFile(ground, {
    filename: storedAs,
    mimeType: 'application/zip',
    bytes: Buffer.alloc(0),
    storedAs,
    write: false,
  })
  row.size = size
  row.sha256 = await writeLargeFile(join(ground.uploads, 'documents', storedAs), `large ${row.id}`, size)
  expectMoved(ground, row, { sha256: row.sha256, size }, 'large enough for a multipart upload')
}

async function plantOnS3(ground: Ground, bytes: Buffer): Promise<void> {
  const filename = 'Uploaded after the switch.txt'
  const row = await plantFile(ground, { ...text, filename, bytes, userId: ground.users[1], write: false })
  const key = keyOf(row)
  row.path = `s3://${key}`
  await ground.bucket.put(key, bytes, text.mimeType)
  ground.expectations.push({
    ...itemOf(row),
    outcome: 'skipped',
    code: 'ALREADY_ON_S3',
    key,
    sha256: sha256(bytes),
    size: bytes.length,
    story: 'on S3 already, with its object',
  })
}

function note(ground: Ground, rowId: string, story: string): void {
  const found = ground.expectations.find((item) => item.rowId === rowId)
  if (found) found.story = story
}
