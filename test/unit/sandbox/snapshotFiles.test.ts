import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { snapshotFiles } from '../../../src/sandbox/snapshotFiles.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readur-snapshot-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('describes files, folders, links and pipes without following or opening the wrong ones', async () => {
  await mkdir(join(folder, 'documents'))
  await writeFile(join(folder, 'documents', 'a.txt'), 'abc')
  await utimes(join(folder, 'documents', 'a.txt'), 5, 5)
  await symlink('/etc', join(folder, 'documents', 'link'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect(await snapshotFiles(folder)).toEqual({
    documents: { kind: 'folder' },
    'documents/a.txt': {
      kind: 'file',
      size: 3,
      mtimeMs: 5000,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
    'documents/link': { kind: 'link', target: '/etc' },
    pipe: { kind: 'other' },
  })
})
