import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cliFile } from '../../scripts/cliBundle.mjs'
import { isPlain } from '../../src/shared/plainText.ts'
import { World } from './world.ts'

const root = join(import.meta.dirname, '../..')
const program = [process.execPath, cliFile] as const

/** Sets the title, clears the screen, goes up, erases, prints a success; by each kind of sign that can. */
const attack = '\x1b]0;owned\x07\x1b[2J\x1b[1A\x1b[2K\r\x9b31m\u202egpj.\u2066\u200b\x7f\x08\n✓ All documents are on S3'
const seen = '\\x1b]0;owned\\x07\\x1b[2J'

let world: World
const cleanUps: (() => unknown)[] = []
beforeEach(async () => {
  world = await World.bulk(6)
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
  await world.close()
})

/** Runs a command in a process of its own; what comes of it are bytes on two pipes. */
function cli(...args: string[]): Promise<{ out: string; err: string }> {
  const [node, ...script] = program
  return new Promise((done) => {
    const env = { ...process.env, READUR_MIGRATE_HOME: world.home }
    execFile(node, [...script, ...args], { cwd: root, env, maxBuffer: 64 * 1024 ** 2 }, (_error, out, err) =>
      done({ out, err }),
    )
  })
}

/** Nothing but text and line feeds: no success that a stranger wrote begins a line. */
function expectPlain(text: string): void {
  const lines = text.split('\n')
  expect(lines.filter((line) => !isPlain(line))).toEqual([])
  expect(lines.filter((line) => line.startsWith('✓'))).toEqual([])
}

const inRows = '/app/uploads/'

/** Gives a document another path, with its file there. */
async function move(at: number, path: string): Promise<void> {
  const [row] = await world.query(`SELECT id, file_path FROM documents ORDER BY id OFFSET ${at} LIMIT 1`)
  const { id, file_path: before } = row as { id: string; file_path: string }
  await rename(join(world.uploadsDir, before.slice(inRows.length)), join(world.uploadsDir, path))
  await setPath(id, `${inRows}${path}`)
}

const setPath = (id: string, path: string): Promise<unknown> =>
  world.query(
    `UPDATE documents SET file_path = convert_from(decode('${Buffer.from(path).toString('hex')}', 'hex'), 'UTF8') WHERE id = '${id}'`,
  )

it('names of rows and files are shown, and nothing in them is obeyed', async () => {
  await move(0, `documents/moved ${attack}.pdf`)
  const [missing] = await world.query('SELECT id FROM documents ORDER BY id OFFSET 1 LIMIT 1')
  await setPath((missing as { id: string }).id, `${inRows}documents/missing ${attack}.pdf`)
  await writeFile(join(world.uploadsDir, `documents/orphan ${attack}.pdf`), 'nobody’s')

  const said: string[] = []
  for (const command of ['plan', 'audit']) {
    const { out, err } = await cli(command, '--env-file', world.envFile)
    expectPlain(out)
    expectPlain(err)
    said.push(out, err)
  }
  // By the same writer, without the time that a process of its own takes.
  for (const command of [
    ['audit', '--settle', '0', '--env-file', world.envFile],
    ['migrate', '--env-file', world.envFile],
    ['verify-state', '--env-file', world.envFile],
    ['runs', 'list'],
    ['runs', 'show', 'latest'],
    ['resume', attack, '--env-file', world.envFile],
  ]) {
    const { out, err } = await world.call(...command)
    expectPlain(out.join('\n'))
    expectPlain(err)
    said.push(...out, err)
  }
  for (const name of ['missing', 'orphan']) expect(said.join('')).toContain(`${name} ${seen}`)

  const { out } = await world.call('audit', '--settle', '0', '--json', '--env-file', world.envFile)
  expect(out.flatMap((text) => text.split('\n')).filter((line) => !isPlain(line))).toEqual([])
  expect(JSON.stringify(JSON.parse(out.join('')))).toContain(JSON.stringify(`orphan ${attack}`).slice(1, -1))
})

