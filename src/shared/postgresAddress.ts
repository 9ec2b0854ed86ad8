/** A `postgres://` address, taken apart. */
export interface PostgresAddress {
  /** A host, or the folder of a Unix socket. */
  host: string
  port: number
  name: string
  user: string
  password: string
  /** What else it says, by libpq's names. Nothing that is not understood or harmless is among them. */
  parameters: ReadonlyMap<string, string>
}

/** Why an address cannot be used, in words that repeat no value of it. */
export class PostgresAddressError extends Error {}

/**
 * What becomes of a parameter. `used`: it means here what it means to libpq. `harmless`: without it nothing is less
 * safe and nothing else is reached. Values: only these mean nothing. Else the advice that it is refused with.
 */
type Use = 'used' | 'harmless' | readonly string[] | { advice: string }

const remove = { advice: 'It has no counterpart here. Remove it, if the connection is as safe as you need without it.' }

const uses: Readonly<Record<string, Use>> = {
  sslmode: 'used',
  ssl: 'used',
  sslrootcert: 'used',
  sslcert: 'used',
  sslkey: 'used',
  sslpassword: 'used',
  sslcrl: 'used',
  sslnegotiation: 'used',
  ssl_min_protocol_version: 'used',
  ssl_max_protocol_version: 'used',
  channel_binding: 'used',
  require_auth: 'used',
  target_session_attrs: 'used',
  options: 'used',

  application_name: 'harmless',
  fallback_application_name: 'harmless',
  client_encoding: 'harmless',
  connect_timeout: 'harmless',
  keepalives: 'harmless',
  keepalives_idle: 'harmless',
  keepalives_interval: 'harmless',
  keepalives_count: 'harmless',
  tcp_user_timeout: 'harmless',
  load_balance_hosts: 'harmless',
  sslcompression: 'harmless',
  // Those of Kerberos, which is not spoken here: gssencmode says whether it must be.
  krbsrvname: 'harmless',
  gsslib: 'harmless',
  gssdelegation: 'harmless',
  // Of sqlx, which Readur uses, and of node-postgres.
  'statement-cache-capacity': 'harmless',
  uselibpqcompat: 'harmless',

  gssencmode: ['disable', 'prefer'],
  sslcertmode: ['allow'],
  sslsni: ['1'],
  min_protocol_version: ['3.0'],
  max_protocol_version: ['3.0', '3.2', 'latest'],

  hostaddr: { advice: 'Write the address as the host.' },
  passfile: { advice: 'Write the password itself, as POSTGRES_PASSWORD or in the address.' },
  service: { advice: 'Write what the service stands for.' },
  servicefile: { advice: 'Write what the service stands for.' },
  sslcrldir: { advice: 'Name one file of revoked certificates with sslcrl.' },
  requiressl: { advice: 'Write sslmode=require.' },
  requirepeer: remove,
  sslkeylogfile: remove,
  scram_client_key: remove,
  scram_server_key: remove,
  oauth_issuer: remove,
  oauth_client_id: remove,
  oauth_client_secret: remove,
  oauth_scope: remove,
  replication: remove,
}

/** Names that sqlx knows for the same. */
const aliases: Readonly<Record<string, string>> = {
  'ssl-mode': 'sslmode',
  'ssl-root-cert': 'sslrootcert',
  'ssl-ca': 'sslrootcert',
  'ssl-cert': 'sslcert',
  'ssl-key': 'sslkey',
}

/** What an address says before its question mark, and may say after it instead. */
const parts = ['host', 'port', 'dbname', 'user', 'password'] as const

/** Reads an address as libpq does. Throws PostgresAddressError. */
export function readPostgresAddress(address: string): PostgresAddress {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null) throw new PostgresAddressError('is not an address.')
  if (!/^postgres(ql)?:$/.test(url.protocol))
    throw new PostgresAddressError('must begin with postgres:// or postgresql://.')
  if (url.hash !== '') throw new PostgresAddressError('has a # in it. In a password write %23.')
  const query = new Map<string, string>()
  const options: string[] = []
  for (const [key, value] of url.searchParams) {
    const option = /^options\[(\w+)\]$/.exec(key)?.[1]
    const name = aliases[key] ?? key
    if (option !== undefined) options.push(`-c ${option}=${value.replace(/([\\\s])/g, '\\$1')}`)
    else if (query.has(name)) throw new PostgresAddressError(`gives ${name} twice. Leave one of them.`)
    else query.set(name, value)
  }
  // What stands after the question mark goes before what stands in front of it.
  const taken = (name: string, otherwise: string): string => {
    const value = query.get(name) ?? ''
    query.delete(name)
    return value === '' ? otherwise : value
  }
  const place = {
    host: taken('host', plain(url.hostname).replace(/^\[(.*)\]$/, '$1')),
    port: taken('port', url.port === '' ? '5432' : url.port),
    name: taken('dbname', plain(url.pathname.slice(1))),
    user: taken('user', plain(url.username)),
    password: taken('password', plain(url.password)),
  }
  for (const [name, value] of query) check(name, value)
  const all = [query.get('options') ?? '', ...options].filter((it) => it !== '').join(' ')
  if (all !== '') query.set('options', all)

  if (/%(?![0-9a-f]{2})/i.test(url.pathname)) {
    throw new PostgresAddressError('has a name in which % does not stand before two hexadecimal digits.')
  }
  if (place.host.includes(',')) throw new PostgresAddressError('names several hosts. Name the one to work on.')
  if (!/^\d{1,5}$/.test(place.port)) throw new PostgresAddressError('has a port that isn’t a number.')
  const host = place.host === '' ? 'localhost' : place.host
  return { ...place, host, port: Number(place.port), parameters: query }
}

/** Parameters that are secrets themselves: where none are kept, they are not. */
export const secretParameters = ['sslpassword'] as const

/** Reads parameters alone, as they stand after the question mark. Throws PostgresAddressError. */
export function readPostgresParameters(text: string): ReadonlyMap<string, string> {
  const place = parts.find((name) => new URLSearchParams(text).has(name))
  if (place !== undefined) throw new PostgresAddressError(`names ${place}, which has a setting of its own.`)
  return readPostgresAddress(`postgres://host?${text}`).parameters
}

/** What is wrong with parameters where no secret is kept; null: nothing. */
export function wrongInParameters(text: string): string | null {
  try {
    const secret = secretParameters.find((name) => readPostgresParameters(text).has(name))
    return secret === undefined ? null : `names ${secret}, a secret that cannot be kept here.`
  } catch (error) {
    if (error instanceof PostgresAddressError) return error.message
    throw error
  }
}

function check(name: string, value: string): void {
  const use = uses[name]
  if (use === undefined) {
    throw new PostgresAddressError(
      `has the parameter “${printable(name)}”, which PostgreSQL does not know. Correct or remove it.`,
    )
  }
  if (use === 'used' || use === 'harmless') return
  if ('advice' in use)
    throw new PostgresAddressError(`has the parameter ${name}, which is not supported. ${use.advice}`)
  if (use.includes(value)) return
  throw new PostgresAddressError(
    `sets ${name} to a value that is not supported. Remove it, or set it to ${use.join(' or ')}.`,
  )
}

const printable = (text: string): string => text.slice(0, 50).replace(/[^\w.-]/g, '?')

/** A `%` that stands for itself is left as it is. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
