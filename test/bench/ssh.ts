import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { Client, type SFTPWrapper } from 'ssh2'
import { localCommands } from '../../src/main/adapters/commands/localCommands.ts'
import { Container } from '../../src/main/adapters/commands/container.ts'
import { SshCommands } from '../../src/main/adapters/commands/sshCommands.ts'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { reconnectPolicy } from '../../src/main/adapters/ssh/link.ts'
import { LocalFolder } from '../../src/main/adapters/uploads/localFolder.ts'
import { ContainerSource } from '../../src/main/adapters/uploads/remote/containerSource.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpChannel.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import type { Commands } from '../../src/main/engine/commands.ts'
import type { UploadsFolder } from '../../src/main/engine/ports.ts'
import { hopTo, linkTo, never, trustFolder } from '../contract/sshHarness.ts'
import { startProxy } from '../services/proxy.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'

/**
 * `npm run bench:ssh`: how fast one large and many small files are read from a server that answers at once, after 20 and
 * after 100 ms, beside a plain `createReadStream` of ssh2, one file after the other. Prints one JSON object.
 */
const { values } = parseArgs({
  options: {
    large: { type: 'string', default: '100' },
    files: { type: 'string', default: '1000' },
    bytes: { type: 'string', default: '102400' },
  },
})
const largeBytes = Number(values.large) * 1_000_000
const [count, smallBytes] = [Number(values.files), Number(values.bytes)]
/** Files at once: the default of a run, and the most that is allowed. */
const lanes = [10, 64]

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const rounded = (value: number): number => Math.round(value * 10) / 10

const small = (n: number): string => `documents/${n}.bin`

const trust = await trustFolder()
const root = await mkdtemp(join(tmpdir(), 'readur-bench-ssh-'))
const sshd = await startSshd({ as: 'root' })
try {
  await plant()
  const table = []
  for (const delayMs of [0, 20, 100]) table.push(await measure(delayMs))
  process.stdout.write(`${JSON.stringify({ largeBytes, count, smallBytes, table }, null, 2)}\n`)
} finally {
  await sshd.stop()
  await trust.remove()
  await rm(root, { recursive: true, force: true })
}

async function plant(): Promise<void> {
  await mkdir(join(root, 'documents'))
  await writeFile(join(root, 'documents/large.bin'), randomBytes(largeBytes))
  const bytes = randomBytes(smallBytes)
  for (let n = 0; n < count; n += 1) await writeFile(join(root, small(n)), bytes)
}

/** `delayMs`: of a whole round trip. */
async function measure(delayMs: number) {
  say(`Round trip of ${delayMs} ms`)
  const proxy = await startProxy(sshd.port, { delayMs: delayMs / 2 })
  const hop = await hopTo(sshd, trust.dir, proxy.port)
  const link = linkTo({ hops: [{ ...hop, port: proxy.port }] })
  try {
    const sftp = new RemoteFolder(sftpSource(link), 'server', root)
    const container = new RemoteFolder(
      new ContainerSource(new Container(docker(link), 'c'), never, reconnectPolicy),
      'c',
      root,
    )
    const here = new LocalFolder(root)
    return {
      roundTripMs: delayMs,
      sftp: await speedOf(sftp, lanes),
      container: await speedOf(container, lanes.slice(0, 1)),
      plainStream: await plainStream(sshd, proxy.port, delayMs),
      ...(delayMs === 0 && { local: await speedOf(here, lanes.slice(0, 1)) }),
    }
  } finally {
    await link.close()
    await proxy.close()
  }
}

/** `docker exec` without Docker: what is measured is our shells and the way to them. */
function docker(link: SshLink): Commands {
  const ssh = new SshCommands(link, 'server')
  return {
    label: localCommands.label,
    start: (argv, signal) => ssh.start(argv[1] === 'exec' ? argv.slice(4) : ['true'], signal),
  }
}

async function speedOf(folder: UploadsFolder, atOnce: readonly number[]) {
  await folder.check()
  const [seconds, bytes] = await timed(() => readWhole(folder, 'documents/large.bin'))
  const filesPerSecond: Record<string, number> = {}
  for (const limit of atOnce) {
    const [taken] = await timed(() => readAll(folder, limit))
    filesPerSecond[`${limit} at once`] = rounded(count / taken)
  }
  return { megabytesPerSecond: rounded(bytes / 1e6 / seconds), filesPerSecond }
}

async function readAll(folder: UploadsFolder, atOnce: number): Promise<number> {
  const limit = pLimit(atOnce)
  const sizes = await Promise.all(Array.from({ length: count }, (_, n) => limit(() => readWhole(folder, small(n)))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function readWhole(folder: UploadsFolder, path: string): Promise<number> {
  const file = await folder.open(path)
  try {
    let size = 0
    for await (const chunk of file.read(never)) size += chunk.byteLength
    if (size !== file.stamp.size) throw new Error(`${path}: ${size} bytes of ${file.stamp.size}.`)
    return size
  } finally {
    await file.close()
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const startedAt = performance.now()
  const result = await work()
  return [(performance.now() - startedAt) / 1000, result]
}

/** What a quick script does: ssh2 as it comes, one stream after the other, and fewer files where it takes too long. */
async function plainStream({ user, clientKey }: Sshd, port: number, delayMs: number) {
  const client = new Client()
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    void readFile(clientKey).then((privateKey) =>
      client.connect({ host: '127.0.0.1', port, username: user, privateKey }),
    )
  })
  try {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper))),
    )
    const read = async (path: string, end?: number): Promise<number> => {
      let size = 0
      const stream = sftp.createReadStream(join(root, path), end === undefined ? {} : { end })
      const closed = once(stream, 'close')
      for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.byteLength
      await closed
      return size
    }
    const [seconds, bytes] = await timed(() => read('documents/large.bin', delayMs === 0 ? 20_000_000 : 2_000_000))
    const some = delayMs === 0 ? 50 : 10
    const [taken] = await timed(async () => {
      for (let n = 0; n < some; n += 1) await read(small(n))
    })
    return { megabytesPerSecond: rounded(bytes / 1e6 / seconds), filesPerSecond: rounded(some / taken) }
  } finally {
    client.end()
  }
}
