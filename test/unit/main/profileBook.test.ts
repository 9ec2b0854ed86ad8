import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settingsOf, summaryOf } from '../../../src/main/profiles/connection.ts'
import { openProfiles } from '../../../src/main/profiles/headless.ts'
import { HeldSecrets } from '../../../src/main/profiles/heldSecrets.ts'
import { ownSettings } from '../../../src/main/profiles/ownSettings.ts'
import { ProfileService, type Approval } from '../../../src/main/profiles/profileService.ts'
import { SecretStore, type Cipher } from '../../../src/main/profiles/secretStore.ts'
import { secretPlace } from '../../../src/shared/secretPlace.ts'
import type { ProfileDraft, ProfileSecret } from '../../../src/shared/profile.ts'

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
  const approval = {
    secret: vi.fn<Approval['secret']>(() => Promise.resolve(false)),
    file: vi.fn<Approval['file']>(() => Promise.resolve(false)),
  }
  return { held, secrets, approval, book: new ProfileService(openProfiles(dir), secrets, held, approval) }
}

const draft: ProfileDraft = {
  name: 'Home',
  server: { host: 'nas', port: 2222, user: 'ada', keyFiles: ['/keys/id'], jumps: ['bastion'] },
  envFile: null,
  variables: { POSTGRES_HOST: '127.0.0.1', S3_BUCKET_NAME: 'b', S3_ACCESS_KEY_ID: 'k', READUR_UPLOADS_DIR: '/srv/up' },
}
const password = 'planted-password'
const key = 'planted-key'
const place = (name: ProfileSecret): string => secretPlace(name, draft)
const both = { POSTGRES_PASSWORD: { set: password }, S3_SECRET_ACCESS_KEY: { set: key } }

/** All that the book hands to the window about a profile. */
const told = async (book: ProfileService, id: string): Promise<string> =>
  JSON.stringify([await book.details(id), book.all(), await book.export([id])])

