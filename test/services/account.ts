import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface TestAccount {
  user: string
  password: string
  remove: () => Promise<void>
}

/** An account of the operating system with a password, for one test alone. Only root can make one. */
export async function createAccount({ shell = '/bin/sh', home = '/' } = {}): Promise<TestAccount> {
  const user = `readur-${randomBytes(4).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const { stdout } = await run('openssl', ['passwd', '-6', password])
  await unlocked('useradd', [
    '--no-create-home',
    '--home-dir',
    home,
    '--shell',
    shell,
    '--password',
    stdout.trim(),
    user,
  ])
  return { user, password, remove: () => unlocked('userdel', [user]) }
}

/** Again while another process has the list of accounts locked. */
async function unlocked(program: string, args: string[], tries = 50): Promise<void> {
  try {
    await run(program, args)
  } catch (error) {
    if (tries === 0 || !String(error).includes('lock')) throw error
    await new Promise((done) => setTimeout(done, 100))
    await unlocked(program, args, tries - 1)
  }
}
