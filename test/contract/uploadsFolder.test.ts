import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalFolder } from '../../src/main/adapters/uploads/localFolder.ts'
import { MemoryUploads } from '../fakes/memoryUploads.ts'
import { localUploads } from './localUploads.ts'
import { uploadsFolderSuite } from './uploadsFolder.suite.ts'

const run = promisify(execFile)

uploadsFolderSuite('the in-memory fake', () => {
  const folder = new MemoryUploads()
  return Promise.resolve({
    folder,
    write: (path, bytes) => folder.write(path, bytes),
    overwrite: (path, bytes) => folder.overwrite(path, bytes),
    makeFolder: (path) => folder.entries.set(path, { kind: 'folder' }),
    link: (path, target) => folder.entries.set(path, { kind: 'link', target }),
    pipe: (path) => folder.entries.set(path, { kind: 'pipe' }),
    remove: (path) => folder.entries.delete(path),
    close: () => undefined,
  })
})

uploadsFolderSuite('a folder of this computer', localUploads)

describe('a folder of this computer', () => {
  let root = ''
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'readur-uploads-'))
    await mkdir(join(root, 'documents'))
    await chmod(root, 0o755)
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  /** What an account without special rights gets to see. */
  const asNobody = async (path: string): Promise<unknown> => {
    const script = join(import.meta.dirname, '../fixtures/inspectAsNobody.ts')
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script, root, path])
    return JSON.parse(stdout) as unknown
  }

  it('is refused when it is another folder, or a disk that is not mounted', async () => {
    await mkdir(join(root, 'empty'))
    await expect(new LocalFolder(join(root, 'empty')).check()).rejects.toMatchObject({
      code: 'UPLOADS_MISSING',
      scope: 'run',
    })
  })

  it('is refused before anything begins when it is not there', async () => {
    await expect(new LocalFolder(join(root, 'gone')).check()).rejects.toMatchObject({
      code: 'UPLOADS_MISSING',
      scope: 'run',
    })
  })

  it('is refused before anything begins when it is a file', async () => {
    await writeFile(join(root, 'file'), 'x')
    await expect(new LocalFolder(join(root, 'file')).check()).rejects.toMatchObject({ code: 'UPLOADS_MISSING' })
  })

  it('calls a file that may not be read unreadable, with the reason', async () => {
    await writeFile(join(root, 'closed.txt'), 'private')
    await chmod(join(root, 'closed.txt'), 0)
    expect(await asNobody('closed.txt')).toEqual({
      check: 'fine',
      inspect: { kind: 'unreadable', reason: 'EACCES' },
      among: [{ kind: 'absent' }, { kind: 'unreadable', reason: 'EACCES' }],
      open: 'FILE_UNREADABLE item',
    })
  })

  it('calls a file in a folder that may not be entered unreadable, not missing', async () => {
    await mkdir(join(root, 'closed'))
    await writeFile(join(root, 'closed/a.txt'), 'private')
    await chmod(join(root, 'closed'), 0o600)
    expect(await asNobody('closed/a.txt')).toEqual({
      check: 'fine',
      inspect: { kind: 'unreadable', reason: 'EACCES' },
      among: [{ kind: 'absent' }, { kind: 'unreadable', reason: 'EACCES' }],
      open: 'FILE_UNREADABLE item',
    })
    await chmod(join(root, 'closed'), 0o700)
  })

  it('is refused before anything begins when it may not be entered', async () => {
    await chmod(root, 0)
    expect(await asNobody('a.txt')).toMatchObject({ check: 'UPLOADS_MISSING run' })
    await chmod(root, 0o700)
  })
})
