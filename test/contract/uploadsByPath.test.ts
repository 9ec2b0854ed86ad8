import type * as FileSystem from 'node:fs'
import { vi } from 'vitest'
import { localUploads } from './localUploads.ts'
import { uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { uploadsWritingSuite } from './uploadsWriting.suite.ts'

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof FileSystem>()),
  readlinkSync: () => {
    throw Object.assign(new Error('no such file or directory'), { code: 'ENOENT' })
  },
}))

uploadsFolderSuite('a folder of this computer, which has no /proc', localUploads)
uploadsWritingSuite('a folder of this computer, which has no /proc', localUploads)
