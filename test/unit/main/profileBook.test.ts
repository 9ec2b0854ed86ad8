import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openProfiles } from '../../../src/main/profiles/headless.ts'
import { HeldSecrets } from '../../../src/main/profiles/heldSecrets.ts'
import { ownSettings } from '../../../src/main/profiles/ownSettings.ts'
import { ProfileBook } from '../../../src/main/profiles/profileBook.ts'
import { SecretStore, type Cipher } from '../../../src/main/profiles/secretStore.ts'
import type { ProfileDraft } from '../../../src/shared/profile.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-book-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const cipher: Cipher = {
  name: 'test',
  isSafe: true,
  encrypt: (text) => Buffer.from(text).toString('hex'),
  decrypt: (text) => Buffer.from(text, 'hex').toString(),
}

function open(safe = cipher) {
  const held = new HeldSecrets()
  const secrets = new SecretStore(join(dir, 'secrets.json'), safe)
  return { held, secrets, book: new ProfileBook(openProfiles(dir), secrets, held) }
}

const draft: ProfileDraft = {
  name: 'Home',
  server: { host: 'nas', port: 2222, user: 'ada', keyFiles: ['/keys/id'], jumps: ['bastion'] },
  envFile: null,
  variables: { POSTGRES_HOST: '127.0.0.1', S3_BUCKET_NAME: 'b', S3_ACCESS_KEY_ID: 'k', READUR_UPLOADS_DIR: '/srv/up' },
}
const password = 'planted-password'
const key = 'planted-key'
const both = { POSTGRES_PASSWORD: { set: password }, S3_SECRET_ACCESS_KEY: { set: key } }

/** All that the book hands to the window about a profile. */
const told = async (book: ProfileBook, id: string): Promise<string> =>
  JSON.stringify([book.details(id), book.all(), await book.export([id])])

