import { createHash } from 'node:crypto'
import { chmod, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { checkWorld } from './doctorOutcome.ts'
import { World } from './world.ts'

let sshd: Sshd
let world: World
beforeAll(async () => {
  sshd = await startSshd()
  world = await World.bulk(10)
  await chmod(dirname(world.uploadsDir), 0o755)
})
afterAll(async () => {
  await world.close()
  await sshd.stop()
})

const doctor = () => {
  const [, key = ''] = sshd.hostKeyLine.split(' ')
  const fingerprint = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')
  return checkWorld(
    world,
    ...['doctor', '--no-speed', '--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.clientKey],
    ...['--ssh-config', join(world.home, 'no-config'), '--accept-new-host-key', `SHA256:${fingerprint}`],
  )
}

describe('doctor over SSH', () => {
  it('goes hop by hop, finds the far side sound, and says how much room there is', async () => {
    const found = await doctor()
    expect(found.troubles).toEqual([])
    expect(found.diagnostics.filter(({ area }) => area === 'server').map(({ code }) => code)).toEqual([
      'server.tcp',
      'server.hostKey',
      'server.login',
    ])
    expect(found.of('uploads.space').finding).toMatch(/^[\d.]+ GB free\.$/)
    expect(found.of('uploads.mapping').finding).toBe('Checked 10 random documents: all files found')
  })

  it('names who owns a file that the login may not read, and the command that mends it', async () => {
    const folder = join(world.uploadsDir, 'documents')
    const [name = ''] = await readdir(folder)
    const file = join(folder, name)
    await chmod(file, 0o600)
    const found = (await doctor()).of('uploads.readable')
    expect(found).toMatchObject({ severity: 'warning', finding: expect.stringContaining('1 of 10') as unknown })
    expect(found.evidence[0]).toBe(`documents/${name}: owner 0:0, mode 600`)
    expect(found.remedy?.commands).toEqual([
      { where: 'the server', text: `sudo find ${file} -maxdepth 0 ! -type l -exec chmod u+rX,g+rX,o+rX {} +` },
    ])
    await chmod(file, 0o644)
  })

  it('shows which hop is dead, skips what lies behind it, and looks at the bucket all the same', async () => {
    await sshd.kill()
    const found = await doctor()
    expect(found.of('server.tcp')).toMatchObject({ severity: 'blocking', error: { code: 'SSH_UNREACHABLE' } })
    expect(found.diagnostics.filter(({ area }) => area === 'database' || area === 'uploads')).not.toHaveLength(0)
    for (const { area, state } of found.diagnostics) {
      if (area === 'database' || area === 'uploads') expect(state).toBe('skipped')
    }
    expect(found.of('bucket.delete').severity).toBe('ok')
    expect(found.code).toBe(3)
  })
})
