import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorData } from '../../../src/main/engine/errors.ts'
import { overlay, readSettings, type Variables } from '../../../src/main/profiles/settings.ts'

const secrets = { database: 'db-p@ss/w:rd%41', s3: 's3+secret/with=signs' }
const variables: Variables = {
  DATABASE_URL: `postgres://readur:${encodeURIComponent(secrets.database)}@db.example:5433/readur_prod`,
  UPLOAD_PATH: '/app/uploads',
  READUR_UPLOADS_DIR: '/srv/readur',
  S3_BUCKET_NAME: 'documents-of-readur',
  S3_ACCESS_KEY_ID: 'AKIA',
  S3_SECRET_ACCESS_KEY: secrets.s3,
}
const without = (...names: string[]): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)))

/** The error that reading these settings ends with; it must show none of the secrets. */
function refusalOf(changed: Variables, overrides = {}): unknown {
  try {
    readSettings(changed, overrides)
  } catch (error) {
    const text = JSON.stringify(errorData(error))
    for (const secret of [...Object.values(secrets), encodeURIComponent(secrets.database)]) {
      expect(text).not.toContain(secret)
    }
    return error
  }
  throw new Error('The settings were accepted.')
}

describe('the database', () => {
  it('is that of DATABASE_URL, and is called by host, port and name', () => {
    expect(readSettings(variables).database).toEqual({
      url: variables.DATABASE_URL,
      label: 'db.example:5433/readur_prod',
      timeoutMs: 60_000,
    })
  })

  it('is put together of POSTGRES_*, with whatever signs the password holds', () => {
    const { database } = readSettings({
      ...without('DATABASE_URL'),
      POSTGRES_HOST: 'localhost',
      POSTGRES_PORT: '5444',
      POSTGRES_DB: 'my db',
      POSTGRES_USER: 'me@home',
      POSTGRES_PASSWORD: secrets.database,
    })
    const url = new URL(database.url)
    expect(database.label).toBe('localhost:5444/my db')
    expect(url.port).toBe('5444')
    expect(decodeURIComponent(url.username)).toBe('me@home')
    expect(decodeURIComponent(url.password)).toBe(secrets.database)
  })

  it('takes the folder of a Unix socket as a host', () => {
    const socket = { POSTGRES_HOST: '/var/run/postgresql', POSTGRES_DB: 'r' }
    const { database } = readSettings({ ...without('DATABASE_URL'), ...socket })
    expect(database.label).toBe('/var/run/postgresql:5432/r')
    expect(new URL(database.url).searchParams.get('host')).toBe('/var/run/postgresql')
  })

  it('has Readur’s own defaults', () => {
    const { database } = readSettings({ ...without('DATABASE_URL'), POSTGRES_HOST: 'db' })
    expect(database.label).toBe('db:5432/readur')
    expect(new URL(database.url).username).toBe('readur')
  })

  it('DATABASE_URL comes before POSTGRES_*', () => {
    expect(readSettings({ ...variables, POSTGRES_HOST: 'elsewhere' }).database.label).toBe(
      'db.example:5433/readur_prod',
    )
  })

  it('has a timeout in seconds', () => {
    expect(readSettings({ ...variables, DATABASE_TIMEOUT: '5' }).database.timeoutMs).toBe(5_000)
  })

  it.each(['0', '-1', 'soon', '100000'])('has no timeout of %s', (timeout) => {
    expect(refusalOf({ ...variables, DATABASE_TIMEOUT: timeout })).toMatchObject({
      code: 'SETTING_INVALID',
      subject: 'DATABASE_TIMEOUT',
    })
  })

  it.each([
    ['no address', secrets.database],
    ['another kind of database', `mysql://readur:${secrets.s3}@db/readur`],
    ['a name that cannot be decoded', 'postgres://readur:x@db/read%zz'],
  ])('is refused: %s', (_story, url) => {
    expect(refusalOf({ ...variables, DATABASE_URL: url })).toMatchObject({
      code: 'SETTING_INVALID',
      subject: 'DATABASE_URL',
      scope: 'run',
    })
  })

  it.each([
    ['POSTGRES_PORT', { POSTGRES_HOST: 'db', POSTGRES_PORT: 'five' }],
    ['POSTGRES_HOST', { POSTGRES_HOST: 'not a host' }],
  ])('is refused: %s', (_name, parts) => {
    expect(refusalOf({ ...without('DATABASE_URL'), ...parts, POSTGRES_PASSWORD: secrets.database })).toMatchObject({
      code: 'SETTING_INVALID',
      scope: 'run',
    })
  })
})

