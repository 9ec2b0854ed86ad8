import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installRuntimes } from '../services/containers.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { loseFiles } from '../e2e/outside.ts'
import { World } from './world.ts'

let runtime: Awaited<ReturnType<typeof installRuntimes>>
let sshd: Sshd
beforeAll(async () => {
  runtime = await installRuntimes()
  // No SFTP at all: what is read was read through the container.
  const config = [`SetEnv PATH=${runtime.dir}:/usr/bin:/bin`, 'Subsystem sftp /no/such/program']
  sshd = await startSshd({ as: 'root', config })
})
afterAll(async () => {
  await sshd.stop()
  await runtime.remove()
})

it('moves documents that only a pod of the server’s cluster sees, and puts lost files back into it', async () => {
  const [, key = ''] = sshd.hostKeyLine.split(' ')
  const fingerprint = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')
  const readur = await World.planted()
  try {
    const far = [
      ...['--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.clientKey],
      ...['--ssh-config', join(readur.home, 'no-config'), '--accept-new-host-key', `SHA256:${fingerprint}`],
      ...['--uploads-container', 'kubernetes:deployment/readur'],
    ]
    const { report } = await readur.run('migrate', ...far)
    expect(report).toMatchObject({ status: 'completed with failures', remaining: 0 })
    expect(await readur.check(report.runId)).toMatchObject({ ok: true, differences: [] })
    expect(JSON.stringify(await runtime.calls())).toContain('"exec","-i","pod/readur-0","--","sh"')

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
