import { describe, expect, it } from 'vitest'
import { variablesOf } from '../../../src/main/runs/backup/dump.ts'
import { ownSettings } from '../../../src/main/profiles/ownSettings.ts'
import { readSettings } from '../../../src/main/profiles/settings.ts'
import { addressOf, loginRules } from '../../../src/main/adapters/postgres/login.ts'
import { tlsPlan } from '../../../src/main/adapters/postgres/tls.ts'
import { readPostgresAddress, wrongInParameters } from '../../../src/shared/postgresAddress.ts'

const address = 'postgres://readur:planted@db:5433/docs'
const refusal = (query: string): string => {
  try {
    readPostgresAddress(`${address}?${query}`)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'taken'
}

describe('an address of a database', () => {
  it('is taken apart, and its query goes before what stands before it', () => {
    const { parameters, ...rest } = readPostgresAddress(`${address}?user=me%40home&host=/run/pg&dbname=other&port=1`)
    expect(rest).toEqual({ host: '/run/pg', port: 1, name: 'other', user: 'me@home', password: 'planted' })
    expect([...parameters]).toEqual([])
  })

  it.each([
    'requirepeer=postgres',
    'hostaddr=10.0.0.1',
    'passfile=/p',
    'service=s',
    'sslcrldir=/d',
    'requiressl=1',
    'sslkeylogfile=/k',
    'gssencmode=require',
    'sslcertmode=require',
    'sslsni=0',
    'min_protocol_version=3.2',
    'replication=true',
    'scram_client_key=x',
    'oauth_issuer=x',
  ])('with %s is refused: the parameter is named, and what to do', (query) => {
    const [name = ''] = query.split('=')
    expect(refusal(query)).toContain(name)
    expect(refusal(query)).toMatch(/Remove|Write|Name/)
  })

  it.each(['chanel_binding=require', 'sslmodus=require', 'SSLMODE=require'])(
    'with %s is refused: nobody knows the parameter',
    (query) => expect(refusal(query)).toMatch(/which PostgreSQL does not know/),
  )

  it.each(['sslmode=verify-full&sslmode=disable', 'ssl-mode=verify-full&sslmode=disable'])(
    'that says two things (%s) is refused',
    (query) => expect(refusal(query)).toBe('gives sslmode twice. Leave one of them.'),
  )

  it('with names of sqlx means what they mean', () => {
    const { parameters } = readPostgresAddress(`${address}?ssl-mode=verify-ca&ssl-ca=/ca.pem&options[search_path]=a b`)
    expect(Object.fromEntries(parameters)).toEqual({
      sslmode: 'verify-ca',
      sslrootcert: '/ca.pem',
      options: '-c search_path=a\\ b',
    })
  })

  it('of several hosts is refused', () => {
    expect(() => readPostgresAddress('postgres://a,b/d')).toThrow(/several hosts/)
    expect(refusal('host=a,b')).toMatch(/several hosts/)
  })

  it('repeats none of its values when it is refused', () => {
    for (const query of ['sslcrldir=secret', 'gssencmode=secret', 'secret\nname=1'])
      expect(refusal(query)).not.toMatch(/secret$|\n/)
    expect(() => readPostgresAddress('mysql://planted')).not.toThrow('planted')
  })
})

describe('what is kept of an address', () => {
  const safe = `${address}?sslmode=verify-full&channel_binding=require&sslcrl=%2Fetc%2Frevoked.pem&require_auth=scram-sha-256`

  it('by a connection loses none of it', () => {
    const { variables, secrets } = ownSettings({ DATABASE_URL: safe })
    expect(variables).toMatchObject({
      POSTGRES_SSLMODE: 'verify-full',
      POSTGRES_PARAMETERS: 'channel_binding=require&sslcrl=%2Fetc%2Frevoked.pem&require_auth=scram-sha-256',
    })
    const s3 = { S3_BUCKET_NAME: 'b', S3_ACCESS_KEY_ID: 'k', S3_SECRET_ACCESS_KEY: 's', READUR_UPLOADS_DIR: '/up' }
    const { database } = readSettings({ ...variables, ...secrets, ...s3 })
    const sorted = (url: string) => {
      const { parameters, ...rest } = readPostgresAddress(url)
      return { ...rest, parameters: Object.fromEntries(parameters) }
    }
    expect(sorted(database.url)).toEqual(sorted(safe))
    expect(database.label).toBe('db:5433/docs')
  })

  it('by a connection is no secret', () => {
    expect(() => ownSettings({ DATABASE_URL: `${address}?sslpassword=planted` })).toThrow(/sslpassword/)
    expect(wrongInParameters('sslpassword=planted')).toMatch(/secret/)
    expect(wrongInParameters('host=evil.example')).toMatch(/setting of its own/)
    expect(wrongInParameters('channel_binding=require')).toBeNull()
  })

  it('reaches pg_dump too', () => {
    expect(variablesOf(safe)).toEqual({
      PGHOST: 'db',
      PGPORT: '5433',
      PGUSER: 'readur',
      PGPASSWORD: 'planted',
      PGDATABASE: 'docs',
      PGSSLMODE: 'verify-full',
      PGCHANNELBINDING: 'require',
      PGSSLCRL: '/etc/revoked.pem',
      PGREQUIREAUTH: 'scram-sha-256',
    })
    expect(() => variablesOf(`${address}?sslpassword=planted`)).toThrow(/sslpassword/)
    const authorityOf = (query: string) => variablesOf(`${address}?${query}`, '/own.pem').PGSSLROOTCERT
    expect(authorityOf('sslmode=verify-full')).toBe('/own.pem')
    expect(authorityOf('sslmode=verify-full&sslrootcert=/ca.pem')).toBe('/ca.pem')
    expect(authorityOf('sslmode=require')).toBeUndefined()
  })
})

describe('a value that cannot be', () => {
  const of = (query: string) => readPostgresAddress(`${address}?${query}`)

  it.each(['channel_binding=maybe', 'require_auth=kerberos', 'require_auth=md5,!password'])('%s', (query) => {
    expect(() => loginRules(of(query))).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
  })

  it.each([
    'sslnegotiation=late',
    'sslnegotiation=direct',
    'ssl_min_protocol_version=SSLv3',
    'sslmode=require&ssl_max_protocol_version=TLSv1.1',
    'sslmode=require&sslkey=/k',
  ])('%s', async (query) => {
    await expect(tlsPlan(of(query), [], '/nowhere')).rejects.toMatchObject({ code: 'SETTING_INVALID' })
  })

  it('sslcrl without an authority', async () => {
    await expect(tlsPlan(of('sslmode=require&sslcrl=/dev/null'), [], '/nowhere')).rejects.toMatchObject({
      code: 'DB_TLS',
    })
  })

  it('in an address that is refused is an error of the settings', () => {
    expect(() => addressOf(`${address}?nothing=1`)).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    const settings = { DATABASE_URL: `${address}?nothing=1`, S3_BUCKET_NAME: 'b' }
    expect(() => readSettings(settings)).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', subject: 'DATABASE_URL' }),
    )
  })
})