describe('a profile that the window makes', () => {
  it('is kept with its secrets, of which it learns only that they are there', async () => {
    const { book } = open()
    const id = book.create(draft, both)
    expect(book.details(id)).toEqual({ ...draft, id, has: ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY'] })
    expect(await book.settingsOf(id, draft, {})).toMatchObject({ s3: { secretAccessKey: key } })
    for (const secret of [password, key]) {
      expect(await told(book, id)).not.toContain(secret)
      for (const file of ['profiles.json', 'secrets.json']) {
        expect(await readFile(join(dir, file), 'utf8')).not.toContain(secret)
      }
    }
  })

  it('leaves no secret behind when it could not be kept', async () => {
    const { book, secrets } = open()
    book.create(draft, {})
    expect(() => book.create(draft, both)).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    expect(book.all()).toHaveLength(1)
    expect(JSON.parse(await readFile(join(dir, 'secrets.json'), 'utf8'))).toMatchObject({ secrets: [] })
    expect(secrets.names('nobody')).toEqual([])
  })

  it('keeps secrets that are not named, changes those that are, and forgets those that shall be', () => {
    const { book } = open()
    const id = book.create(draft, both)
    book.update(id, { ...draft, name: 'Other' }, { S3_SECRET_ACCESS_KEY: { forget: true }, SSH_PASSWORD: { set: 'x' } })
    expect(book.details(id)).toMatchObject({ name: 'Other', has: ['POSTGRES_PASSWORD', 'SSH_PASSWORD'] })
    expect(book.secretsOf(id)('POSTGRES_PASSWORD')).toBe(password)
  })

  it('takes a secret that was found by its token alone', () => {
    const { book, held } = open()
    const id = book.create(draft, { POSTGRES_PASSWORD: { take: held.hold(password) } })
    expect(book.secretsOf(id)('POSTGRES_PASSWORD')).toBe(password)
    const gone = { POSTGRES_PASSWORD: { take: '00000000-0000-4000-8000-000000000000' } }
    expect(() => book.update(id, draft, gone)).toThrow(/not remembered any more/)
  })

  it('stays at its place when it is changed', () => {
    const { book } = open()
    const first = book.create(draft, {})
    book.create({ ...draft, name: 'Second' }, {})
    book.rename(first, 'Renamed')
    expect(book.all().map(({ name }) => name)).toEqual(['Renamed', 'Second'])
  })

  it('can be tested before it is kept, with what was typed', async () => {
    const { book } = open()
    const settings = await book.settingsOf(null, draft, { ...both, SSH_PASSWORD: { set: 'ssh' } })
    expect(settings).toMatchObject({ s3: { secretAccessKey: key }, login: { password: 'ssh' } })
    expect(settings.database.url).toContain(password)
    expect(book.all()).toEqual([])
  })
})

describe('a profile', () => {
  it('is duplicated with its secrets, under a name that is free', () => {
    const { book } = open()
    const id = book.create(draft, both)
    const copies = [book.duplicate(id), book.duplicate(id)]
    expect(book.all().map(({ name }) => name)).toEqual(['Home', 'Home (copy)', 'Home (copy) (2)'])
    for (const copy of copies) expect(book.secretsOf(copy)('POSTGRES_PASSWORD')).toBe(password)
  })

  it('is removed with its secrets, and comes back with them', async () => {
    const { book } = open()
    const id = book.create(draft, both)
    book.remove(id)
    expect(book.all()).toEqual([])
    expect(await readFile(join(dir, 'secrets.json'), 'utf8')).not.toContain(Buffer.from(password).toString('hex'))
    book.create(draft, {})
    book.restore(id)
    expect(book.details(id)).toMatchObject({ name: 'Home (2)', has: ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY'] })
    expect(() => book.restore(id)).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND' }))
  })

  it('keeps one setting that a check has corrected, unless a file holds its settings', () => {
    const { book } = open()
    const id = book.create(draft, { POSTGRES_PASSWORD: { set: 'planted' } })
    book.setVariable(id, 'S3_FORCE_PATH_STYLE', 'false')
    expect(book.details(id)).toMatchObject({
      variables: { ...draft.variables, S3_FORCE_PATH_STYLE: 'false' },
      has: ['POSTGRES_PASSWORD'],
    })
    const other = book.create({ ...draft, name: 'Other', envFile: '/srv/readur.env', variables: {} }, {})
    expect(() => book.setVariable(other, 'S3_REGION', 'eu')).toThrow('write S3_REGION=eu there')
    expect(book.details(other).variables).toEqual({})
  })

  it('says whether its secrets outlive the program', () => {
    expect(open().book.keepsSecrets).toBe(true)
    expect(open({ ...cipher, isSafe: false }).book.keepsSecrets).toBe(false)
  })
})

describe('profiles as a file for another computer', () => {
  it('arrive as they were, without secrets', async () => {
    const { book } = open()
    const text = await book.export([book.create(draft, both)])
    expect(text).not.toContain(password)
    expect(book.import(text)).toEqual(['Home (2)'])
    const [, copy] = book.all()
    expect(copy).toEqual({ ...draft, name: 'Home (2)', id: copy?.id })
    expect(book.details(copy?.id ?? '').has).toEqual([])
  })

  it('carry what an env file says, and neither its path nor its secrets', async () => {
    const { book } = open()
    const envFile = join(dir, 'readur.env')
    await writeFile(
      envFile,
      `DATABASE_URL=postgres://me:${password}@db:5433/docs?sslmode=require\nS3_BUCKET_NAME=b\nS3_ENDPOINT=http://minio:9000\nS3_SECRET_ACCESS_KEY=${key}\n`,
    )
    const text = await book.export([book.create({ ...draft, envFile, variables: {} }, {})])
    for (const hidden of [password, key, envFile]) expect(text).not.toContain(hidden)
    book.import(text)
    expect(book.all().at(-1)).toMatchObject({
      envFile: null,
      variables: {
        POSTGRES_HOST: 'db',
        POSTGRES_PORT: '5433',
        POSTGRES_SSLMODE: 'require',
        S3_ENDPOINT_URL: 'http://minio:9000',
      },
    })
  })

  const one = { name: 'x', server: null, variables: {} }
  const file = (profile: object) =>
    JSON.stringify({ format: 'readur-migrate profiles', version: 1, profiles: [profile] })

  it.each([
    ['no JSON', '{'],
    ['another file', '{"documents":[]}'],
    ['of another version', JSON.stringify({ format: 'readur-migrate profiles', version: 2, profiles: [] })],
    ['too large', `"${'x'.repeat(1024 ** 2)}"`],
    ['too many', JSON.stringify({ format: 'readur-migrate profiles', version: 1, profiles: Array(201).fill(one) })],
    ['with an env file of this computer', file({ ...one, envFile: '/etc/shadow' })],
    ['with an id', file({ ...one, id: '../../evil' })],
    ['with a secret', file({ ...one, variables: { POSTGRES_PASSWORD: 'x' } })],
    ['with a variable of ours', file({ ...one, variables: { NODE_OPTIONS: '--require evil' } })],
    [
      'with an option for ssh',
      file({ ...one, server: { host: '-oProxyCommand=x', port: null, user: null, keyFiles: [], jumps: [] } }),
    ],
    ['with a prototype', '{"format":"readur-migrate profiles","version":1,"profiles":[{"__proto__":{},"name":""}]}'],
    ['with a line break in a name', file({ ...one, name: 'a\nb' })],
  ])('are refused when the file is %s, and nothing of it is repeated', (_what, text) => {
    const { book } = open()
    expect(() => book.import(text)).toThrow(
      expect.objectContaining({
        code: 'SETTING_INVALID',
        message: expect.not.stringMatching(/shadow|evil|Proxy/) as unknown,
      }),
    )
    expect(book.all()).toEqual([])
  })
})

describe('the settings of an env file', () => {
  it('are taken over with tokens in the place of secrets', async () => {
    const { book, held } = open()
    const envFile = join(dir, 'readur.env')
    await writeFile(envFile, `POSTGRES_HOST=db\nPOSTGRES_PASSWORD='${password}'\nS3_PATH_STYLE=yes\nOTHER=1\n`)
    const taken = await book.takeOver(book.create({ ...draft, envFile, variables: {} }, {}))
    expect(taken.variables).toEqual({ POSTGRES_HOST: 'db', S3_FORCE_PATH_STYLE: 'yes' })
    expect(JSON.stringify(taken)).not.toContain(password)
    expect(held.take(taken.secrets.POSTGRES_PASSWORD ?? '')).toBe(password)
    expect((await stat(envFile)).isFile()).toBe(true)
  })

  it.each([
    ['postgres://me:p%40ss@db/docs', { POSTGRES_HOST: 'db', POSTGRES_DB: 'docs', POSTGRES_USER: 'me' }, 'p@ss'],
    ['postgresql://[::1]:5433/docs', { POSTGRES_HOST: '::1', POSTGRES_PORT: '5433', POSTGRES_DB: 'docs' }, undefined],
    ['postgres:///docs?host=/run/postgresql', { POSTGRES_HOST: '/run/postgresql', POSTGRES_DB: 'docs' }, undefined],
  ])('%s is taken apart', (url, variables, secret) => {
    expect(ownSettings({ DATABASE_URL: url, POSTGRES_HOST: 'not this one' })).toEqual({
      variables,
      secrets: secret === undefined ? {} : { POSTGRES_PASSWORD: secret },
    })
  })

  it('an address that is none is refused without being repeated', () => {
    expect(() => ownSettings({ DATABASE_URL: `mysql://${password}` })).toThrow(/DATABASE_URL/)
    expect(() => ownSettings({ DATABASE_URL: `mysql://${password}` })).not.toThrow(password)
  })
})

describe('secrets that are held back', () => {
  it('are forgotten one after the other when there are too many', () => {
    const held = new HeldSecrets()
    const first = held.hold('first')
    for (let count = 0; count < 500; count += 1) held.hold('more')
    expect(held.take(first)).toBeNull()
  })
})
