import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { loseFiles } from '../e2e/outside.ts'
import { World } from './world.ts'

/** What `docker exec` does, without Docker: there is one container, and it sees what the server sees. */
const docker = `#!/bin/sh
[ "$1 $2 $3" = "exec -i readur-app" ] || { echo "Error response from daemon: No such container: $3" >&2; exit 1; }
shift 3
echo "$@" >> "$(dirname "$0")/calls"
exec "$@"
`

let dir = ''
let sshd: Sshd
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-docker-'))
  await writeFile(join(dir, 'docker'), docker)
  await chmod(join(dir, 'docker'), 0o755)
  await chmod(dir, 0o777)
  // No SFTP at all: what is read was read through the container.
  const config = [`SetEnv PATH=${dir}:/usr/bin:/bin`, 'Subsystem sftp /no/such/program']
  sshd = await startSshd({ as: 'root', config })
})
afterAll(async () => {
  await sshd.stop()
  await rm(dir, { recursive: true, force: true })
})

it('moves documents that only a container of the server sees, and puts lost files back into it', async () => {
  const [, key = ''] = sshd.hostKeyLine.split(' ')
  const fingerprint = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')
  const readur = await World.planted()
  try {
    const far = [
      ...['--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.clientKey],
      ...['--ssh-config', join(readur.home, 'no-config'), '--accept-new-host-key', `SHA256:${fingerprint}`],
      ...['--uploads-container', 'readur-app'],
    ]
    const { report } = await readur.run('migrate', ...far)
    expect(report).toMatchObject({ status: 'completed with failures', remaining: 0 })
    expect(await readur.check(report.runId)).toMatchObject({ ok: true, differences: [] })
    expect(await readFile(join(dir, 'calls'), 'utf8')).toMatch(/^sh$/m)

    await loseFiles(readur, 8)
    const undone = await readur.run('rollback', report.runId ?? '', '--yes', ...far)
    expect(undone.report).toMatchObject({ status: 'completed', restored: report.committed })
    expect(await readur.differencesFromBefore()).toEqual([])

    const other = await readur.run('plan', ...far.slice(0, -1), 'another')
    expect(other.code).toBe(3)
    expect(other.err).toContain('CONTAINER_UNREACHABLE')
  } finally {
    await readur.close()
  }
})
