import { describe, expect, it } from 'vitest'
import { discoverEnvText } from '../../../../src/main/discovery/dotEnv.ts'
import { toVariables } from '../../../../src/main/discovery/variables.ts'
import { ownSettings } from '../../../../src/main/profiles/ownSettings.ts'
import { readSettings } from '../../../../src/main/profiles/settings.ts'
import type { ProfileVariable } from '../../../../src/shared/profile.ts'
import { missingOf, notesOf, reasonOf, refusal, suggestionsFor, valuesOf } from './support.ts'

const whole = [
  '# Core Configuration',
  'DATABASE_URL="postgresql://readur:${PW}@db.example:5433/readur?sslmode=prefer"',
  "PW='never set before'",
  'UPLOAD_PATH=/srv/readur/uploads',
  'READUR_UPLOADS_DIR=/mnt/uploads # ours',
  'S3_BUCKET_NAME=documents',
  'S3_REGION=eu-central-1',
  'S3_ACCESS_KEY_ID=AKIA',
  'S3_SECRET_ACCESS_KEY=a+b/c#d=',
  'S3_ENDPOINT=https://s3.example/',
  'S3_PATH_STYLE=false',
  'READUR_URL=https://readur.example',
  'READUR_TOKEN=of-an-administrator',
].join('\n')

