import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  documentKey,
  extensionOf,
  keyFits,
  pathOfKey,
  processedImageKey,
} from '../../../src/main/engine/keys/readurKeys.ts'

describe('the extension in a key, as Readur (Rust) sees it', () => {
  it.each([
    ['a.pdf', 'pdf'],
    ['SCAN.PDF', 'PDF'],
    ['backup.tar.gz', 'gz'],
    ['Bericht.txt (1)', 'txt (1)'],
    ['.profile', ''],
    ['.profile.txt', 'txt'],
    ['LICENSE', ''],
    ['ends with a dot.', ''],
    ['..', ''],
    ['.', ''],
    ['...', ''],
    ['..a', 'a'],
    ['', ''],
    ['folder.d/name', ''],
    ['folder.d/', 'd'],
    ['契約書.契約', '契約'],
  ])('of “%s” is “%s”', (filename, extension) => expect(extensionOf(filename)).toBe(extension))
})

describe('the key of a document', () => {
  afterEach(() => vi.unstubAllEnvs())
  const row = { id: 'd1', filename: 'a.pdf', createdAt: Date.UTC(2024, 0, 31) }

  it('holds owner, year, month, id and extension', () => {
    expect(documentKey(row, 'u1')).toBe('documents/u1/2024/01/d1.pdf')
  })

  it('has no dot where the name has no extension', () => {
    expect(documentKey({ ...row, filename: 'LICENSE' }, 'u1')).toBe('documents/u1/2024/01/d1')
  })

  it.each([
    ['2023-12-31T23:59:59.999Z', '2023/12'],
    ['2024-01-01T00:00:00.000Z', '2024/01'],
    ['2024-01-01T05:00:00+13:00', '2023/12'],
    ['1970-01-01T00:00:00Z', '1970/01'],
  ])('files %s under %s, whatever the local time', (date, month) => {
    vi.stubEnv('TZ', 'Pacific/Auckland')
    expect(documentKey({ ...row, createdAt: Date.parse(date) }, 'u1')).toBe(`documents/u1/${month}/d1.pdf`)
  })

  it('files a document without a date under 1970/01', () => {
    expect(documentKey({ ...row, createdAt: null }, 'u1')).toBe('documents/u1/1970/01/d1.pdf')
  })

  it('stands in the row without bucket', () => {
    expect(pathOfKey('documents/u1/2024/01/d1.pdf')).toBe('s3://documents/u1/2024/01/d1.pdf')
  })
})

it('the key of a processed image is its own file name below the owner', () => {
  expect(processedImageKey('/app/uploads/processed_images/d1_processed_17.png', 'u1')).toBe(
    'processed_images/u1/d1_processed_17.png',
  )
})

describe('whether a key fits', () => {
  it('into the 500 characters of the row', () => {
    expect(keyFits('k'.repeat(495))).toBe(true)
    expect(keyFits('k'.repeat(496))).toBe(false)
  })

  it('into the 1,024 bytes of S3', () => {
    expect(keyFits('契'.repeat(341))).toBe(true)
    expect(keyFits('契'.repeat(342))).toBe(false)
  })
})
