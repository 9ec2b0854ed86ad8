import { describe, expect, it } from 'vitest'
import { documentKey, extension, processedImageKey } from '../../../src/sandbox/keys.ts'

describe('extension', () => {
  it.each([
    ['scan.pdf', 'pdf'],
    ['SCAN.PDF', 'PDF'],
    ['backup.tar.gz', 'gz'],
    ['Bericht.txt (1)', 'txt (1)'],
    ['..a', 'a'],
    ['folder.d/README', ''],
    ['LICENSE', ''],
    ['.profile', ''],
    ['Ends with a dot.', ''],
    ['..', ''],
    ['', ''],
  ])('of %j is %j', (filename, expected) => {
    expect(extension(filename)).toBe(expected)
  })
})

describe('documentKey', () => {
  const document = { id: 'd', userId: 'u', filename: 'a.pdf', createdAt: '2024-03-09T12:00:00Z' }

  it.each([
    [{}, 'documents/u/2024/03/d.pdf'],
    [{ filename: 'LICENSE' }, 'documents/u/2024/03/d'],
    [{ createdAt: null }, 'documents/u/1970/01/d.pdf'],
    [{ createdAt: '2023-12-31T21:30:00-05:00' }, 'documents/u/2024/01/d.pdf'],
    [{ createdAt: '2024-01-01T05:00:00+13:00' }, 'documents/u/2023/12/d.pdf'],
  ])('with %j is %s', (change, expected) => {
    expect(documentKey({ ...document, ...change })).toBe(expected)
  })
})

it('files a processed image under its own name', () => {
  expect(processedImageKey('u', './uploads/processed_images/d_processed_1.png')).toBe(
    'processed_images/u/d_processed_1.png',
  )
})