describe('a profile that the window makes', () => {
  it('is kept with its secrets, of which it learns only that they are there', async () => {
    const { book } = open()
    const id = await book.create(draft, both)
    expect(await book.details(id)).toEqual({ ...draft, id, has: ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY'] })
    expect(await book.settingsOf(id, draft, {})).toMatchObject({ s3: { secretAccessKey: key } })
    for (const secret of [password, key]) {
      expect(await told(book, id)).not.toContain(secret)
      for (const file of ['profiles.json', 'secrets.json']) {
        expect(await readFile(join(dir, file), 'utf8')).not.toContain(secret)
      }
    }
  })

  it('takes its secret key along when its storage address is corrected, and for no other change of it', async () => {
    const { book } = open()
    const was = 'http://minio:9000'
    const stored: ProfileDraft = { ...draft, variables: { ...draft.variables, S3_ENDPOINT_URL: `${was}/` } }
    const id = await book.create(stored, both)
    const keyAt = async (): Promise<string> => {
      const { variables } = await book.details(id)
      return (await book.settingsOf(id, { ...stored, variables }, {})).s3.secretAccessKey
    }
    book.setVariable(id, 'S3_ENDPOINT_URL', 'http://nas:9000', was)
    expect(await keyAt()).toBe(key)
    // What was corrected is not what the profile has by now.
    book.setVariable(id, 'S3_ENDPOINT_URL', 'http://elsewhere:9000', was)
    await expect(keyAt()).rejects.toMatchObject({ code: 'SECRET_ELSEWHERE' })
  })

  it('leaves no secret behind when it could not be kept', async () => {
    const { book, secrets } = open()
    await book.create(draft, {})
    await expect(book.create(draft, both)).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    expect(book.all()).toHaveLength(1)
    expect(JSON.parse(await readFile(join(dir, 'secrets.json'), 'utf8'))).toMatchObject({ secrets: [] })
    expect(secrets.all('nobody')).toEqual([])
  })

  it('keeps secrets that are not named, changes those that are, and forgets those that shall be', async () => {
    const { book } = open()
    const id = await book.create(draft, both)
    await book.update(
      id,
      { ...draft, name: 'Other' },
      { S3_SECRET_ACCESS_KEY: { forget: true }, SSH_PASSWORD: { set: 'x' } },
    )
    expect(await book.details(id)).toMatchObject({ name: 'Other', has: ['POSTGRES_PASSWORD', 'SSH_PASSWORD'] })
    expect(book.secretsOf(id)('POSTGRES_PASSWORD', place('POSTGRES_PASSWORD'))).toBe(password)
  })

  it('takes a secret that was found by its token alone', async () => {
    const { book, held } = open()
    const id = await book.create(draft, {
      POSTGRES_PASSWORD: { take: held.hold(password, place('POSTGRES_PASSWORD')) },
    })
    expect(book.secretsOf(id)('POSTGRES_PASSWORD', place('POSTGRES_PASSWORD'))).toBe(password)
    const gone = { POSTGRES_PASSWORD: { take: '00000000-0000-4000-8000-000000000000' } }
    await expect(book.update(id, draft, gone)).rejects.toThrow(/not remembered any more/)
  })

  it('stays at its place when it is changed', async () => {
    const { book } = open()
    const first = await book.create(draft, {})
    await book.create({ ...draft, name: 'Second' }, {})
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

describe('a secret that was saved', () => {
  const everything = {
    ...both,
    SSH_PASSWORD: { set: 'planted-ssh' },
    SSH_PASSPHRASE: { set: 'planted-phrase' },
    READUR_TOKEN: { set: 'planted-token' },
  }
  const complete: ProfileDraft = {
    ...draft,
    variables: { ...draft.variables, S3_ENDPOINT_URL: 'http://minio:9000', READUR_URL: 'https://readur.example.org' },
  }
  const server = { host: 'nas', port: 2222, user: 'ada', keyFiles: ['/keys/id'], jumps: ['bastion'] }
  const all = Object.keys(everything).sort()
  const database = ['POSTGRES_PASSWORD']
  const ssh = ['POSTGRES_PASSWORD', 'SSH_PASSPHRASE', 'SSH_PASSWORD']
  const s3 = ['S3_SECRET_ACCESS_KEY']

  const moved: [what: string, change: Partial<ProfileDraft>, lost: string[]][] = [
    ['the database’s host', { variables: { ...complete.variables, POSTGRES_HOST: 'evil.example' } }, database],
    ['its port', { variables: { ...complete.variables, POSTGRES_PORT: '5433' } }, database],
    ['its user', { variables: { ...complete.variables, POSTGRES_USER: 'other' } }, database],
    ['the server', { server: { ...server, host: 'evil.example' } }, ssh],
    ['its port', { server: { ...server, port: 22 } }, ssh],
    ['its user', { server: { ...server, user: 'eve' } }, ssh],
    ['the way there', { server: { ...server, jumps: ['evil.example'] } }, ssh],
    ['this computer instead of the server', { server: null }, ssh],
    ['the key to be opened', { server: { ...server, keyFiles: ['/keys/other'] } }, ['SSH_PASSPHRASE']],
    ['the storage', { variables: { ...complete.variables, S3_ENDPOINT_URL: 'https://minio:9000' } }, s3],
    ['Amazon’s storage', { variables: { ...complete.variables, S3_ENDPOINT_URL: '' } }, s3],
    ['the access key', { variables: { ...complete.variables, S3_ACCESS_KEY_ID: 'other' } }, s3],
    ['Readur', { variables: { ...complete.variables, READUR_URL: 'https://evil.example' } }, ['READUR_TOKEN']],
  ]

  it.each(moved)('does not follow when %s is changed: it is missing then', async (_what, change, lost) => {
    const { book } = open()
    const id = await book.create(complete, everything)
    expect((await book.details(id)).has.toSorted()).toEqual(all)
    await book.update(id, { ...complete, ...change }, {})
    const { has } = await book.details(id)
    expect(has.toSorted()).toEqual(all.filter((name) => !lost.includes(name)))
  })

  it.each(moved)('is not tried with %s before that is saved', async (_what, change, lost) => {
    const { book } = open()
    const id = await book.create(complete, everything)
    const tried = { ...complete, ...change }
    const settings = await book.settingsOf(id, tried, {}).catch((error: unknown) => error)
    if (lost.includes('POSTGRES_PASSWORD') || lost.includes('S3_SECRET_ACCESS_KEY')) {
      expect(settings).toMatchObject({ code: 'SECRET_ELSEWHERE' })
    }
    const given = JSON.stringify([settings, await book.placeOf(id, tried, {})])
    const values: Record<string, { set: string }> = { ...everything }
    for (const name of lost) expect(given).not.toContain(values[name]?.set)
  })

  it('is named with both places where it is missed, and shown as what is wrong with the connection', async () => {
    const { book } = open()
    const id = await book.create(complete, everything)
    const elsewhere = { ...complete.variables, POSTGRES_HOST: '10.0.0.9' }
    await book.update(id, { ...complete, variables: elsewhere }, {})
    const { problem } = await summaryOf(openProfiles(dir).find(id), book.secretsOf(id))
    expect(problem).toContain('postgres://readur@127.0.0.1:5432 over ssh://ada@nas:2222 by bastion')
    expect(problem).toContain('postgres://readur@10.0.0.9:5432')
    await book.update(id, { ...complete, variables: elsewhere }, { POSTGRES_PASSWORD: { set: 'for the new one' } })
    const settings = await settingsOf(openProfiles(dir).find(id), book.secretsOf(id))
    expect(new URL(settings.database.url).password).toBe('for%20the%20new%20one')
  })

  it('stays where only what it does not go to has changed', async () => {
    const { book } = open()
    const id = await book.create(complete, everything)
    const variables = { ...complete.variables, S3_BUCKET_NAME: 'other', POSTGRES_DB: 'other', POSTGRES_PORT: '5432' }
    await book.update(id, { ...complete, name: 'Other', variables }, {})
    expect((await book.details(id)).has.toSorted()).toEqual(all)
  })

  it('comes from an earlier version with the place that its connection names', async () => {
    await cp(join(import.meta.dirname, '../../fixtures/profiles/secrets-v1'), dir, { recursive: true })
    const { book, secrets } = open()
    await book.bindSecrets()
    const { id, name, envFile, variables, ...rest } = openProfiles(dir).find('home')
    expect((await book.details(id)).has.toSorted()).toEqual(all)
    const stored = await readFile(join(dir, 'secrets.json'), 'utf8')
    expect(JSON.parse(stored)).toMatchObject({ version: 2 })
    const settings = await book.settingsOf(id, { name, envFile, variables, ...rest }, {})
    expect(settings).toMatchObject({
      s3: { secretAccessKey: 'old-key' },
      readur: { token: 'old-token' },
      login: { password: 'old-ssh', passphrase: 'old-phrase' },
    })
    await book.update(id, { name, envFile, variables, ...rest, server: null }, {})
    expect((await book.details(id)).has).toEqual(['S3_SECRET_ACCESS_KEY', 'READUR_TOKEN'])
    // Of a file that is not there and of a connection that is gone, nobody can say where they went.
    expect([...secrets.all('file'), ...secrets.all('gone')]).toEqual([])
  })
})

describe('a secret that was found', () => {
  const elsewhere: ProfileDraft = { ...draft, variables: { ...draft.variables, POSTGRES_HOST: '10.0.0.9' } }

  it('goes elsewhere only when somebody agrees, who is asked once', async () => {
    const { book, held, approval } = open()
    const changes = {
      POSTGRES_PASSWORD: { take: held.hold(password, place('POSTGRES_PASSWORD')) },
      S3_SECRET_ACCESS_KEY: { set: key },
    }
    await expect(book.settingsOf(null, elsewhere, changes)).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    await expect(book.create(elsewhere, changes)).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    expect(book.all()).toEqual([])
    expect(approval.secret).toHaveBeenCalledWith(
      'POSTGRES_PASSWORD',
      place('POSTGRES_PASSWORD'),
      secretPlace('POSTGRES_PASSWORD', elsewhere),
    )
    approval.secret.mockReset().mockResolvedValueOnce(true)
    expect((await book.settingsOf(null, elsewhere, changes)).database.url).toContain(password)
    expect((await book.details(await book.create(elsewhere, changes))).has).toContain('POSTGRES_PASSWORD')
    expect(approval.secret).toHaveBeenCalledTimes(1)
  })

  it('goes where it was found for without a question', async () => {
    const { book, held, approval } = open()
    await book.create(draft, { POSTGRES_PASSWORD: { take: held.hold(password, place('POSTGRES_PASSWORD')) } })
    expect(approval.secret).not.toHaveBeenCalled()
  })
})

describe('a file with passwords', () => {
  it('serves the server that its connection was saved with, and another one only when somebody agrees', async () => {
    const { book, approval } = open()
    const envFile = join(dir, 'readur.env')
    await writeFile(
      envFile,
      `POSTGRES_HOST=127.0.0.1\nPOSTGRES_PASSWORD=${password}\nS3_BUCKET_NAME=b\nS3_ACCESS_KEY_ID=k\nS3_SECRET_ACCESS_KEY=${key}\n`,
    )
    const inFile: ProfileDraft = { ...draft, envFile, variables: {} }
    openProfiles(dir).save({ ...inFile, id: 'one' })
    expect((await book.settingsOf('one', inFile, {})).database.url).toContain(password)
    expect(approval.file).not.toHaveBeenCalled()

    const evil = { ...inFile, server: { host: 'evil.example', port: null, user: null, keyFiles: [], jumps: [] } }
    await expect(book.settingsOf('one', evil, {})).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    await expect(book.update('one', evil, {})).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    await expect(book.create({ ...evil, name: 'New' }, {})).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    expect(openProfiles(dir).all()).toEqual([{ ...inFile, id: 'one' }])
    expect(approval.file).toHaveBeenCalledWith(envFile, 'evil.example')
    approval.file.mockResolvedValueOnce(true)
    expect((await book.settingsOf('one', evil, {})).server?.host).toBe('evil.example')
  })
})

describe('a profile', () => {
  it('is duplicated with its secrets, under a name that is free', async () => {
    const { book } = open()
    const id = await book.create(draft, both)
    const copies = [book.duplicate(id), book.duplicate(id)]
    expect(book.all().map(({ name }) => name)).toEqual(['Home', 'Home (copy)', 'Home (copy) (2)'])
    for (const copy of copies)
      expect(book.secretsOf(copy)('POSTGRES_PASSWORD', place('POSTGRES_PASSWORD'))).toBe(password)
  })

  it('is removed with its secrets, and comes back with them', async () => {
    const { book } = open()
    const id = await book.create(draft, both)
    book.remove(id)
    expect(book.all()).toEqual([])
    expect(await readFile(join(dir, 'secrets.json'), 'utf8')).not.toContain(Buffer.from(password).toString('hex'))
    await book.create(draft, {})
    book.restore(id)
    expect(await book.details(id)).toMatchObject({
      name: 'Home (2)',
      has: ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY'],
    })
    expect(() => book.restore(id)).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND' }))
  })

  it('keeps one setting that a check has corrected, unless a file holds its settings', async () => {
    const { book, approval } = open()
    const id = await book.create(draft, { POSTGRES_PASSWORD: { set: 'planted' } })
    book.setVariable(id, 'S3_FORCE_PATH_STYLE', 'false')
    expect(await book.details(id)).toMatchObject({
      variables: { ...draft.variables, S3_FORCE_PATH_STYLE: 'false' },
      has: ['POSTGRES_PASSWORD'],
    })
    approval.file.mockResolvedValueOnce(true)
    const other = await book.create({ ...draft, name: 'Other', envFile: '/srv/readur.env', variables: {} }, {})
    expect(() => book.setVariable(other, 'S3_REGION', 'eu')).toThrow('write S3_REGION=eu there')
    expect((await book.details(other)).variables).toEqual({})
  })

  it('says whether its secrets outlive the program', () => {
    expect(open().book.keepsSecrets).toBe(true)
    expect(open({ ...cipher, isSafe: false }).book.keepsSecrets).toBe(false)
  })
})

describe('profiles as a file for another computer', () => {
  it('arrive as they were, without secrets', async () => {
    const { book } = open()
    const text = await book.export([await book.create(draft, both)])
    expect(text).not.toContain(password)
    expect(book.import(text)).toEqual(['Home (2)'])
    const [, copy] = book.all()
    expect(copy).toEqual({ ...draft, name: 'Home (2)', id: copy?.id })
    expect((await book.details(copy?.id ?? '')).has).toEqual([])
  })

  it('carry no agreement to run a program or to use ssh-rsa, and bring none', async () => {
    const { book } = open()
    const server = {
      host: 'nas',
      port: null,
      user: null,
      keyFiles: [],
      jumps: [],
      proxyCommand: 'nc nas 22',
      allowsSshRsa: true,
    }
    const text = await book.export([await book.create({ ...draft, server }, {})])
    expect(text).not.toMatch(/nc nas|allowsSshRsa/)
    book.import(text.replace('"jumps": []', '"jumps": [], "proxyCommand": "nc nas 22", "allowsSshRsa": true'))
    expect(book.all().map((it) => it.server?.proxyCommand)).toEqual(['nc nas 22', undefined])
    expect(book.all().map((it) => it.server?.allowsSshRsa)).toEqual([true, undefined])
  })

  it('carry what an env file says, and neither its path nor its secrets', async () => {
    const { book, approval } = open()
    const envFile = join(dir, 'readur.env')
    await writeFile(
      envFile,
      `DATABASE_URL=postgres://me:${password}@db:5433/docs?sslmode=require\nS3_BUCKET_NAME=b\nS3_ENDPOINT=http://minio:9000\nS3_SECRET_ACCESS_KEY=${key}\nS3_CA_FILE=own.pem\n`,
    )
    approval.file.mockResolvedValueOnce(true)
    const text = await book.export([await book.create({ ...draft, envFile, variables: {} }, {})])
    for (const hidden of [password, key, envFile]) expect(text).not.toContain(hidden)
    book.import(text)
    expect(book.all().at(-1)).toMatchObject({
      envFile: null,
      variables: {
        POSTGRES_HOST: 'db',
        POSTGRES_PORT: '5433',
        POSTGRES_SSLMODE: 'require',
        S3_ENDPOINT_URL: 'http://minio:9000',
        S3_CA_FILE: join(dir, 'own.pem'),
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
    const { book, held, approval } = open()
    approval.file.mockResolvedValueOnce(true)
    const envFile = join(dir, 'readur.env')
    await writeFile(envFile, `POSTGRES_HOST=db\nPOSTGRES_PASSWORD='${password}'\nS3_PATH_STYLE=yes\nOTHER=1\n`)
    const taken = await book.takeOver(await book.create({ ...draft, envFile, variables: {} }, {}))
    expect(taken.variables).toEqual({ POSTGRES_HOST: 'db', S3_FORCE_PATH_STYLE: 'false' })
    expect(JSON.stringify(taken)).not.toContain(password)
    expect(held.take(taken.secrets.POSTGRES_PASSWORD ?? '')?.value).toBe(password)
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
    const first = held.hold('first', '')
    for (let count = 0; count < 500; count += 1) held.hold('more', '')
    expect(held.take(first)).toBeNull()
  })
})