describe('what must be set', () => {
  it.each(['DATABASE_URL', 'S3_BUCKET_NAME', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])('%s', (name) => {
    expect(refusalOf(without(name))).toMatchObject({ code: 'SETTING_MISSING', subject: name, scope: 'run' })
    expect(refusalOf({ ...variables, [name]: '   ' })).toMatchObject({ code: 'SETTING_MISSING', subject: name })
  })
})

describe('the bucket', () => {
  it('lies at AWS when no endpoint is set', () => {
    expect(readSettings(variables).s3).toEqual({
      bucket: 'documents-of-readur',
      region: 'us-east-1',
      endpoint: undefined,
      forcePathStyle: false,
      accessKeyId: 'AKIA',
      secretAccessKey: secrets.s3,
    })
  })

  it('lies at S3_ENDPOINT_URL before S3_ENDPOINT, with paths for buckets unless told otherwise', () => {
    const both = { ...variables, S3_ENDPOINT_URL: 'http://minio:9000/', S3_ENDPOINT: 'http://other:1', S3_REGION: 'eu' }
    expect(readSettings(both).s3).toMatchObject({ endpoint: 'http://minio:9000', forcePathStyle: true, region: 'eu' })
    expect(readSettings({ ...variables, S3_ENDPOINT: 'https://s3.example' }).s3).toMatchObject({
      endpoint: 'https://s3.example',
      forcePathStyle: true,
    })
  })

  it.each([
    ['S3_FORCE_PATH_STYLE', 'false', false],
    ['S3_PATH_STYLE', 'no', false],
    ['S3_PATH_STYLE', '0', false],
    ['S3_FORCE_PATH_STYLE', 'TRUE', true],
    ['S3_PATH_STYLE', ' true ', true],
    ['S3_PATH_STYLE', '1', false],
    ['S3_FORCE_PATH_STYLE', '', false],
    ['S3_FORCE_PATH_STYLE', 'maybe', false],
  ])('%s=%s', (name, value, style) => {
    const endpoint = { S3_ENDPOINT_URL: 'http://minio:9000' }
    expect(readSettings({ ...variables, ...endpoint, [name]: value }).s3.forcePathStyle).toBe(style)
  })

  it('is written to as the options of the connection say', () => {
    const options = { S3_STORAGE_CLASS: 'standard_ia', S3_SSE: 'AWS:KMS', S3_SSE_KMS_KEY_ID: 'key-1' }
    expect(readSettings({ ...variables, ...options }).s3).toMatchObject({
      storageClass: 'STANDARD_IA',
      encryption: 'aws:kms',
      kmsKeyId: 'key-1',
    })
    expect(readSettings(variables).s3).toMatchObject({ storageClass: undefined, encryption: undefined })
  })

  it.each<[string, Record<string, string>]>([
    ['S3_STORAGE_CLASS', { S3_STORAGE_CLASS: 'DEEP_ARCHIVE' }],
    ['S3_STORAGE_CLASS', { S3_STORAGE_CLASS: 'a class' }],
    ['S3_SSE', { S3_SSE: 'yes' }],
    ['S3_SSE_KMS_KEY_ID', { S3_SSE_KMS_KEY_ID: 'key-1' }],
    ['S3_SSE_KMS_KEY_ID', { S3_SSE: 'AES256', S3_SSE_KMS_KEY_ID: 'key-1' }],
  ])('is not written to with an option that cannot be: %s in %j', (subject, options) => {
    expect(refusalOf({ ...variables, ...options })).toMatchObject({ code: 'SETTING_INVALID', subject })
  })

  it('is Amazon’s where S3_ENDPOINT_URL is set and empty, whatever S3_ENDPOINT says', () => {
    const hidden = { ...variables, S3_ENDPOINT_URL: '', S3_ENDPOINT: 'http://minio:9000' }
    expect(readSettings(hidden).s3).toMatchObject({ endpoint: undefined, forcePathStyle: false })
    expect(readSettings(hidden).readur.remarks[0]?.message).toContain('S3_ENDPOINT is not read')
  })

  it('is asked for by the name that Readur reads, and the other name is told', () => {
    const refused = refusalOf({ ...without('S3_BUCKET_NAME'), S3_BUCKET: 'documents' })
    expect(refused).toMatchObject({ code: 'SETTING_MISSING', subject: 'S3_BUCKET_NAME' })
    expect(String(refused)).toContain('S3_BUCKET is, but Readur does not read it')
  })

  it.each(['minio:9000', 'ftp://minio', 'not an address'])('does not lie at %s', (endpoint) => {
    expect(refusalOf({ ...variables, S3_ENDPOINT_URL: endpoint })).toMatchObject({ code: 'SETTING_INVALID' })
  })
})

