import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outputTo } from '../../../src/main/cli/output.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import { noSecrets, settingsOf } from '../../../src/main/profiles/connection.ts'
import { readSettingsFile } from '../../../src/main/profiles/envFile.ts'
import type { Variables } from '../../../src/main/profiles/settings.ts'
import type { ProfileDraft } from '../../../src/shared/profile.ts'

const bucket = { S3_BUCKET_NAME: 'documents', S3_ACCESS_KEY_ID: 'AKIA', S3_SECRET_ACCESS_KEY: 'secret' }
const database = { POSTGRES_HOST: 'db.example' }

let folder = ''
let envFile = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readur-relative-'))
  envFile = join(folder, 'readur.env')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const write = (variables: Variables): Promise<void> =>
  writeFile(
    envFile,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value ?? ''}\n`)
      .join(''),
    { mode: 0o600 },
  )

const server = { host: 'nas', port: null, user: null, keyFiles: [], jumps: [] }
const inFile = (changes: Partial<ProfileDraft> = {}) =>
  settingsOf({ id: 'a', name: 'A', server: null, envFile, variables: {}, ...changes }, noSecrets)
const inItself = (variables: ProfileDraft['variables'], changes: Partial<ProfileDraft> = {}) => {
  const { S3_SECRET_ACCESS_KEY, ...plain } = bucket
  const all = { ...plain, ...database, ...variables }
  return settingsOf({ id: 'a', name: 'A', server: null, envFile: null, variables: all, ...changes }, (name) =>
    name === 'S3_SECRET_ACCESS_KEY' ? S3_SECRET_ACCESS_KEY : null,
  )
}

describe('a relative path in a file of settings', () => {
  it('begins in the folder of that file: of certificates, uploads and maps', async () => {
    await write({
      S3_CA_FILE: './ca.pem',
      POSTGRES_SSLROOTCERT: 'pg/root.crt',
      DATABASE_URL:
        'postgres://readur:p%40ss@db/readur?sslmode=verify-full&sslrootcert=pg%2Froot.crt&sslcert=/etc/own.crt',
      POSTGRES_PARAMETERS: 'sslkey=own.key&connect_timeout=5',
      READUR_UPLOADS_DIR: '../uploads',
      READUR_UPLOADS_MAP: '/app/uploads/documents=big; /app/uploads/temp=/mnt/temp',
    })
    expect(await readSettingsFile(envFile, false)).toEqual({
      S3_CA_FILE: join(folder, 'ca.pem'),
      POSTGRES_SSLROOTCERT: join(folder, 'pg/root.crt'),
      DATABASE_URL: `postgres://readur:p%40ss@db/readur?sslmode=verify-full&sslrootcert=${encodeURIComponent(join(folder, 'pg/root.crt'))}&sslcert=${encodeURIComponent('/etc/own.crt')}`,
      POSTGRES_PARAMETERS: `sslkey=${encodeURIComponent(join(folder, 'own.key'))}&connect_timeout=5`,
      READUR_UPLOADS_DIR: join(folder, '../uploads'),
      READUR_UPLOADS_MAP: `/app/uploads/documents=${join(folder, 'big')}; /app/uploads/temp=/mnt/temp`,
    })
  })

  it('is one of the server or container where the uploads are there, and what names no file stays', async () => {
    const text = { POSTGRES_SSLROOTCERT: 'system', READUR_UPLOADS_DIR: 'uploads', READUR_UPLOADS_MAP: '/a=b' }
    await write(text)
    expect(await readSettingsFile(envFile, true)).toEqual(text)
    await write({ ...text, READUR_UPLOADS_CONTAINER: 'readur' })
    expect(await readSettingsFile(envFile, false)).toMatchObject(text)
  })

  it('begins there for a connection too, and UPLOAD_PATH with it', async () => {
    await mkdir(join(folder, 'uploads'))
    await write({ ...bucket, ...database, UPLOAD_PATH: './uploads' })
    expect((await inFile()).uploads.root).toBe(join(folder, 'uploads'))
    await write({ ...bucket, ...database, S3_CA_FILE: 'ca.pem' })
    await expect(inFile({ server })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: `S3_CA_FILE: there is no file “${join(folder, 'ca.pem')}”.`,
    })
  })
})

describe('a relative path on the command line', () => {
  let err: string[]
  const run = (variables: Variables, ...args: string[]): Promise<number> => {
    err = []
    const output = outputTo({ out: () => undefined, err: (text) => err.push(text), terminal: false })
    return runProgram(args, { READUR_MIGRATE_HOME: join(folder, 'home'), ...variables }, output)
  }

  it('begins in the working directory where the shell says it, in its own folder where a file does', async () => {
    await run({ ...bucket, S3_CA_FILE: 'nowhere/ca.pem' }, 'test-storage')
    expect(err.join('')).toContain(`there is no file “${join(process.cwd(), 'nowhere/ca.pem')}”`)
    await write({ ...bucket, ...database, S3_CA_FILE: 'nowhere/ca.pem' })
    for (const command of ['test-storage', 'plan']) {
      await run({ S3_CA_FILE: 'other.pem' }, command, '--env-file', envFile)
      expect(err.join('')).toContain(`there is no file “${join(folder, 'nowhere/ca.pem')}”`)
    }
  })

  it('is UPLOAD_PATH of a file beside that file, wherever the command is run', async () => {
    await write({ ...bucket, ...database, UPLOAD_PATH: './none' })
    await run({ UPLOAD_PATH: process.cwd() }, 'plan', '--env-file', envFile)
    expect(err.join('')).toContain('UPLOAD_PATH is “./none”, and there is no such folder on this computer.')
  })
})

describe('a relative path that a connection says itself', () => {
  const absent = { READUR_UPLOADS_DIR: '/srv/uploads' }

  it.each([
    ['S3_CA_FILE', 'ca.pem'],
    ['POSTGRES_SSLROOTCERT', './root.crt'],
    ['POSTGRES_PARAMETERS', 'sslcert=own.crt'],
    ['READUR_UPLOADS_DIR', 'uploads'],
    ['READUR_UPLOADS_MAP', '/app/uploads=uploads'],
  ] as const)('begins nowhere, least of all where the program was started: %s', async (name, value) => {
    await expect(inItself({ ...absent, [name]: value })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      subject: name,
      message: expect.stringContaining('is not an absolute path') as unknown,
    })
  })

  it('is no folder of Readur’s by itself', async () => {
    // There is one of this name where the tests are run.
    await expect(inItself({ UPLOAD_PATH: './src' })).rejects.toMatchObject({
      code: 'UPLOADS_MISSING',
      subject: './src',
    })
    expect((await inItself({ ...absent, UPLOAD_PATH: './src' })).uploads.root).toBe('/srv/uploads')
    expect((await inItself({ UPLOAD_PATH: './src' }, { server })).uploads.root).toBe('src')
  })
})
