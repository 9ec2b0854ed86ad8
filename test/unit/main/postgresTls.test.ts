import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isTlsError, mayTryOtherWay, tlsPlan } from '../../../src/main/adapters/postgres/tls.ts'
import { readPostgresAddress } from '../../../src/shared/postgresAddress.ts'

let home = ''
let ca = ''
/** Authorities of the connection (S3_CA_FILE). */
let own: string[] = []
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'readur-tls-'))
  ca = join(home, 'ca.crt')
  await writeFile(ca, 'AUTHORITY')
  own = []
})
afterEach(() => rm(home, { recursive: true, force: true }))

const place = async (name: string, text: string): Promise<void> => {
  await mkdir(join(home, '.postgresql'), { recursive: true })
  await writeFile(join(home, '.postgresql', name), text)
}
const planOf = (url: string) => tlsPlan(readPostgresAddress(url), own, home)
/** What is tried, in words: `plain`, or what of the server is checked. */
const tried = async (query: string, host = 'db.example.com'): Promise<string[]> => {
  const { attempts } = await planOf(`postgres://u:p@${host}/readur${query}`)
  return attempts.map((it) => {
    if (it === false) return 'plain'
    if (it.rejectUnauthorized === false) return 'anyone'
    const all = [it.ca ?? []].flat().map(String)
    const authority =
      all.length > 50 ? ['system', ...all.filter((it) => own.includes(it))].join(' + ') : all.join(' + ')
    return it.checkServerIdentity ? `${authority}, any name` : `${authority} and name`
  })
}

describe('sslmode', () => {
  it.each([
    ['', ['anyone', 'plain']],
    ['?sslmode=disable', ['plain']],
    ['?sslmode=allow', ['plain', 'anyone']],
    ['?sslmode=prefer', ['anyone', 'plain']],
    ['?sslmode=require', ['anyone']],
    ['?sslmode=no-verify', ['anyone']],
    ['?ssl=true', ['anyone']],
    ['?ssl=0', ['plain']],
  ])('of “%s”, without an authority, tries %j', async (query, ways) => {
    expect(await tried(query)).toEqual(ways)
  })

  it.each([
    ['prefer', ['AUTHORITY, any name', 'plain']],
    ['require', ['AUTHORITY, any name']],
    ['verify-ca', ['AUTHORITY, any name']],
    ['verify-full', ['AUTHORITY and name']],
    ['disable', ['plain']],
  ])('%s with sslrootcert tries %j', async (mode, ways) => {
    expect(await tried(`?sslmode=${mode}&sslrootcert=${encodeURIComponent(ca)}`)).toEqual(ways)
  })

  it('finds the authority where libpq looks for it', async () => {
    await place('root.crt', 'OWN')
    expect(await tried('?sslmode=verify-full')).toEqual(['OWN and name'])
    expect(await tried('?sslmode=require')).toEqual(['OWN, any name'])
  })

  it.each(['verify-ca', 'verify-full'])('%s without any authority is refused, not weakened', async (mode) => {
    await expect(tried(`?sslmode=${mode}`)).rejects.toMatchObject({ code: 'DB_TLS', scope: 'run' })
  })

  it('trusts the authorities of the system where sslrootcert says so, and checks the name then', async () => {
    expect(await tried('?sslrootcert=system')).toEqual(['system and name'])
    expect(await tried('?sslrootcert=system&sslmode=verify-full')).toEqual(['system and name'])
    await expect(tried('?sslrootcert=system&sslmode=require')).rejects.toMatchObject({ code: 'SETTING_INVALID' })
  })

  it.each([
    ['', ['anyone', 'plain']],
    ['?sslmode=require', ['anyone']],
    ['?sslmode=verify-ca', ['S3, any name']],
    ['?sslmode=verify-full', ['S3 and name']],
    ['?sslrootcert=system', ['system + S3 and name']],
  ])('of “%s” beside a CA file of the connection tries %j', async (query, ways) => {
    own = ['S3']
    expect(await tried(query)).toEqual(ways)
  })

  it('takes an authority that the address names for the only one, and that of libpq’s folder for another', async () => {
    own = ['S3']
    expect(await tried(`?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`)).toEqual(['AUTHORITY and name'])
    await place('root.crt', 'OWN')
    expect(await tried('?sslmode=verify-full')).toEqual(['OWN + S3 and name'])
  })

  it('that nobody knows is refused', async () => {
    await expect(tried('?sslmode=maybe')).rejects.toMatchObject({ code: 'SETTING_INVALID', subject: 'DATABASE_URL' })
  })

  it('means nothing for a Unix socket', async () => {
    expect(await tried('?host=/run/postgresql&sslmode=require')).toEqual(['plain'])
    expect(await tried('?sslmode=require', '%2Frun%2Fpostgresql')).toEqual(['plain'])
  })
})

describe('certificates', () => {
  it('that are named and missing are an error that names the file', async () => {
    for (const name of ['sslrootcert', 'sslcert']) {
      await expect(tried(`?sslmode=require&${name}=/nowhere/file`)).rejects.toMatchObject({
        code: 'DB_TLS',
        subject: '/nowhere/file',
      })
    }
  })

  it('of our own are taken from the parameters, or from where libpq looks', async () => {
    await place('postgresql.crt', 'CERT')
    await place('postgresql.key', 'KEY')
    const { attempts } = await planOf('postgres://h/d?sslmode=require&sslpassword=secret')
    expect(attempts).toMatchObject([{ cert: 'CERT', key: 'KEY', passphrase: 'secret' }])
  })
})

describe('an error of TLS', () => {
  const coded = (code: string): Error => Object.assign(new Error('x'), { code })

  it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'EPROTO'])(
    'is known by %s',
    (code) => expect(isTlsError(coded(code))).toBe(true),
  )

  it('is not one of the network or of the login', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', '28P01']) {
      expect(isTlsError(coded(code))).toBe(false)
      expect(mayTryOtherWay(coded(code))).toBe(false)
    }
  })

  it('lets the other way be tried, as does a rule of pg_hba.conf', () => {
    expect(mayTryOtherWay(coded('28000'))).toBe(true)
    expect(mayTryOtherWay(new Error('The server does not support SSL connections'))).toBe(true)
  })
})
