import { beforeEach, describe, expect, it } from 'vitest'
import { locate } from '../../../src/main/engine/plan/locate.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

const prefixes = [{ stored: '/app/uploads', folder: '' }]

describe('finding the file of a row', () => {
  let uploads: MemoryUploads
  beforeEach(() => {
    uploads = new MemoryUploads()
  })
  const find = (stored: string) => locate(uploads, stored, prefixes)
  const write = (path: string): void => uploads.write(path, Buffer.from(path))

  it('takes the first place where Readur would look', async () => {
    write('x.pdf')
    write('documents/x.pdf')
    await expect(find('x.pdf')).resolves.toMatchObject({ found: true, source: 'x.pdf' })
  })

  it('goes on to the next place when nothing lies at the first', async () => {
    write('documents/x.pdf')
    await expect(find('./uploads/x.pdf')).resolves.toMatchObject({ found: true, source: 'documents/x.pdf' })
  })

  it('does not look further when the first place holds something that is no file', async () => {
    uploads.entries.set('x.pdf', { kind: 'pipe' })
    write('documents/x.pdf')
    await expect(find('x.pdf')).resolves.toMatchObject({ found: false, code: 'FILE_NOT_REGULAR', source: 'x.pdf' })
  })

  it('says where a file lies that Readur itself cannot find any more', async () => {
    write('documents/x.pdf')
    await expect(find('/app/uploads/x.pdf')).resolves.toMatchObject({
      found: false,
      code: 'FILE_RECOVERABLE',
      source: 'documents/x.pdf',
    })
  })

  it.each([
    ['/app/uploads/documents/gone.pdf', 'FILE_MISSING'],
    ['/etc/hostname', 'PATH_OUTSIDE'],
    [' ', 'PATH_EMPTY'],
  ])('says of “%s”: %s', async (stored, code) => {
    await expect(find(stored)).resolves.toMatchObject({ found: false, code, source: null })
  })

  it('does not follow a link out of the folder', async () => {
    uploads.entries.set('documents/link.txt', { kind: 'link', target: '../../etc/passwd' })
    await expect(find('documents/link.txt')).resolves.toMatchObject({ found: false, code: 'PATH_OUTSIDE' })
  })

  it('says that a file may not be read', async () => {
    write('documents/x.pdf')
    const entry = uploads.entries.get('documents/x.pdf')
    if (entry?.kind === 'file') entry.readable = false
    await expect(find('documents/x.pdf')).resolves.toMatchObject({ found: false, code: 'FILE_UNREADABLE' })
  })
})
