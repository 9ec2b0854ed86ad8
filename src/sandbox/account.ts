import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An account of the operating system. */
export interface Account {
  uid: number
  gid: number
}

/**
 * The account that the database server runs as: null means the present one. PostgreSQL refuses to run as root, so root
 * lends it an account that exists anyway; the sandbox creates none.
 */
export async function serverAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const account = await lookUp(name)
    if (account) return account
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as. ' +
      'Start the sandbox as an ordinary user.',
  )
}

async function lookUp(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

/** Whether `account` may enter `folder` and all folders above it. */
export async function canEnter(folder: string, account: Account): Promise<boolean> {
  const facts = await stat(folder)
  const shift = facts.uid === account.uid ? 6 : facts.gid === account.gid ? 3 : 0
  if (((facts.mode >> shift) & 1) === 0) return false
  const parent = dirname(folder)
  return parent === folder || canEnter(parent, account)
}
