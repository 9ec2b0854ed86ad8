import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withClient, type PostgresSettings } from '../../src/main/adapters/postgres/connection.ts'
import { ownAuthorities } from '../../src/main/profiles/authorities.ts'
import { serverAccount } from '../../src/sandbox/account.ts'
import { makeCertificates, type Certificates } from '../services/certificates.ts'
import { startTestPostgres, type PostgresServer } from '../services/postgres.ts'
import { never } from './sshHarness.ts'

let dir = ''
let server: PostgresServer
let certificates: Certificates

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-parameters-'))
  await chmod(dir, 0o755)
  certificates = await makeCertificates(dir, 'localhost')
  const account = await serverAccount()
  if (account) await chown(certificates.key, account.uid, account.gid)
  const { certificate, key } = certificates
  server = await startTestPostgres({ ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key })
}, 60_000)
afterAll(async () => {
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

/** What comes of a connection with these parameters, on a real server with TLS. */
const connected = (query: string, authorities?: PostgresSettings['authorities']): Promise<unknown> => {
  const { user, password, port, database } = server
  const url = `postgres://${user}:${password}@localhost:${port}/${database}?${query}`
  return withClient({ url, label: 'test', timeoutMs: 5_000, authorities }, never, async (client) => {
    await client.query('SELECT 1')
    return 'connected'
  }).catch((error: unknown) => error)
}

describe('what an address says of safety', () => {
  it.each([
    'sslmode=require&channel_binding=require',
    'sslmode=require&require_auth=scram-sha-256',
    'require_auth=!password,!md5,!none',
    'sslmode=require&channel_binding=require&require_auth=scram-sha-256',
    'sslmode=require&sslnegotiation=direct',
    'sslmode=require&ssl_min_protocol_version=TLSv1.3',
    'sslmode=require&ssl_max_protocol_version=TLSv1.2',
    'target_session_attrs=read-write',
    'target_session_attrs=primary',
    'target_session_attrs=prefer-standby',
    'gssencmode=disable&sslmode=disable',
  ])('“%s” is kept to', async (query) => {
    expect(await connected(query)).toBe('connected')
  })

  it.each([
    ['sslmode=disable&channel_binding=require', 'DB_LOGIN_UNSAFE'],
    ['require_auth=md5', 'DB_LOGIN_UNSAFE'],
    ['require_auth=!scram-sha-256', 'DB_LOGIN_UNSAFE'],
    ['target_session_attrs=standby', 'DB_WRONG_SERVER'],
    ['target_session_attrs=read-only', 'DB_WRONG_SERVER'],
    ['target_session_attrs=read-write&options=-c default_transaction_read_only=on', 'DB_WRONG_SERVER'],
    ['sslmode=require&sslcrl=/nowhere/revoked.crl', 'DB_TLS'],
  ])('“%s” lets nobody in whom it does not mean', async (query, code) => {
    expect(await connected(query)).toMatchObject({ code })
  })

  it('a certificate of an authority of the connection (S3_CA_FILE) is trusted, and of no other', async () => {
    const S3_CA_FILE = certificates.authority
    expect(await connected('sslmode=verify-full', ownAuthorities({ S3_CA_FILE }))).toBe('connected')
    expect(await connected('sslmode=verify-full&sslrootcert=system', ownAuthorities({ S3_CA_FILE }))).toBe('connected')
    expect(await connected('sslmode=verify-full')).toMatchObject({ code: 'DB_TLS' })
    const another = { file: '/other.pem', certificates: [rootCertificates[0] ?? ''] }
    expect(await connected('sslmode=verify-full', another)).toMatchObject({ code: 'DB_TLS' })
  })

  it('a certificate that was revoked is trusted no more', async () => {
    const trusting = `sslmode=verify-full&sslrootcert=${certificates.authority}`
    expect(await connected(trusting)).toBe('connected')
    const revoked = await certificates.revoked()
    expect(await connected(`${trusting}&sslcrl=${revoked}`)).toMatchObject({ code: 'DB_TLS' })
  })
})
