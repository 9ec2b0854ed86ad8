import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvFile } from '../../../src/main/profiles/envFile.ts'
import { openProfiles } from '../../../src/main/profiles/headless.ts'
import { noSecrets, parseServer, serverText, settingsOf, summaryOf } from '../../../src/main/profiles/connection.ts'
import { parseProfiles, type Profile } from '../../../src/main/profiles/profile.ts'
import { SecretStore, type Cipher } from '../../../src/main/profiles/secretStore.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-profiles-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const file = (): string => join(dir, 'profiles.json')
const profile = (id: string) => ({
  id,
  name: `Readur ${id}`,
  server: null,
  envFile: join(dir, `${id}.env`),
  variables: {},
})

describe('an env file', () => {
  it('gives its variables, quoted ones and such with special signs included', async () => {
    const path = join(dir, 'a.env')
    await writeFile(path, `# a comment\nA=plain\nB="two words"\nC='with $ and # inside'\nexport D=exported\nE=\n`)
    await expect(readEnvFile(path)).resolves.toEqual({
      A: 'plain',
      B: 'two words',
      C: 'with $ and # inside',
      D: 'exported',
      E: '',
    })
  })

  it.each([
    ['that is not there', null],
    ['that is far too large for one', Buffer.alloc(2 * 1024 ** 2, 'SECRET=x\n')],
  ])('%s is refused without showing its content', async (_story, content) => {
    const path = join(dir, 'a.env')
    if (content) await writeFile(path, content)
    const error: unknown = await readEnvFile(path).catch((reason: unknown) => reason)
    const code = content ? 'SETTING_INVALID' : 'SETTINGS_FILE_MISSING'
    expect(error).toMatchObject({ code, subject: path, scope: 'run' })
    expect(String(error)).not.toContain('SECRET')
  })
})

describe('the profiles', () => {
  it('are none at first', () => {
    expect(openProfiles(dir).all()).toEqual([])
  })

  it('are kept, for their owner alone, with a version', async () => {
    const profiles = openProfiles(dir)
    profiles.save(profile('one'))
    profiles.save(profile('two'))
    expect(openProfiles(dir).all()).toEqual([profile('one'), profile('two')])
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ profiles: { version: 2 } })
  })

  it('are replaced by their id, found and removed', () => {
    const profiles = openProfiles(dir)
    profiles.save(profile('one'))
    profiles.save({ ...profile('one'), name: 'New name' })
    expect(profiles.find('one').name).toBe('New name')
    profiles.remove('one')
    expect(profiles.all()).toEqual([])
    expect(() => profiles.find('one')).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND' }))
  })

  it.each([
    ['is of a newer version', { profiles: { version: 3, profiles: [] } }],
    ['is damaged', { profiles: { version: 1, profiles: [{ id: '../evil' }] } }],
  ])('are not touched when their file %s', async (_story, content) => {
    await writeFile(file(), JSON.stringify(content))
    const profiles = openProfiles(dir)
    expect(() => profiles.all()).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    expect(() => profiles.save(profile('one'))).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(content)
  })

  it('are shown without any secret', async () => {
    const { envFile } = profile('one')
    await writeFile(
      envFile,
      `DATABASE_URL=postgres://readur:hidden-1@db:5432/readur\nREADUR_UPLOADS_DIR=/srv/up\nS3_BUCKET_NAME=b
S3_ACCESS_KEY_ID=hidden-2\nS3_SECRET_ACCESS_KEY=hidden-3\nS3_ENDPOINT_URL=http://minio:9000\n`,
      { mode: 0o600 },
    )
    const summary = await summaryOf(profile('one'), noSecrets)
    expect(summary).toEqual({
      id: 'one',
      name: 'Readur one',
      server: null,
      source: envFile,
      database: 'db:5432/readur',
      uploads: '/srv/up',
      bucket: 'b',
      endpoint: 'http://minio:9000',
      problem: null,
      warning: null,
    })
    expect(JSON.stringify(summary)).not.toContain('hidden')
  })

  it.skipIf(process.platform === 'win32')('are shown with a warning when others can read their passwords', async () => {
    const { envFile } = profile('one')
    const warningNow = async () => (await summaryOf(profile('one'), noSecrets)).warning
    await writeFile(envFile, 'S3_SECRET_ACCESS_KEY=hidden\n')
    await chmod(dir, 0o755)
    await chmod(envFile, 0o644)
    expect(await warningNow()).toContain(envFile)
    // Nobody gets that far.
    await chmod(dir, 0o700)
    expect(await warningNow()).toBeNull()
    await chmod(dir, 0o755)
    await chmod(envFile, 0o600)
    expect(await warningNow()).toBeNull()
    await writeFile(envFile, 'S3_BUCKET_NAME=no-secret\nDATABASE_URL=postgres://readur@db/readur\n')
    await chmod(envFile, 0o644)
    expect(await warningNow()).toBeNull()
    await writeFile(envFile, 'DATABASE_URL=postgres://readur:hidden@db/readur\n')
    expect(await warningNow()).not.toBeNull()
  })

  it('are shown with what is wrong about them', async () => {
    const { problem, database } = await summaryOf(profile('one'), noSecrets)
    expect(problem).toMatch(/^Settings file .* not found\.$/)
    expect(database).toBe('')
  })
})