describe('a pasted .env', () => {
  it('gives what it holds', () => {
    const found = discoverEnvText(whole.replace('${PW}', 'p%40ss'), 'readur.env')
    expect(valuesOf(found)).toEqual({
      databaseAddress: 'db.example:5433',
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: 'p@ss',
      databaseTls: 'prefer',
      uploadsContainer: '/srv/readur/uploads',
      uploadsHost: '/mnt/uploads',
      s3Bucket: 'documents',
      s3Region: 'eu-central-1',
      s3AccessKey: 'AKIA',
      s3SecretKey: 'a+b/c#d=',
      s3Endpoint: 'https://s3.example',
      s3PathStyle: 'false',
      readurUrl: 'https://readur.example',
      readurToken: 'of-an-administrator',
    })
    expect(found.missing).toEqual([])
    expect(found.settings.s3Bucket?.origin).toEqual({ file: 'readur.env', line: 6, variable: 'S3_BUCKET_NAME' })
    const { s3, uploads } = readSettings(toVariables(found))
    expect(s3).toMatchObject({ secretAccessKey: 'a+b/c#d=', forcePathStyle: false })
    expect(uploads.root).toBe('/mnt/uploads')
    expect(toVariables(found)).toMatchObject({
      READUR_URL: 'https://readur.example',
      READUR_TOKEN: 'of-an-administrator',
    })
  })

  /** A value for every setting that a connection holds; a new one has to be given one here, and is then looked for. */
  const all: Record<ProfileVariable, string> = {
    POSTGRES_HOST: 'db.example',
    POSTGRES_PORT: '5433',
    POSTGRES_DB: 'documents',
    POSTGRES_USER: 'ada',
    POSTGRES_SSLMODE: 'verify-full',
    POSTGRES_SSLROOTCERT: '/etc/db.pem',
    POSTGRES_PARAMETERS: 'application_name=mine',
    DATABASE_TIMEOUT: '90',
    UPLOAD_PATH: '/app/uploads',
    READUR_UPLOADS_DIR: '/srv/uploads',
    READUR_UPLOADS_CONTAINER: 'readur',
    READUR_UPLOADS_MAP: '/app/uploads/documents=/mnt/big',
    S3_BUCKET_NAME: 'documents',
    S3_REGION: 'eu-central-1',
    S3_ENDPOINT_URL: 'https://s3.example',
    S3_FORCE_PATH_STYLE: 'false',
    S3_ACCESS_KEY_ID: 'AKIA',
    S3_STORAGE_CLASS: 'STANDARD_IA',
    S3_SSE: 'aws:kms',
    S3_SSE_KMS_KEY_ID: 'key-1',
    S3_CA_FILE: '/etc/ca.pem',
    READUR_URL: 'https://readur.example',
    READUR_VERSION: '2.9.2',
  }
  const secrets = { POSTGRES_PASSWORD: 'p1', S3_SECRET_ACCESS_KEY: 'p2', READUR_TOKEN: 'p3' }

  it.each(['a folder', 'a container'])('gives every setting that this program has, with its uploads in %s', (where) => {
    const others = where === 'a folder' ? ['READUR_UPLOADS_CONTAINER'] : ['READUR_UPLOADS_DIR', 'READUR_UPLOADS_MAP']
    const given = Object.fromEntries(Object.entries(all).filter(([name]) => !others.includes(name)))
    const lines = Object.entries({ ...given, ...secrets }).map(([name, value]) => `${name}='${value}'`)
    const variables = toVariables(discoverEnvText(lines.join('\n')))
    const own = ownSettings(variables)
    expect(own.variables).toEqual(given)
    expect({ ...own.secrets, READUR_TOKEN: variables.READUR_TOKEN }).toEqual(secrets)
  })

  it('has a variable that stands behind its use as unset', () => {
    expect(reasonOf(discoverEnvText(whole), 'databasePassword')).toBe('PW is set in no file that was read.')
  })

  it('may be a database address alone, which is taken as it is', () => {
    const found = discoverEnvText('  postgres://me:a$b%2Fc@db.example/mine?sslmode=require\n')
    expect(valuesOf(found)).toEqual({
      databaseAddress: 'db.example:5432',
      databaseName: 'mine',
      databaseUser: 'me',
      databasePassword: 'a$b/c',
      databaseTls: 'require',
    })
    expect(found.settings.databaseName?.origin).toEqual({ variable: 'DATABASE_URL' })
    expect(missingOf(found)).toEqual(['uploadsHost', 's3Bucket', 's3AccessKey', 's3SecretKey'])
  })

  it('takes localhost and sockets as they are', () => {
    expect(valuesOf(discoverEnvText('DATABASE_URL=postgres://u:p@localhost/d')).databaseAddress).toBe('localhost:5432')
    const socket = discoverEnvText('POSTGRES_HOST=/var/run/postgresql\nPOSTGRES_PASSWORD=p')
    expect(toVariables(socket).DATABASE_URL).toContain('host=%2Fvar%2Frun%2Fpostgresql')
  })

  it('only offers a host that looks like a Compose service', () => {
    const found = discoverEnvText('DATABASE_URL=postgres://u:p@postgres/d')
    expect(suggestionsFor(found, 'databaseAddress')).toEqual(['postgres:5432'])
    expect(notesOf(found)).toContain('Import the docker-compose.yml')
    expect(toVariables(found).DATABASE_URL).toBeUndefined()
  })

  it.each([
    ['/srv/readur', ['/srv/readur'], 'may be a folder in Readur’s container'],
    ['/app/uploads', [], 'may be a folder in Readur’s container'],
    ['./uploads', [], 'is relative to the folder that Readur is started in'],
  ])('does not take UPLOAD_PATH=%s for a folder of the server', (path, offered, reason) => {
    const found = discoverEnvText(`UPLOAD_PATH=${path}`)
    expect(suggestionsFor(found, 'uploadsHost')).toEqual(offered)
    expect(reasonOf(found, 'uploadsHost')).toContain(reason)
  })

  it('tells which lines are no variable', () => {
    expect(notesOf(discoverEnvText('UPLOAD_PATH=/u\nnot one\n- nor this'))).toContain('left out: 2, 3.')
  })

  it.each(['', 'hello', 'DB_PASSWORD=x\nJWT_SECRET=y', 'mysql://u:p@h/d', '{"a": 1}'])(
    'has nothing of Readur: %j',
    async (text) => {
      expect(await refusal(() => discoverEnvText(text))).toBe(
        'READUR_NOT_FOUND: There is no Readur in the pasted text.',
      )
    },
  )
})
