import { execFile } from 'node:child_process'
import { open as openFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { localUploads } from './localUploads.ts'
import type { WritingHarness } from './uploadsWriting.suite.ts'

const run = promisify(execFile)

interface RemoteOptions {
  make: (root: string) => RemoteFolder
  /** Who owns the files, where the tests may give them away. */
  owner?: string | undefined
  end: () => unknown
}

/** A new uploads folder that is seen from another machine. */
export async function remoteHarness({
  make,
  owner,
  end,
}: RemoteOptions): Promise<WritingHarness & { folder: RemoteFolder; root: string }> {
  const local = await localUploads()
  if (owner !== undefined && process.getuid?.() === 0) {
    await run('chmod', ['755', join(local.root, '..')])
    await run('chown', ['-R', owner, local.root])
  }
  const folder = make(local.root)
  // Whole seconds are shown: each change gets one of its own.
  let second = 1_700_000_000
  const dated = async (path: string): Promise<void> => {
    second += 1
    await utimes(join(local.root, path), second, second)
  }
  return {
    ...local,
    folder,
    write: async (path, bytes) => {
      await local.write(path, bytes)
      await dated(path)
    },
    // Never shorter in between: reads are under way already for bytes that the test has not been handed.
    overwrite: async (path, bytes) => {
      const file = await openFile(join(local.root, path), 'r+')
      try {
        await file.write(bytes, 0, bytes.length, 0)
        await file.truncate(bytes.length)
      } finally {
        await file.close()
      }
      await dated(path)
    },
    close: async () => {
      folder.close()
      await end()
      await local.close()
    },
  }
}
