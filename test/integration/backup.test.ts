import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installRuntimes } from '../services/containers.ts'
import { World } from './world.ts'

const path = process.env.PATH
let readur: World
let programs: string
beforeEach(async () => {
  readur = await World.bulk(5)
  programs = join(dirname(readur.uploadsDir), 'programs')
  await mkdir(programs)
  process.env.PATH = programs
})
afterEach(async () => {
  process.env.PATH = path
  await readur.close()
})

/** A program of this name; which one is installed here, if any, is of no consequence. */
async function install(name: string, script: string): Promise<void> {
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(programs, name), 0o755)
}
const beside = (name: string): string => join(dirname(readur.uploadsDir), name)

/** Says how it was called, and dumps. */
const dumps = (): string =>
  `printf '%s\\n' "$0 $*" "$PGHOST:$PGPORT $PGUSER $PGDATABASE" >> ${beside('called')}; printf PGDMPthe-dump`
const lists = `case "$1 $2" in "--list "*) echo ';'; echo '1; TABLE documents'; echo '2; TABLE users';; *) exit 9;; esac`

describe('a backup of the database', () => {
  it('is streamed into a private file, checked, remembered, and told how to put it back', async () => {
    await install('pg_dump', dumps())
    await install('pg_restore', lists)
    const file = beside('before.dump')
    const { code, out } = await readur.call('backup', file, '--json', '--env-file', readur.envFile)
    expect(code).toBe(0)
    const url = new URL(readur.databaseUrl)
    const made = JSON.parse(out.join('\n')) as { restore: string }
    expect(made).toMatchObject({ path: file, bytes: 13, listed: 2 })
    expect(made.restore).toContain('pg_restore --clean --if-exists --username')
    expect(made.restore).toContain(file)
    expect(await readFile(file, 'utf8')).toBe('PGDMPthe-dump')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const called = await readFile(beside('called'), 'utf8')
    expect(called).toContain('pg_dump --format=custom --no-password\n')
    expect(called).toContain(`:${url.port} ${decodeURIComponent(url.username)} ${url.pathname.slice(1)}`)
    const again = await readur.call('backup', file, '--env-file', readur.envFile)
    expect(again.err).toContain('FILE_TAKEN')
    const migrated = await readur.call('migrate', '--dry-run', '--env-file', readur.envFile)
    expect(migrated.code).toBe(0)
    const run = await readur.call('migrate', '--env-file', readur.envFile)
    expect(run.err).toContain('note: last backup of this database: 20')
    expect(run.err).toContain(file)
  })

  it.each([
    ['readur', 'docker exec -i readur'],
    ['podman:readur', 'podman exec -i readur'],
    ['kubernetes:deploy/readur', 'kubectl exec -i deployment/readur --'],
  ])('runs in the database’s own container, and no list of processes shows its password: %s', async (name, words) => {
    const runtime = await installRuntimes({ pathInside: programs })
    process.env.PATH = `${runtime.dir}:/usr/bin:/bin`
    await install('sh', 'exec /bin/sh "$@"')
    await install('env', 'exec /usr/bin/env "$@"')
    await install(
      'pg_dump',
      `printf '%s\\n' "$*" "$PGUSER $PGPASSWORD" > ${beside('called')}; printf PGDMPfrom-the-container`,
    )
    const file = beside('container.dump')
    const { code, out } = await readur.call(
      ...['backup', file, '--postgres-container', name, '--json', '--env-file', readur.envFile],
    )
    expect(code).toBe(0)
    const { username, password } = new URL(readur.databaseUrl)
    expect(await readFile(beside('called'), 'utf8')).toBe(
      `--format=custom --no-password\n${decodeURIComponent(username)} ${decodeURIComponent(password)}\n`,
    )
    expect(await readFile(file, 'utf8')).toBe('PGDMPfrom-the-container')
    expect((JSON.parse(out.join('\n')) as { restore: string }).restore).toContain(`${words} pg_restore`)
    const asked = JSON.stringify(await runtime.calls())
    if (password !== '') expect(asked).not.toContain(decodeURIComponent(password))
    await runtime.remove()
  })

  it('is refused when its end was lost on the way, though the runtime says that all went well', async () => {
    const runtime = await installRuntimes({ pathInside: programs, cut: 100 })
    process.env.PATH = `${runtime.dir}:/usr/bin:/bin`
    await install('sh', 'exec /bin/sh "$@"')
    await install('env', 'exec /usr/bin/env "$@"')
    await install('pg_dump', 'printf PGDMP; /usr/bin/head -c 100000 /dev/zero')
    const where = ['--postgres-container', 'kubernetes:deploy/readur', '--env-file', readur.envFile]
    const { code, err } = await readur.call('backup', beside('none.dump'), ...where)
    expect(code).toBe(3)
    expect(err).toContain('the end of its answer did not arrive')
    expect((await readdir(dirname(readur.uploadsDir))).filter((it) => it.startsWith('none'))).toEqual([])
    await runtime.remove()
  })

  it('comes before a migration that asks for it, and nothing is migrated without it', async () => {
    await install('pg_dump', `printf PGDMP; echo 'server version mismatch' >&2; exit 1`)
    const file = beside('first.dump')
    const failed = await readur.call('migrate', '--backup', file, '--env-file', readur.envFile)
    expect(failed.code).toBe(3)
    expect(failed.err).toContain('BACKUP_FAILED')
    expect(failed.err).toContain('server version mismatch')
    expect(await readur.snapshot()).toEqual(readur.before)
    expect((await readdir(dirname(file))).filter((name) => name.startsWith('first'))).toEqual([])
    await install('pg_dump', dumps())
    const { code, err } = await readur.call('migrate', '--backup', file, '--env-file', readur.envFile)
    expect(code).toBe(0)
    expect(err).toContain(`Backup: ${file}`)
    expect(await readur.check()).toMatchObject({ ok: true })
  })

  it.each([
    ['is not there', null, 'There is no pg_dump on this computer.'],
    ['says something else', `echo 'CREATE TABLE'`, 'isn’t a dump in the custom format'],
    ['says nothing', 'true', 'isn’t a dump in the custom format'],
    ['may not run', `echo 'This account is not available.'; exit 1`, 'ended with 1: This account is not available.'],
  ])('fails where pg_dump %s, and leaves no file', async (_story, script, words) => {
    if (script !== null) await install('pg_dump', script)
    const { code, err } = await readur.call('backup', beside('none.dump'), '--env-file', readur.envFile)
    expect(code).toBe(3)
    expect(err).toContain(words)
    expect((await readdir(dirname(readur.uploadsDir))).filter((name) => name.startsWith('none'))).toEqual([])
  })

  it('is never a condition: without one, a migration says so and goes on', async () => {
    const { code, err } = await readur.call('migrate', '--env-file', readur.envFile)
    expect(code).toBe(0)
    expect(err).toContain('note: no backup of this database made yet')
  })
})
