/** Names that Node gives to a connection that could not be made or did not last, in words. */
const words: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused: nothing listens on that port.',
  ECONNRESET: 'The connection was interrupted.',
  ECONNABORTED: 'The connection was interrupted.',
  EPIPE: 'The connection was interrupted.',
  UND_ERR_SOCKET: 'The connection was interrupted.',
  ERR_STREAM_PREMATURE_CLOSE: 'The connection was interrupted.',
  ETIMEDOUT: 'There was no answer in time.',
  TimeoutError: 'There was no answer in time.',
  EHOSTUNREACH: 'There is no network route to the host.',
  ENETUNREACH: 'There is no network route to the host.',
  ENETDOWN: 'There is no network route to the host.',
  EADDRNOTAVAIL: 'This computer has no free port for another connection.',
  ENOTFOUND: 'The host name is not known.',
  EAI_AGAIN: 'The host name could not be looked up.',
}

/** What answers a TLS greeting with something else. */
const noTls = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE))$/

const ofCertificate: Record<string, string> = {
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet, or the clock of this computer is wrong.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate was issued by an authority that this computer does not know.',
  UNABLE_TO_GET_ISSUER_CERT: 'The certificate was issued by an authority that this computer does not know.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate was issued by an authority that this computer does not know.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate was issued by an authority that this computer does not know.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host name.',
}

/** A certificate that is not trusted, or no TLS at all. */
const tlsError = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_)/

/** What went wrong on the way to a service, before it could answer. */
export interface NetworkFault {
  kind: 'unreachable' | 'tls' | 'no tls'
  words: string
}

const field = (error: object, name: string): unknown => (name in error ? Reflect.get(error, name) : undefined)

/** Null: the connection is not what went wrong. */
export function networkFault(error: unknown): NetworkFault | null {
  for (let depth = 0, at = error; depth < 4 && typeof at === 'object' && at !== null; depth += 1) {
    for (const name of [field(at, 'code'), at instanceof Error ? at.name : undefined]) {
      const fault = typeof name === 'string' ? faultOf(name, at) : null
      if (fault) return fault
    }
    at = field(at, 'cause')
  }
  return null
}

function faultOf(name: string, error: object): NetworkFault | null {
  if (noTls.test(name)) return { kind: 'no tls', words: 'What answers on that port does not speak https.' }
  if (tlsError.test(name))
    return { kind: 'tls', words: ofCertificate[name] ?? `No encrypted connection was made (${name}).` }
  if (name.startsWith('HPE_')) return { kind: 'unreachable', words: 'What answers on that port does not speak HTTP.' }
  const said = words[name]
  if (said === undefined) return null
  const host = field(error, 'hostname')
  const isName = typeof host === 'string' && (name === 'ENOTFOUND' || name === 'EAI_AGAIN')
  return { kind: 'unreachable', words: isName ? unknownName(host) : said }
}

/** A name without a dot is one of a network of its own, that of Docker above all. */
const unknownName = (host: string): string =>
  host.includes('.') || host === 'localhost'
    ? `The host name “${host}” is not known.`
    : `This computer does not know “${host}”: a name without a dot usually exists only inside Docker.`
