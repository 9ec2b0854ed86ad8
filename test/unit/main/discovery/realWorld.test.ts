import { describe, expect, it } from 'vitest'
import { discoverCompose } from '../../../../src/main/discovery/compose.ts'
import { describeOrigin } from '../../../../src/main/discovery/discovered.ts'
import { toVariables } from '../../../../src/main/discovery/variables.ts'
import { readSettings } from '../../../../src/main/profiles/settings.ts'
import { filesOf, fixture, missingOf, notesOf, reasonOf, suggestionsFor, valuesOf } from './support.ts'

async function discover(name: string, path: string) {
  const place = path.slice(0, path.lastIndexOf('/'))
  const text = fixture(`compose/${name}/${path.slice(place.length + 1)}`)
  const found = await discoverCompose(text, filesOf(name, place), { path })
  const [only] = found
  if (found.length !== 1 || !only) throw new Error('There must be one Readur.')
  return only
}

describe('Readur’s own Compose file', () => {
  const own = () => discover('readur', '/opt/Readur App/docker-compose.yml')

  it('gives all but the bucket, which Readur does not have yet', async () => {
    const found = await own()
    expect(valuesOf(found)).toEqual({
      databaseAddress: '127.0.0.1:5432',
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: 'readur',
      uploadsContainer: '/app/uploads',
      uploadsHost: '/opt/Readur App/readur_uploads',
      readurUrl: 'http://127.0.0.1:8000',
    })
    expect(missingOf(found)).toEqual(['s3Bucket', 's3AccessKey', 's3SecretKey'])
    expect(found.database).toBe('published port')
    expect(found.uploads).toEqual({
      kind: 'bind',
      volume: null,
      container: 'readurapp-readur-1',
      path: '/app/uploads',
      lostWith: null,
    })
  })

  it('says where each was found', async () => {
    const { settings, secrets } = await own()
    const file = '/opt/Readur App/docker-compose.yml'
    expect(settings.databaseAddress?.origin).toEqual({ file, line: 14, service: 'postgres', variable: 'ports' })
    expect(settings.databaseAddress).toMatchObject({ confidence: 'certain', onServer: true, alternatives: [] })
    expect(settings.uploadsHost?.origin).toMatchObject({ file, line: 30, service: 'readur' })
    expect(secrets.databasePassword && describeOrigin(secrets.databasePassword.origin)).toBe(
      `${file}, line 19, service readur, DATABASE_URL`,
    )
  })

  it('makes settings once the bucket is typed', async () => {
    const found = await own()
    const answers = { s3Bucket: 'b', s3AccessKey: 'k', s3SecretKey: 's' }
    const { database, uploads, s3 } = readSettings(toVariables(found, answers))
    expect(database.url).toBe('postgresql://readur:readur@127.0.0.1:5432/readur')
    expect(uploads.root).toBe('/opt/Readur App/readur_uploads')
    expect(uploads.prefixes).toContainEqual({ stored: '/app/uploads', folder: '' })
    expect(s3).toMatchObject({ bucket: 'b', accessKeyId: 'k', secretAccessKey: 's', endpoint: undefined })
  })
})

