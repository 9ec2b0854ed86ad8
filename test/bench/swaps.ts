import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { localUploads } from '../contract/localUploads.ts'
import { remoteUploads, trustFolder } from '../contract/sshHarness.ts'
import { race } from '../contract/swaps.ts'
import type { WritingHarness } from '../contract/uploadsWriting.suite.ts'
import { startSshd } from '../services/sshd.ts'

/**
 * `swaps.ts KIND TIMES`: the race of the contract suite for as long as wanted, and what it costs a call. KIND: `local`;
 * `local-by-path` as on a system without /proc; `sftp`; `sftp-by-path`, to a server that locks us into a folder without /proc.
 */
const run = promisify(execFile)
const [kind = 'local', times = '1000'] = process.argv.slice(2)
const cage = '/var/lib/readur-swaps'

const cleanUps: (() => unknown)[] = []
try {
  const uploads = await open()
  const started = performance.now()
  const { leaked, ...rest } = await race(uploads, Number(times))
  const calls = rest.done + rest.refused
  const us = ((performance.now() - started) * 1000) / calls
  process.stdout.write(`${kind}: ${calls} calls, ${us.toFixed(0)} µs each, ${JSON.stringify({ ...rest, leaked })}\n`)
  await uploads.close()
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
}

async function open(): Promise<WritingHarness & { root: string }> {
  if (kind === 'local') return localUploads()
  if (kind === 'local-by-path') {
    Object.defineProperty(process, 'platform', { value: 'darwin' })
    return localUploads()
  }
  const isCaged = kind === 'sftp-by-path'
  const config = isCaged ? [`ChrootDirectory ${cage}`, 'ForceCommand internal-sftp'] : []
  if (isCaged) {
    await mkdir(cage, { mode: 0o755 })
    cleanUps.push(() => run('rm', ['-rf', cage]))
  }
  const sshd = await startSshd({ as: 'root', config })
  const trust = await trustFolder()
  cleanUps.push(trust.remove, sshd.stop)
  if (isCaged) process.env.TMPDIR = cage
  return remoteUploads(sshd, trust.dir, { rootOnServer: (root) => (isCaged ? root.slice(cage.length) : root) })
}