describe('a profile with settings of its own', () => {
  const own: Profile = {
    id: 'far',
    name: 'Far away',
    server: { host: 'nas', port: 2222, user: 'me', keyFiles: [], jumps: [] },
    envFile: null,
    variables: {
      POSTGRES_HOST: '127.0.0.1',
      READUR_UPLOADS_DIR: '/srv/up',
      S3_BUCKET_NAME: 'b',
      S3_ACCESS_KEY_ID: 'k',
    },
  }
  const secrets = { POSTGRES_PASSWORD: 'hidden-1', S3_SECRET_ACCESS_KEY: 'hidden-2' }

  it('has them together with its secrets, and its paths are those of the server', async () => {
    const settings = await settingsOf(own, (name) => Reflect.get(secrets, name) as string | null)
    expect(settings).toMatchObject({
      server: { host: 'nas' },
      database: { url: 'postgres://readur:hidden-1@127.0.0.1:5432/readur' },
      uploads: { root: '/srv/up' },
      s3: { secretAccessKey: 'hidden-2' },
    })
  })

  it('is kept as it is, and no secret with it', async () => {
    openProfiles(dir).save(own)
    expect(openProfiles(dir).find('far')).toEqual(own)
    expect(await readFile(file(), 'utf8')).not.toContain('hidden')
  })

  it.each([
    ['a secret among its variables', { ...own, variables: { POSTGRES_PASSWORD: 'x' } }],
    ['settings in two places', { ...own, envFile: '/a.env' }],
    ['a host that ssh would take for an option', { ...own, server: { ...own.server, host: '-oProxyCommand=x' } }],
    ['a line break in its name', { ...own, name: 'a\nb' }],
  ])('is refused with %s', (_story, profile) => {
    expect(() => openProfiles(dir).save(profile as Profile)).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID' }),
    )
  })

  it('has a name of its own', () => {
    openProfiles(dir).save(own)
    expect(() => openProfiles(dir).save({ ...own, id: 'other' })).toThrow(/another profile/)
  })

  it('leaves its predecessor beside it when it is changed', async () => {
    openProfiles(dir).save(own)
    openProfiles(dir).save({ ...own, name: 'New' })
    expect(await readFile(join(dir, 'profiles.backup.json'), 'utf8')).toContain('Far away')
  })
})

describe('the profiles of version 1', () => {
  it('are read as they were meant', () => {
    const old = { version: 1, profiles: [{ id: 'one', name: 'One', envFile: '/one.env' }] }
    expect(parseProfiles(old)).toEqual([{ id: 'one', name: 'One', server: null, envFile: '/one.env', variables: {} }])
  })
})

describe('a server as it is typed', () => {
  it.each([
    ['nas', { host: 'nas', port: null, user: null }],
    ['me@nas:2222', { host: 'nas', port: 2222, user: 'me' }],
    ['me@[fe80::1]:22', { host: 'fe80::1', port: 22, user: 'me' }],
  ])('%s', (text, server) => {
    expect(parseServer(text)).toEqual(server)
    expect(serverText(server)).toBe(text)
  })

  it.each(['', '-oProxyCommand=evil', 'a b', 'me@', 'nas:99999', 'nas:port', 'me@nas@nas'])('“%s” is none', (text) => {
    expect(parseServer(text)).toBeNull()
  })
})

describe('secrets', () => {
  const cipher = (name: string, isSafe = true): Cipher => ({
    name,
    isSafe,
    encrypt: (text) => Buffer.from(text).toString('hex'),
    decrypt: (text) => Buffer.from(text, 'hex').toString(),
  })
  const path = (): string => join(dir, 'secrets.json')
  const store = (name = 'keychain', isSafe = true): SecretStore => new SecretStore(path(), cipher(name, isSafe))

  it('are kept encrypted, for their owner alone, and forgotten with their profile', async () => {
    store().set('one', { name: 'POSTGRES_PASSWORD', value: 'hidden', place: 'here' })
    store().set('two', { name: 'SSH_PASSWORD', value: 'other', place: 'there' })
    expect(store().get('one', 'POSTGRES_PASSWORD', 'here')).toBe('hidden')
    expect(
      store()
        .all('one')
        .map(({ name }) => name),
    ).toEqual(['POSTGRES_PASSWORD'])
    expect(await readFile(path(), 'utf8')).not.toContain('hidden')
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    store().remove('one')
    expect(store().all('one')).toEqual([])
    expect(
      store()
        .all('two')
        .map(({ name }) => name),
    ).toEqual(['SSH_PASSWORD'])
  })

  it('are given out for the place that they were kept for, and for no other', () => {
    store().set('one', { name: 'POSTGRES_PASSWORD', value: 'hidden', place: 'here' })
    expect(store().get('one', 'POSTGRES_PASSWORD', 'elsewhere')).toBeNull()
    expect(store().placeOf('one', 'POSTGRES_PASSWORD')).toBe('here')
    const session = store('basic_text', false)
    session.set('two', { name: 'POSTGRES_PASSWORD', value: 'hidden', place: 'here' })
    expect(session.get('two', 'POSTGRES_PASSWORD', 'elsewhere')).toBeNull()
  })

  it('are asked for again when the keychain is another one', () => {
    store().set('one', { name: 'POSTGRES_PASSWORD', value: 'hidden', place: 'here' })
    expect(store('kwallet').get('one', 'POSTGRES_PASSWORD', 'here')).toBeNull()
  })

  it('live no longer than the program where there is no keychain', async () => {
    const first = store('basic_text', false)
    first.set('one', { name: 'POSTGRES_PASSWORD', value: 'hidden', place: 'here' })
    expect(first.get('one', 'POSTGRES_PASSWORD', 'here')).toBe('hidden')
    expect(first.isLost('one', 'POSTGRES_PASSWORD')).toBe(false)
    const next = store('basic_text', false)
    expect(next.get('one', 'POSTGRES_PASSWORD', 'here')).toBeNull()
    // That there was one is known, and nothing of what it was.
    expect([next.isLost('one', 'POSTGRES_PASSWORD'), next.isLost('one', 'SSH_PASSWORD')]).toEqual([true, false])
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ secrets: [{ cipher: 'none', text: '' }] })
  })
})
