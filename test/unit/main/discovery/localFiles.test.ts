import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localFiles } from '../../../../src/main/discovery/localFiles.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readur-discovery-'))
  await writeFile(join(folder, '.env'), 'A=b')
  await mkdir(join(folder, 'folder.env'))
  await writeFile(join(folder, 'large.env'), Buffer.alloc(2 * 1024 ** 2))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('files of this computer', () => {
  it('are read from the folder or from the root', async () => {
    expect(await localFiles(folder)('.env')).toBe('A=b')
    expect(await localFiles('/')(join(folder, '.env'))).toBe('A=b')
  })

  it('are null when they are not there', async () => {
    expect(await localFiles(folder)('no.env')).toBeNull()
  })

  it('are refused when they are no modest regular file', async () => {
    await expect(localFiles(folder)('folder.env')).rejects.toThrow('no file of settings')
    await expect(localFiles(folder)('large.env')).rejects.toThrow('no file of settings')
  })

  it.skipIf(process.platform === 'win32')('never wait on a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.env')])
    await expect(localFiles(folder)('pipe.env')).rejects.toThrow('no file of settings')
  })
})
