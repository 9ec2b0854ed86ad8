import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JoinedFolder } from '../../src/main/adapters/uploads/joinedFolder.ts'
import { LocalFolder } from '../../src/main/adapters/uploads/localFolder.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { ListedFile, UploadsFolder } from '../../src/main/engine/ports.ts'
import { localUploads } from './localUploads.ts'
import { codeOf, uploadsFolderSuite } from './uploadsFolder.suite.ts'

const never = new AbortController().signal

/** An uploads folder whose documents/ lies elsewhere has to do what any other does, there and beside it. */
uploadsFolderSuite('a folder of which another part lies elsewhere', async () => {
  const local = await localUploads()
  const other = await mkdtemp(join(tmpdir(), 'readur-other-'))
  return {
    ...local,
    folder: new JoinedFolder(new LocalFolder(local.root), [{ path: 'elsewhere', folder: new LocalFolder(other, '') }]),
    close: async () => {
      await local.close()
      await rm(other, { recursive: true, force: true })
    },
  }
})

describe('a folder whose documents/ is a link to another disk', () => {
  let dir = ''
  let joined: UploadsFolder
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-joined-'))
    await mkdir(join(dir, 'uploads/thumbnails'), { recursive: true })
    await mkdir(join(dir, 'big/2024'), { recursive: true })
    await mkdir(join(dir, 'secret'))
    await writeFile(join(dir, 'big/2024/a.txt'), 'hello')
    await writeFile(join(dir, 'uploads/thumbnails/t.jpg'), 'thumbnail')
    await writeFile(join(dir, 'secret/key.txt'), 'not ours')
    await symlink(join(dir, 'big'), join(dir, 'uploads/documents'))
    await symlink(join(dir, 'secret/key.txt'), join(dir, 'big/stolen.txt'))
    await symlink(join(dir, 'secret'), join(dir, 'uploads/others'))
    joined = new JoinedFolder(new LocalFolder(join(dir, 'uploads')), [
      { path: 'documents', folder: new LocalFolder(join(dir, 'big'), '') },
    ])
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('is refused unless the target was allowed, and then the link and its target are named', async () => {
    expect(await new LocalFolder(join(dir, 'uploads')).inspect('documents/2024/a.txt')).toEqual({
      kind: 'outside',
      reason: 'is a link that leaves the uploads folder',
      link: { path: 'documents', target: join(dir, 'big') },
    })
  })

  it('has its files once it was, and theirs alone: what nobody allowed stays refused', async () => {
    await joined.check()
    expect(await joined.inspect('documents/2024/a.txt')).toMatchObject({ kind: 'file', stamp: { size: 5 } })
    expect(await joined.inspect('thumbnails/t.jpg')).toMatchObject({ kind: 'file' })
    expect(await joined.inspect('documents/stolen.txt')).toMatchObject({ kind: 'outside' })
    expect(await joined.inspect('documents/../../secret/key.txt')).toMatchObject({ kind: 'outside' })
    expect(await joined.inspect('others/key.txt')).toMatchObject({ kind: 'outside' })
    const paths = ['documents/stolen.txt', 'thumbnails/t.jpg', 'documents/2024/a.txt', 'others/key.txt']
    const kinds = ['outside', 'file', 'file', 'outside']
    expect((await joined.inspectAll(paths)).map(({ kind }) => kind)).toEqual(kinds)
    expect(await codeOf(joined.open('documents/stolen.txt'))).toBe('PATH_OUTSIDE item')
    const file = await joined.open('documents/2024/a.txt')
    const chunks: Uint8Array[] = []
    for await (const chunk of file.read(never)) chunks.push(chunk)
    await file.close()
    expect(Buffer.concat(chunks).toString()).toBe('hello')
  })

  it('lists each file once, where Readur sees it', async () => {
    const listed: ListedFile[] = []
    for await (const page of joined.list(never)) listed.push(...page)
    expect(listed.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
      'file documents/2024/a.txt',
      'file thumbnails/t.jpg',
      'link documents/stolen.txt',
      'link others',
    ])
  })

  it('is written to where it really lies, and nothing is moved from one disk to another', async () => {
    await joined.move('documents/2024/a.txt', 'documents/2025/b.txt', ownStepPermit())
    expect(await readFile(join(dir, 'big/2025/b.txt'), 'utf8')).toBe('hello')
    const across = joined.move('documents/2025/b.txt', 'quarantine/r/b.txt', ownStepPermit())
    expect(await codeOf(across)).toBe('FILE_UNWRITABLE item')
    expect(await readFile(join(dir, 'big/2025/b.txt'), 'utf8')).toBe('hello')
    await joined.remove('documents/2025/b.txt', ownStepPermit())
    expect(await joined.inspect('documents/2025/b.txt')).toEqual({ kind: 'absent' })
  })

  it('is not there without that disk', async () => {
    await rm(join(dir, 'big'), { recursive: true })
    await mkdir(join(dir, 'elsewhere/documents'), { recursive: true })
    const gone = new JoinedFolder(new LocalFolder(join(dir, 'elsewhere')), [
      { path: 'documents', folder: new LocalFolder(join(dir, 'big'), '') },
    ])
    expect(await codeOf(gone.check())).toBe('UPLOADS_MISSING run')
  })
})