describe('the uploads folder', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-settings-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('is UPLOAD_PATH itself where that is a folder of this computer', () => {
    const { uploads } = readSettings({ ...without('READUR_UPLOADS_DIR'), UPLOAD_PATH: dir })
    expect(uploads.root).toBe(dir)
    expect(uploads.prefixes).toContainEqual({ stored: dir, folder: '' })
  })

  it('is not looked for in the dark: a container’s path that is not here is an error', () => {
    expect(refusalOf({ ...without('READUR_UPLOADS_DIR'), UPLOAD_PATH: '/no/such/folder' })).toMatchObject({
      code: 'UPLOADS_MISSING',
      scope: 'run',
    })
  })

  it('is READUR_UPLOADS_DIR for what the container calls UPLOAD_PATH', () => {
    expect(readSettings(variables).uploads).toEqual({
      container: null,
      root: '/srv/readur',
      prefixes: [
        { stored: '/app/uploads', folder: '' },
        { stored: '/srv/readur', folder: '' },
      ],
      maps: [],
      mounts: [],
    })
  })

  it('is a folder of a container when one is named, and not looked for on this computer', () => {
    const inside = {
      ...without('READUR_UPLOADS_DIR'),
      UPLOAD_PATH: '/no/such/folder',
      READUR_UPLOADS_CONTAINER: 'readur',
    }
    expect(readSettings(inside).uploads).toMatchObject({ container: 'readur', root: '/no/such/folder' })
    expect(readSettings(inside, { uploadsContainer: 'other' }).uploads.container).toBe('other')
  })

  it('is what the command line says, before all variables', () => {
    expect(readSettings(variables, { uploads: '/mnt/uploads' }).uploads.root).toBe('/mnt/uploads')
  })

  it('is the place of the first map when nothing else is said', () => {
    const { uploads } = readSettings(without('READUR_UPLOADS_DIR'), { map: ['/data/up=/srv/volume'] })
    expect(uploads.root).toBe('/srv/volume')
    expect(uploads.prefixes[0]).toEqual({ stored: '/data/up', folder: '' })
  })

  it('may hold folders that the container has elsewhere', () => {
    const { uploads } = readSettings(variables, { map: ['/mnt/archive=/srv/readur/documents/archive'] })
    expect(uploads.prefixes[0]).toEqual({ stored: '/mnt/archive', folder: 'documents/archive' })
  })

  it('may have parts on other disks, which are seen where Readur sees them', () => {
    const map = ['/app/uploads/documents=/mnt/big', '/old/archive=/mnt/archive']
    const { uploads } = readSettings(variables, { map })
    expect(uploads.mounts).toEqual([
      { path: 'documents', root: '/mnt/big' },
      { path: '@map/old/archive', root: '/mnt/archive' },
    ])
    expect(uploads.prefixes.slice(0, 2)).toEqual([
      { stored: '/old/archive', folder: '@map/old/archive' },
      { stored: '/app/uploads/documents', folder: 'documents' },
    ])
    const kept = { ...variables, READUR_UPLOADS_MAP: map.join('; ') }
    expect(readSettings(kept).uploads).toEqual(uploads)
  })

  it('is the place of the map of UPLOAD_PATH, before that of another folder', () => {
    const map = ['/app/uploads/documents=/mnt/big', '/app/uploads=/srv/volume']
    expect(readSettings(without('READUR_UPLOADS_DIR'), { map }).uploads).toMatchObject({
      root: '/srv/volume',
      mounts: [{ path: 'documents', root: '/mnt/big' }],
    })
  })

  it.each(['/app/uploads=/elsewhere', 'relative=/elsewhere', '/only/one', '=/srv/readur', '/a=', '/a=/b=/c'])(
    'has no map %s',
    (map) => {
      expect(refusalOf(variables, { map: [map] })).toMatchObject({ code: 'SETTING_INVALID', subject: '--map' })
      const named = { ...variables, READUR_UPLOADS_MAP: map }
      expect(refusalOf(named)).toMatchObject({ code: 'SETTING_INVALID', subject: 'READUR_UPLOADS_MAP' })
    },
  )
})