describe('a Compose file with a named volume and env_file', () => {
  const production = () => discover('production', '/srv/docs/compose.yml')

  it('gives the volume’s folder and the login, and asks how PostgreSQL is reached', async () => {
    const found = await production()
    expect(valuesOf(found)).toEqual({
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: 'dbp$DB=word of-production',
      uploadsContainer: '/app/uploads',
      uploadsHost: '/var/lib/docker/volumes/archive_uploads/_data',
      readurUrl: 'https://readur.example.org',
      readurVersion: '2.9.0',
    })
    expect(found.settings.uploadsHost?.confidence).toBe('likely')
    expect(found.uploads).toMatchObject({ kind: 'volume', volume: 'archive_uploads', container: 'archive-readur-1' })
    expect(found.database).toBe('Docker network only')
    expect(missingOf(found)).toEqual(['databaseAddress', 's3Bucket', 's3Endpoint', 's3AccessKey', 's3SecretKey'])
    expect(reasonOf(found, 'databaseAddress')).toContain('publishes no port')
    expect(notesOf(found)).toContain('ports: ["127.0.0.1:5432:5432"]')
    expect(notesOf(found)).toContain('docker volume inspect archive_uploads')
  })

  it('takes the later env_file over the earlier, and says which file a value is of', async () => {
    const { settings, secrets } = await production()
    expect(settings.uploadsContainer?.origin).toEqual({
      file: '/srv/docs/readur.env',
      line: 2,
      variable: 'UPLOAD_PATH',
    })
    expect(secrets.databasePassword?.origin).toMatchObject({
      file: '/srv/docs/compose.yml',
      line: 22,
      via: [{ file: '/srv/docs/.env', line: 2, variable: 'DB_PASSWORD' }],
    })
    expect(settings.readurUrl?.alternatives.map((it) => it.value)).toEqual(['http://127.0.0.1:8100'])
  })

  it('offers the MinIO beside it, and uses it only when that is confirmed', async () => {
    const found = await production()
    expect(suggestionsFor(found, 's3Endpoint')).toEqual(['http://127.0.0.1:9000'])
    expect(suggestionsFor(found, 's3AccessKey')).toEqual(['archive-admin'])
    expect(suggestionsFor(found, 's3SecretKey')).toEqual(['••••'])
    const variables = toVariables(found)
    expect(Object.keys(variables).filter((name) => name.startsWith('S3_'))).toEqual([])
    const suggested = found.missing.find((it) => it.setting === 's3SecretKey')?.suggestions[0]
    const confirmed = toVariables(found, { ...(suggested && { s3SecretKey: suggested.value }) })
    expect(confirmed.S3_SECRET_ACCESS_KEY).toBe('minio-"quoted"-secret')
  })

  it('makes settings once the address and the bucket are typed', async () => {
    const answers = { databaseAddress: '127.0.0.1:15432', s3Bucket: 'b', s3AccessKey: 'k', s3SecretKey: 's' }
    const { database } = readSettings(toVariables(await production(), answers))
    expect(decodeURIComponent(new URL(database.url).password)).toBe('dbp$DB=word of-production')
    expect(database.label).toBe('127.0.0.1:15432/readur')
  })
})

describe('a Compose file with a database elsewhere', () => {
  const external = () => discover('external', '/home/ann/apps/readur/docker-compose.yml')

  it('gives everything', async () => {
    const found = await external()
    expect(valuesOf(found)).toEqual({
      databaseAddress: 'readur-prod.cx1example.eu-central-1.rds.amazonaws.com:5433',
      databaseName: 'readur_prod',
      databaseUser: 'readur_app',
      databasePassword: 'p@ss/word#of-rds',
      databaseTls: 'require',
      uploadsContainer: '/app/uploads',
      uploadsHost: '/mnt/user/appdata/readur/uploads',
      s3Bucket: 'readur-production',
      s3Endpoint: 'https://s3.eu-central-2.wasabisys.com',
      s3Region: 'eu-central-2',
      s3AccessKey: 'WASABIKEYEXAMPLE',
      s3SecretKey: 'wasabi+secret/with=signs',
      readurUrl: 'https://readur.company.example',
      readurVersion: 'main',
    })
    expect(found.missing).toEqual([])
    expect(found.database).toBe('direct')
    expect(found.uploads?.container).toBe('readur')
  })

  it('is less sure of a folder that a default stands in', async () => {
    const { settings } = await external()
    expect(settings.uploadsHost?.confidence).toBe('likely')
    expect(settings.databaseAddress?.confidence).toBe('certain')
    expect(settings.databaseAddress?.onServer).toBeUndefined()
  })

  it('makes settings as they are', async () => {
    const { database, s3 } = readSettings(toVariables(await external()))
    expect(database.url).toBe(
      'postgresql://readur_app:p%40ss%2Fword%23of-rds@readur-prod.cx1example.eu-central-1.rds.amazonaws.com:5433/readur_prod?sslmode=require',
    )
    expect(s3).toEqual({
      bucket: 'readur-production',
      region: 'eu-central-2',
      endpoint: 'https://s3.eu-central-2.wasabisys.com',
      forcePathStyle: true,
      accessKeyId: 'WASABIKEYEXAMPLE',
      secretAccessKey: 'wasabi+secret/with=signs',
    })
  })
})

describe('the Compose file of Umbrel', () => {
  it('knows the database by the name of its container, and asks for the folder that a platform’s variable hides', async () => {
    const found = await discover('umbrel', '/home/umbrel/app-data/readur/docker-compose.yml')
    expect(found.database).toBe('Docker network only')
    expect(found.secrets.databasePassword?.value.reveal()).toBe('readur_password')
    expect(reasonOf(found, 'uploadsHost')).toBe('APP_DATA_DIR is set in no file that was read.')
    expect(missingOf(found)).toEqual(['databaseAddress', 'uploadsHost', 's3Bucket', 's3AccessKey', 's3SecretKey'])
  })
})
