import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Boundary, OutsideFile, withQuestions } from '../../../../src/main/discovery/boundary.ts'
import { discoverFiles } from '../../../../src/main/discovery/files.ts'
import { serverNeighbours } from '../../../../src/main/discovery/serverFiles.ts'
import { commandRunner } from '../../../../src/main/engine/commands.ts'
import { localCommands } from '../../../../src/main/adapters/commands/localCommands.ts'
import { localFiles } from '../../../../src/main/discovery/localFiles.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readur-discovery-'))
  await writeFile(join(folder, '.env'), 'A=b')
  await mkdir(join(folder, 'folder.env'))
  await writeFile(join(folder, 'large.env'), Buffer.alloc(2 * 1024 ** 2))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('files of this computer', () => {
  it('are read from the folder or from the root', async () => {
    expect(await localFiles(folder, new Boundary())('.env')).toBe('A=b')
    expect(await localFiles('/', new Boundary())(join(folder, '.env'))).toBe('A=b')
  })

  it('are null when they are not there', async () => {
    expect(await localFiles(folder, new Boundary())('no.env')).toBeNull()
  })

  it('are refused when they are no modest regular file', async () => {
    await expect(localFiles(folder, new Boundary())('folder.env')).rejects.toThrow('isn’t a settings file')
    await expect(localFiles(folder, new Boundary())('large.env')).rejects.toThrow('isn’t a settings file')
  })

  it.skipIf(process.platform === 'win32')('never wait on a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.env')])
    await expect(localFiles(folder, new Boundary())('pipe.env')).rejects.toThrow('isn’t a settings file')
  })
})

describe('files outside the folder of a Compose file', () => {
  let stranger: string
  let own: string
  const secret = 'planted-password'
  beforeAll(async () => {
    const root = await realpath(folder)
    ;[stranger, own] = [join(root, 'other'), join(root, 'readur')]
    await mkdir(join(own, 'env'), { recursive: true })
    await mkdir(stranger)
    await writeFile(join(stranger, '.env'), `S3_SECRET_ACCESS_KEY=${secret}\n`)
    await writeFile(join(own, 'env', 'readur.env'), 'S3_REGION=eu\n')
    await symlink(join(stranger, '.env'), join(own, 'linked.env'))
    await symlink(stranger, join(own, 'linked'))
    await symlink('env/readur.env', join(own, 'inside.env'))
  })

  const compose = (path: string): string =>
    `services:\n  readur:\n    image: ghcr.io/readur/readur\n    env_file: ${path}\n    environment:\n      S3_BUCKET_NAME: \${POSTGRES_PASSWORD:-none}\n`
  const escapes = ['../other/.env', './linked.env', 'linked/.env']

  it.each(escapes)('are not read by way of %s, and the file is named', async (path) => {
    const file = join(own, 'docker-compose.yml')
    await writeFile(file, compose(path))
    const boundary = new Boundary()
    const found = await discoverFiles([file], boundary)
    expect(JSON.stringify(found)).not.toContain(secret)
    expect(found[0]?.secrets.s3SecretKey).toBeUndefined()
    expect(found[0]?.notes.map(({ message }) => message).join()).toMatch(/is outside the folder of the Compose file/)
    expect(boundary.refused).toEqual([join(stranger, '.env')])
  })

  it.each(['./env/readur.env', 'inside.env'])('are not meant by %s', async (path) => {
    const boundary = new Boundary()
    expect(await localFiles(own, boundary)(path)).toBe('S3_REGION=eu\n')
    expect(boundary.refused).toEqual([])
  })

  it('are read once somebody has agreed, or has named them', async () => {
    const file = join(own, 'docker-compose.yml')
    await writeFile(file, compose('../other/.env'))
    const mayRead = vi.fn(() => Promise.resolve(true))
    const look = (boundary: Boundary) => discoverFiles([file], boundary)
    const [found] = await withQuestions(look, [], mayRead)
    expect(found?.secrets.s3SecretKey?.value.reveal()).toBe(secret)
    expect(mayRead.mock.calls).toEqual([[[join(stranger, '.env')]]])
    const [named] = await withQuestions(look, [join(stranger, '.env')], () => Promise.resolve(false))
    expect(named?.secrets.s3SecretKey?.value.reveal()).toBe(secret)
    const [together] = await discoverFiles([file, join(stranger, '.env')], new Boundary())
    expect(together?.secrets.s3SecretKey?.value.reveal()).toBe(secret)
  })

  it('are asked for even when nothing was found without them', async () => {
    const look = (boundary: Boundary) =>
      localFiles(own, boundary)('../other/.env').catch(() => Promise.reject(new Error('nothing found')))
    const answers = [true]
    expect(await withQuestions(look, [], () => Promise.resolve(answers.pop() ?? false))).toContain(secret)
    await expect(withQuestions(look, [], () => Promise.resolve(false))).rejects.toThrow('nothing found')
  })

  it.skipIf(process.platform === 'win32').each(escapes)('of a server are not read by way of %s', async (path) => {
    const boundary = new Boundary()
    const never = new AbortController().signal
    const file = join(own, 'docker-compose.yml')
    await writeFile(file, compose(path))
    const read = serverNeighbours(commandRunner(localCommands), file, boundary, never)
    await expect(read(join(own, path))).rejects.toBeInstanceOf(OutsideFile)
    expect(boundary.refused).toEqual([join(stranger, '.env')])
    expect(await read(join(own, 'inside.env'))).toBe('S3_REGION=eu\n')
    expect(await read(join(own, 'nothing.env'))).toBeNull()
    const allowed = serverNeighbours(commandRunner(localCommands), file, new Boundary(boundary.refused), never)
    expect(await allowed(join(own, path))).toContain(secret)
  })
})
