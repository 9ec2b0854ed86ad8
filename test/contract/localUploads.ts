import { execFile } from 'node:child_process'
import { linkSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { LocalFolder } from '../../src/main/adapters/uploads/localFolder.ts'
import type { WritingHarness } from './uploadsWriting.suite.ts'

const run = promisify(execFile)

/** A new uploads folder of this computer, with a file beside it that is none of ours. */
export async function localUploads(): Promise<WritingHarness & { root: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-uploads-'))
  const root = join(dir, 'uploads')
  await mkdir(join(root, 'documents'), { recursive: true })
  await writeFile(join(dir, 'outside.txt'), 'Not for the bucket.\n')
  const at = async (path: string): Promise<string> => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    return join(root, path)
  }
  return {
    root,
    folder: new LocalFolder(root),
    write: async (path, bytes) => {
      const target = await at(path)
      await writeFile(`${target}.new`, bytes)
      await rename(`${target}.new`, target)
    },
    overwrite: (path, bytes) => writeFile(join(root, path), bytes),
    makeFolder: (path) => mkdir(join(root, path), { recursive: true }),
    link: async (path, target) => symlink(target, await at(path)),
    pipe: async (path) => run('mkfifo', [await at(path)]),
    hardLink: async (from, to) => linkSync(join(root, from), await at(to)),
    remove: (path) => rm(join(root, path)),
    tree: async () => {
      const outside = await treeOf(dir, 'uploads')
      if (JSON.stringify(outside) !== '{"outside.txt":"Not for the bucket.\\n"}') {
        throw new Error(`Beside the folder lies now: ${JSON.stringify(outside)}`)
      }
      return treeOf(root)
    },
    close: () => rm(dir, { recursive: true, force: true }),
  }
}

/** All that lies in a folder by its path, folders left out. */
export async function treeOf(root: string, except?: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(folder)).sort()) {
      const full = join(folder, name)
      if (relative(root, full) === except) continue
      const stats = await lstat(full).catch(() => null)
      // A temporary file may be gone by now.
      if (!stats) continue
      if (stats.isDirectory()) await visit(full)
      else tree[relative(root, full)] = await wordsFor(full, stats)
    }
  }
  await visit(root)
  return tree
}

async function wordsFor(full: string, stats: Awaited<ReturnType<typeof lstat>>): Promise<string> {
  if (stats.isFile()) return readFile(full, 'utf8')
  return stats.isSymbolicLink() ? `-> ${await readlink(full)}` : 'pipe'
}
