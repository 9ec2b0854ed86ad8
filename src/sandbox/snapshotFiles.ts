import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const fileFacts = z.object({
  kind: z.enum(['file', 'folder', 'link', 'other']),
  /** Of files only: bytes, milliseconds since 1970, lowercase hex. */
  size: z.number().optional(),
  mtimeMs: z.number().optional(),
  /** Absent where the file cannot be read. */
  sha256: z.string().optional(),
  /** Of symbolic links only. */
  target: z.string().optional(),
})
export type FileFacts = z.infer<typeof fileFacts>

/** SHA-256 of a file's bytes in lowercase hex; constant memory. */
async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (Buffer.isBuffer(chunk)) hash.update(chunk)
  }
  return hash.digest('hex')
}

/** Everything below `folder` by its path relative to it, with `/`. Links are not followed, pipes not opened. */
export async function snapshotFiles(folder: string): Promise<Record<string, FileFacts>> {
  const found: Record<string, FileFacts> = {}
  const visit = async (relative: string): Promise<void> => {
    for (const name of (await readdir(join(folder, relative))).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`
      const facts = await factsOf(join(folder, path))
      found[path] = facts
      if (facts.kind === 'folder') await visit(path)
    }
  }
  await visit('')
  return found
}

async function factsOf(path: string): Promise<FileFacts> {
  const facts = await lstat(path)
  if (facts.isDirectory()) return { kind: 'folder' }
  if (facts.isSymbolicLink()) return { kind: 'link', target: await readlink(path) }
  if (!facts.isFile()) return { kind: 'other' }
  const sha256 = await sha256OfFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return null
    throw error
  })
  return { kind: 'file', size: facts.size, mtimeMs: facts.mtimeMs, ...(sha256 !== null && { sha256 }) }
}
