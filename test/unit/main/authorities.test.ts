import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ownAuthorities } from '../../../src/main/profiles/authorities.ts'
import { readSettings, readStorageSettings } from '../../../src/main/profiles/settings.ts'
import { makeCertificates, type Certificates } from '../../services/certificates.ts'

const run = promisify(execFile)

let dir = ''
let made: Certificates
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-ca-'))
  made = await makeCertificates(dir, 'localhost')
})
afterEach(() => vi.useRealTimers())
afterAll(() => rm(dir, { recursive: true, force: true }))

const file = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(join(dir, name), content)
  return join(dir, name)
}
const read = (S3_CA_FILE: string) => ownAuthorities({ S3_CA_FILE })?.certificates
function refusal(path: string): string {
  try {
    read(path)
  } catch (error) {
    expect(error).toMatchObject({ code: 'SETTING_INVALID', subject: 'S3_CA_FILE', scope: 'run' })
    return error instanceof Error ? error.message.replaceAll(dir, '') : ''
  }
  return 'taken'
}

describe('a CA file of one’s own', () => {
  it('is that of storage service, Readur and database alike', async () => {
    const pem = await readFile(made.authority, 'utf8')
    const variables = {
      DATABASE_URL: 'postgres://h/d',
      READUR_UPLOADS_DIR: dir,
      S3_BUCKET_NAME: 'b',
      S3_ACCESS_KEY_ID: 'k',
      S3_SECRET_ACCESS_KEY: 's',
      S3_CA_FILE: made.authority,
    }
    const { s3, readur, database } = readSettings(variables)
    expect(s3.ca).toEqual([pem])
    expect(readur.ca).toEqual([pem])
    expect(database.authorities).toEqual({ file: made.authority, certificates: [pem] })
    expect(readStorageSettings(variables).ca).toEqual([pem])
    expect(readSettings({ ...variables, S3_CA_FILE: ' ' })).toMatchObject({ s3: { ca: undefined } })
  })

  it('may hold a whole bundle, with words between and old ones in it', async () => {
    const own = await readFile(made.authority, 'utf8')
    const lasting = rootCertificates.find((it) => Date.parse(new X509Certificate(it).validTo) > Date.now() + 1e11) ?? ''
    const bundle = await file('bundle.pem', `# Own\r\n${own}\n# Public\n${lasting}\n`)
    expect(read(bundle)).toEqual([own, new X509Certificate(lasting).toString()])
    vi.setSystemTime(Date.now() + 5 * 24 * 3_600_000)
    expect(read(bundle)).toEqual([new X509Certificate(lasting).toString()])
  })

  it('that cannot be used is refused in words', async () => {
    const pem = await readFile(made.authority, 'utf8')
    const [, second = ''] = pem.split('\n')
    expect(refusal(join(dir, 'none.pem'))).toBe('S3_CA_FILE: there is no file “/none.pem”.')
    expect(refusal(dir)).toBe('S3_CA_FILE: “” is not a file.')
    expect(refusal(await file('large.pem', Buffer.alloc(1024 ** 2 + 1)))).toBe(
      'S3_CA_FILE: “/large.pem” is too large for certificates (over 1 MB).',
    )
    expect(refusal(await file('text.pem', 'hello'))).toBe(
      'S3_CA_FILE: “/text.pem” has no certificate in PEM form (-----BEGIN CERTIFICATE-----).',
    )
    await run('openssl', ['x509', '-in', made.authority, '-outform', 'der', '-out', join(dir, 'ca.cer')])
    expect(refusal(join(dir, 'ca.cer'))).toBe(
      'S3_CA_FILE: “/ca.cer” has no certificate in PEM form (-----BEGIN CERTIFICATE-----). It seems to be DER: convert it with “openssl x509 -inform der”.',
    )
    expect(refusal(made.key)).toBe(
      'S3_CA_FILE: “/server.key” holds a private key and no certificate. Name the file with the certificate of the authority.',
    )
    expect(refusal(await file('cut.pem', pem.replace(second, second.slice(4))))).toBe(
      'S3_CA_FILE: certificate 1 in “/cut.pem” is damaged.',
    )
    const ended = new Date(new X509Certificate(pem).validTo).toISOString().slice(0, 10)
    vi.setSystemTime(Date.now() + 5 * 24 * 3_600_000)
    expect(refusal(made.authority)).toBe(`S3_CA_FILE: the certificate in “/ca.crt” expired on ${ended}.`)
  })
})
