import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canEnter, type Account } from './account.ts'

/**
 * The folder for the server's data: `folder` itself, or, when the server's account cannot enter it (as root, below
 * /root or in any folder closed to others), one of its own in the system's folder for temporary files.
 */
export async function choosePlace(folder: string, account: Account | null): Promise<string> {
  if (!account || (await canEnter(folder, account))) return folder
  const name = `readur-sandbox-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
  for (const parent of [tmpdir(), '/tmp']) {
    if (!(await canEnter(parent, account))) continue
    const place = join(parent, name)
    await makePrivate(place)
    return place
  }
  throw new Error(
    `The account that runs PostgreSQL can enter neither ${folder} nor ${tmpdir()}. Choose another folder.`,
  )
}

/** Temporary folders belong to everybody: a folder of ours must not have been laid out by someone else. */
async function makePrivate(place: string): Promise<void> {
  await mkdir(place, { mode: 0o711 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  const facts = await lstat(place)
  if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o022) !== 0) {
    throw new Error(`${place} exists and is not a folder of this account alone. Remove it.`)
  }
}