describe('variables of a file over those of the shell', () => {
  it('win', () => {
    expect(overlay({ S3_ACCESS_KEY_ID: 'shell' }, { S3_ACCESS_KEY_ID: 'file' })).toEqual({ S3_ACCESS_KEY_ID: 'file' })
  })

  it('say alone where database, bucket and folder are, once they say anything about it', () => {
    const shell = {
      DATABASE_URL: 'postgres://other',
      S3_ENDPOINT_URL: 'http://other',
      UPLOAD_PATH: '/other',
      DATABASE_TIMEOUT: '9',
    }
    expect(overlay(shell, { POSTGRES_HOST: 'db', S3_BUCKET_NAME: 'b', READUR_UPLOADS_DIR: '/here' })).toEqual({
      POSTGRES_HOST: 'db',
      S3_BUCKET_NAME: 'b',
      READUR_UPLOADS_DIR: '/here',
      DATABASE_TIMEOUT: '9',
    })
  })

  it('leave the rest to the shell', () => {
    expect(overlay({ DATABASE_URL: 'x', S3_REGION: 'eu' }, { S3_SECRET_ACCESS_KEY: 's' })).toEqual({
      DATABASE_URL: 'x',
      S3_REGION: 'eu',
      S3_SECRET_ACCESS_KEY: 's',
    })
  })
})

describe('Readur itself', () => {
  it('is not known where nothing is said', () => {
    expect(readSettings(variables).readur).toEqual({
      url: null,
      token: null,
      storage: null,
      usesAmazon: true,
      unsure: [],
      version: null,
      remarks: [],
    })
  })

  it.each<[Variables, 's3' | 'local' | null]>([
    [{ S3_ENABLED: 'true' }, 's3'],
    [{ S3_ENABLED: 'false' }, 'local'],
    [{ STORAGE_BACKEND: 'S3' }, 's3'],
    [{ STORAGE_BACKEND: 'local' }, 'local'],
    [{ S3_ENABLED: 'false', STORAGE_BACKEND: 's3' }, 's3'],
    [{ S3_ENABLED: '1' }, 'local'],
    [{ STORAGE_BACKEND: 's3', READUR_VERSION: '2.9.1' }, 'local'],
  ])('stores where %o says', (said, storage) => {
    expect(readSettings({ ...variables, ...said }).readur.storage).toBe(storage)
  })

  it('answers at an address without a slash at its end, and without a password', () => {
    const at = (url: string) => readSettings({ ...variables, READUR_URL: url, READUR_TOKEN: 't' }).readur
    expect(at('https://docs.example/readur/')).toMatchObject({ url: 'https://docs.example/readur', token: 't' })
    const refused = refusalOf({ ...variables, READUR_URL: 'https://me:hidden@docs.example' })
    expect(refused).toMatchObject({ code: 'SETTING_INVALID' })
    expect(String(refused)).not.toContain('hidden')
  })
})
