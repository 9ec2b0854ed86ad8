import { X509Certificate } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { invalid, valueOf, type Variables } from './variables.ts'

const variable = 'S3_CA_FILE'

/** The bundle of a whole system has about a fifth of it. */
const largestBytes = 1024 ** 2

/** Certificates of one’s own authorities, in PEM. */
export interface Authorities {
  file: string
  certificates: readonly string[]
}

/**
 * Authorities that are trusted beside the known ones, from the file of S3_CA_FILE. Undefined: none was named. Throws
 * SETTING_INVALID: a certificate that is not trusted in the end has to be one that was read.
 */
export function ownAuthorities(variables: Variables): Authorities | undefined {
  const named = valueOf(variables, variable)
  if (named === undefined) return undefined
  const file = resolve(named)
  const bytes = bytesOf(file)
  const blocks = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw invalid(variable, noCertificate(file, bytes))
  const certificates = blocks.map((block, at) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw invalid(variable, `certificate ${at + 1} in “${file}” is damaged.`)
    }
  })
  const lasting = certificates.filter(({ validTo }) => Date.parse(validTo) > Date.now())
  // The bundle of a system may well have old ones in it.
  if (lasting.length > 0) return { file, certificates: lasting.map(String) }
  const ended = Math.max(...certificates.map(({ validTo }) => Date.parse(validTo)))
  const date = new Date(ended).toISOString().slice(0, 10)
  throw invalid(variable, `the certificate in “${file}” expired on ${date}.`)
}

function bytesOf(file: string): Buffer {
  try {
    const handle = openSync(file, 'r')
    try {
      const about = fstatSync(handle)
      if (!about.isFile()) throw invalid(variable, `“${file}” is not a file.`)
      if (about.size > largestBytes) throw invalid(variable, `“${file}” is too large for certificates (over 1 MB).`)
      return readFileSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code === 'SETTING_INVALID') throw cause
    throw invalid(variable, code === 'ENOENT' ? `there is no file “${file}”.` : `“${file}” can’t be read.`)
  }
}

/** What people name instead. */
function noCertificate(file: string, bytes: Buffer): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(bytes.toString('latin1'))) {
    return `“${file}” holds a private key and no certificate. Name the file with the certificate of the authority.`
  }
  // A sequence, as every certificate in DER is.
  const isBinary = bytes[0] === 0x30
  return `“${file}” has no certificate in PEM form (-----BEGIN CERTIFICATE-----).${
    isBinary ? ' It seems to be DER: convert it with “openssl x509 -inform der”.' : ''
  }`
}
