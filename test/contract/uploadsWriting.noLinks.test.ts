import type * as FileSystem from 'node:fs/promises'
import { vi } from 'vitest'
import { localUploads } from './localUploads.ts'
import { uploadsWritingSuite } from './uploadsWriting.suite.ts'

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof FileSystem>()),
  link: () => Promise.reject(Object.assign(new Error('operation not supported'), { code: 'ENOTSUP' })),
}))

uploadsWritingSuite('a folder of this computer whose file system has no hard links', localUploads)
