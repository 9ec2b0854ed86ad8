import { secretParameters } from '../../shared/postgresAddress.ts'
import { unknownMark } from './environment.ts'

/** Parts of a database address as written; what it does not say is undefined. */
interface DatabaseParts {
  host: string | undefined
  port: string | undefined
  name: string | undefined
  user: string | undefined
  password: string | undefined
  /** libpq's sslmode. */
  tls: string | undefined
  /** All else that it says after its question mark, secrets excepted. */
  parameters: string | undefined
}

/** What has a place of its own, or is not kept. */
const named = ['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'ssl-mode', ...secretParameters]

/**
 * Takes a `postgres://` address apart. Null when it is none, or when a sign in the password (`/ ? #`) would make parts
 * of it look like host or name.
 */
export function parseDatabaseUrl(text: string): DatabaseParts | null {
  if (!/^postgres(ql)?:\/\//i.test(text)) return null
  // A port that is not known would make the address unreadable.
  const unknownPort = new RegExp(`:${unknownMark}(?=[/?]|$)`).test(text)
  const readable = text.replace(new RegExp(`:${unknownMark}(?=[/?]|$)`), '')
  if (!URL.canParse(readable)) return null
  const url = new URL(readable)
  if (url.hash !== '' || /[@]/.test(url.pathname + url.search)) return null

  const query = (name: string) => nonEmpty(url.searchParams.get(name) ?? '')
  const host = query('host') ?? nonEmpty(decode(url.hostname).replace(/^\[(.*)\]$/, '$1'))
  return {
    host,
    port: unknownPort ? unknownMark : (query('port') ?? nonEmpty(url.port)),
    name: query('dbname') ?? nonEmpty(decode(url.pathname.slice(1))),
    user: query('user') ?? nonEmpty(decode(url.username)),
    password: query('password') ?? nonEmpty(decode(url.password)),
    tls: query('sslmode') ?? query('ssl-mode'),
    parameters: nonEmpty(
      new URLSearchParams([...url.searchParams].filter(([name]) => !named.includes(name))).toString(),
    ),
  }
}

const nonEmpty = (text: string): string | undefined => (text === '' ? undefined : text)

/** A `%` that stands for itself is left as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `host:port`, with brackets around an IPv6 address. */
export const addressOf = (host: string, port: string): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

interface DatabaseTarget {
  /** `host:port`; the host may be the folder of a Unix socket. */
  address: string
  name: string
  user: string
  password: string | undefined
  tls: string | undefined
  parameters?: string | undefined
}

/** A `postgresql://` address; undefined when the parts make none. */
export function databaseUrl({ address, name, user, password, tls, parameters }: DatabaseTarget): string | undefined {
  const [, folder, port = ''] = /^(\/.*?)(:\d+)?$/.exec(address) ?? []
  const text = `postgresql://${folder === undefined ? address : `localhost${port}`}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.host === '' || url.pathname !== '' || url.username !== '' || url.search + url.hash !== '') return undefined
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password ?? '')
  url.pathname = `/${encodeURIComponent(name)}`
  if (folder !== undefined) url.searchParams.set('host', folder)
  if (tls !== undefined) url.searchParams.set('sslmode', tls)
  for (const [key, value] of new URLSearchParams(parameters)) url.searchParams.append(key, value)
  return url.href
}
