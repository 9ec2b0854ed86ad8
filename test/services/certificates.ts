import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Certificates {
  /** File with the certificate of the authority. */
  authority: string
  certificate: string
  key: string
  /** File with the list of the authority's certificates that were revoked: this one. */
  revoked: () => Promise<string>
}

/** A certificate for `host`, signed by an authority of its own, in `dir`. */
export async function makeCertificates(dir: string, host: string): Promise<Certificates> {
  const path = (name: string): string => join(dir, name)
  const openssl = (...args: string[]) => run('openssl', args)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const ca = ['-keyout', path('ca.key'), '-out', path('ca.crt'), '-subj', '/CN=Test authority', '-days', '2']
  await openssl('req', '-x509', ...key, ...ca)
  await openssl('req', ...key, '-keyout', path('server.key'), '-out', path('server.csr'), '-subj', `/CN=${host}`)
  await writeFile(path('names'), `subjectAltName=DNS:${host}\n`)
  const signed = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', path('names')]
  await openssl('x509', '-req', '-in', path('server.csr'), '-out', path('server.crt'), '-days', '2', ...signed)
  const revoked = async (): Promise<string> => {
    await writeFile(path('index'), '')
    const config = ['[ca]', 'default_ca=own', '[own]', `database=${path('index')}`, 'default_md=sha256', '']
    await writeFile(path('ca.conf'), config.join('\n'))
    const own = ['ca', '-config', path('ca.conf'), '-keyfile', path('ca.key'), '-cert', path('ca.crt')]
    await openssl(...own, '-revoke', path('server.crt'))
    await openssl(...own, '-gencrl', '-crldays', '2', '-out', path('revoked.crl'))
    return path('revoked.crl')
  }
  return { authority: path('ca.crt'), certificate: path('server.crt'), key: path('server.key'), revoked }
}