it('the SQL of `runs paths` can be read on a terminal, and puts back exactly what was there', async () => {
  const names = [`a ${attack}.pdf`, `b'\\u{41}\\x41\\\\'"$$ \x85\u{e0041}.pdf`, `c'\\'.pdf`]
  for (const [at, name] of names.entries()) await move(at, `documents/${name}`)
  const paths = (): Promise<unknown[]> => world.query('SELECT id, file_path FROM documents ORDER BY id')
  const before = await paths()
  const { report } = await world.run('migrate')
  expect(report).toMatchObject({ committed: 6, failed: 0 })
  expect(await paths()).not.toEqual(before)
  const { out } = await cli('runs', 'paths', report.runId ?? '')
  expectPlain(out)
  await world.query(out)
  expect(await paths()).toEqual(before)
})

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const changed = async (name: string, value: string): Promise<string> => {
  const text = await readFile(world.envFile, 'utf8')
  const file = `${world.envFile}.changed`
  await writeFile(
    file,
    text.replace(new RegExp(`^${name}=.*$`, 'm'), () => `${name}=${value}`),
  )
  expect(await readFile(file, 'utf8')).toContain(value)
  return file
}

it.each([
  ['that would be obeyed', `password authentication failed${attack}`],
  ['of ten megabytes', 'x'.repeat(10_000_000)],
])('an error of the database %s is a few lines', async (_story, message) => {
  const field = (type: string, text: string): string => `${type}${text}\0`
  const body = Buffer.from(`${field('S', 'FATAL')}${field('V', 'FATAL')}${field('C', 'XX000')}${field('M', message)}\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeUInt32BE(body.length + 4, 1)
  const port = await listening(
    createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(Buffer.concat([head, body])))
    }),
  )
  const envFile = await changed('DATABASE_URL', `postgresql://readur:pw@127.0.0.1:${port}/readur?sslmode=disable`)
  const { out, err } = await cli('plan', '--env-file', envFile)
  expectPlain(out)
  expectPlain(err)
  expect(out.length + err.length).toBeLessThan(20_000)
  expect(out + err).toContain(message.slice(0, 30))
})

it('an error of the storage service is shown, and nothing in it is obeyed', async () => {
  const entities = (text: string): string => Array.from(text, (sign) => `&#${sign.codePointAt(0) ?? 0};`).join('')
  const xml = `<?xml version="1.0"?><Error><Code>${entities(`Evil${attack}`)}</Code><Message>${entities(attack)}</Message></Error>`
  const port = await listening(
    createHttpServer((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' })
      response.end(xml)
    }),
  )
  const envFile = await changed('S3_ENDPOINT_URL', `http://127.0.0.1:${port}`)
  for (const command of ['test-storage', 'plan']) {
    const { out, err } = await cli(command, '--env-file', envFile)
    expectPlain(out)
    expectPlain(err)
    expect(out + err).toContain('Evil')
  }
})

it('an SSH server cannot pass its questions for ours', async () => {
  const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
  const asks = `${attack}\x1b[1A\x1b[2KSecret key for the bucket: `
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (login) => {
      if (login.method !== 'keyboard-interactive') login.reject(['keyboard-interactive'])
      else login.prompt([{ prompt: asks, echo: false }], asks, asks, () => login.reject())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const known = join(world.home, '..', 'known_hosts')
  await writeFile(known, `[127.0.0.1]:${port} ${hostKey.public}\n`)
  const config = join(world.home, '..', 'ssh_config')
  await writeFile(config, `Host *\n  UserKnownHostsFile ${known}\n  IdentityFile none\n  IdentityAgent none\n`)

  const args = ['plan', '--env-file', world.envFile, '--ssh', `ada@127.0.0.1:${port}`, '--ssh-config', config]
  const command = [...program, ...args].map((word) => `'${word}'`).join(' ')
  const env = { ...process.env, READUR_MIGRATE_HOME: world.home }
  // A terminal of its own, or nobody would be asked.
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd: root, env })
  cleanUps.push(() => terminal.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((asked) => {
    terminal.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes(`Your answer to ada@127.0.0.1:${port}: `)) asked()
    })
  })
  // What we and Node's own line editor do ourselves: erase a line, move within it.
  const [start = '', ...rest] = said.replaceAll('\r\n', '\n').replaceAll('\r\x1b[2K', '').split('\x1b')
  const text = [
    start,
    ...rest.map((part) => (/^\[\d+[GJ]/.test(part) ? part.replace(/^\[\d+[GJ]/, '') : `\x1b${part}`)),
  ].join('')
  const lines = text.split('\n')
  expect(lines.filter((line) => !isPlain(line))).toEqual([])
  const theirs = lines.filter((line) => line.includes('owned') || line.includes('Secret key') || line.includes('✓'))
  expect(theirs.length).toBeGreaterThan(2)
  expect(theirs.filter((line) => !line.startsWith('  The server says: '))).toEqual([])
})
