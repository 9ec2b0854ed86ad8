import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listenersOf } from '../services/listeners.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { World } from './world.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startSshd({ as: 'root' })
})
afterAll(() => sshd.stop())

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

const fingerprint = (): string => {
  const [, key = ''] = sshd.hostKeyLine.split(' ')
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`
}

/** Database and uploads are on the far side; a configuration of its own, so that nothing of this computer's counts. */
const far = ({ home }: World): string[] => [
  ...['--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.clientKey],
  ...['--ssh-config', join(home, 'no-config')],
]
const trusting = (readur: World): string[] => [...far(readur), '--accept-new-host-key', fingerprint()]

describe('a Readur on a server', () => {
  it('is migrated, checked and rolled back over SSH', async () => {
    const readur = (world = await World.planted())
    const { report } = await readur.run('migrate', ...trusting(readur))
    expect(report).toMatchObject({ status: 'completed with failures', remaining: 0 })
    expect(await readur.check(report.runId)).toMatchObject({ ok: true, differences: [] })

    // The key was accepted once and is known from then on.
    const checked = await readur.verify(report.runId, '--level', 'readback', ...far(readur))
    expect(checked).toMatchObject({ sound: checked.checked })
    const undone = await readur.run('rollback', report.runId ?? '', '--yes', ...far(readur))
    expect(undone.report).toMatchObject({ status: 'completed', restored: report.committed })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('is not reached while its host key is not known, and says which one it is', async () => {
    const readur = (world = await World.bulk(1))
    const refused = await readur.run('migrate', ...far(readur))
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('SSH_HOST_KEY_UNKNOWN')
    expect(refused.err).toContain(fingerprint())
    expect(refused.err).toContain('--accept-new-host-key')
    const other = await readur.run('migrate', ...far(readur), '--accept-new-host-key', 'SHA256:somethingElse')
    expect(other.code).toBe(3)
  })

  it('is refused when another server answers in its place', async () => {
    const readur = (world = await World.bulk(1))
    await readur.run('plan', ...trusting(readur))
    await sshd.kill()
    const impostor = await startSshd({ as: 'root', port: sshd.port })
    try {
      const refused = await readur.run('plan', ...far(readur))
      expect(refused.code).toBe(3)
      expect(refused.err).toContain('SSH_HOST_KEY_CHANGED')
      expect(refused.err).toContain(fingerprint())
    } finally {
      await impostor.stop()
      await sshd.restart()
    }
  })

  it('opens no port on this computer', async () => {
    const readur = (world = await World.bulk(400))
    const child = readur.spawn('migrate', ...trusting(readur), '--batch-size', '20')
    await child.reached('committed', 20)
    expect(await listenersOf(child.pid)).toEqual([])
    expect(await child.ended).toMatchObject({ code: 0 })
  })

  it('audits, and moves what no row names into the quarantine of the server', async () => {
    const readur = (world = await World.bulk(20))
    await rm(join(readur.uploadsDir, readur.localFiles[0] ?? ''))
    await writeFile(join(readur.uploadsDir, 'documents/nobody’s.pdf'), 'no row names me')
    const options = [...trusting(readur), '--json', '--env-file', readur.envFile]
    const { code, out } = await readur.call('audit', '--settle', '0', '--level', 'checksum', ...options)
    expect(code).toBe(1)
    const report = JSON.parse(out.join('\n')) as { runId: string; groups: { code: string; count: number }[] }
    expect(report.groups.map((group) => `${group.code} ${group.count}`).sort()).toEqual([
      'FILE_MISSING 1',
      'FILE_ORPHAN 1',
    ])
    const repaired = await readur.call('repair', report.runId, '--quarantine-files', '--yes', ...options)
    expect(repaired.code).toBe(0)
    const run = readur.latest?.runId ?? ''
    const aside = join(readur.uploadsDir, 'quarantine', run, 'documents/nobody’s.pdf')
    expect(await readFile(aside, 'utf8')).toBe('no row names me')
  })

  it('goes on when the connection is cut in the middle', async () => {
    const readur = (world = await World.bulk(300, 20_000))
    const child = readur.spawn('migrate', ...trusting(readur), '--batch-size', '20')
    for (const lines of [20, 60, 120]) {
      await child.reached('committed', lines)
      await sshd.kill()
      await sshd.restart()
    }
    const { code } = await child.ended
    expect(code).toBe(0)
    expect(await readur.check(readur.latest?.runId)).toMatchObject({ ok: true, differences: [] })
  })
})
