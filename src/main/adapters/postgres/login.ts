import type { Client } from 'pg'
import { z } from 'zod'
import { readPostgresAddress, PostgresAddressError, type PostgresAddress } from '../../../shared/postgresAddress.ts'
import { MigrateError } from '../../engine/errors.ts'

/** The address that settings name. Throws SETTING_INVALID. */
export function addressOf(url: string): PostgresAddress {
  try {
    return readPostgresAddress(url)
  } catch (cause) {
    if (cause instanceof PostgresAddressError) throw invalid(cause.message)
    throw cause
  }
}

/** Ways to log in, by libpq's names. `none`: the server asks for nothing. */
const methods = ['none', 'password', 'md5', 'scram-sha-256'] as const
type Method = (typeof methods)[number]

/** libpq knows these as well; no server gets to use them here. */
const unspoken = ['gss', 'sspi', 'oauth']

interface LoginRules {
  /** Null: each that the server asks for. */
  allowed: ReadonlySet<Method> | null
  binding: 'disable' | 'prefer' | 'require'
}

/** What require_auth and channel_binding ask for. Throws SETTING_INVALID. */
export function loginRules({ parameters }: PostgresAddress): LoginRules {
  const binding = parameters.get('channel_binding') ?? 'disable'
  if (binding !== 'disable' && binding !== 'prefer' && binding !== 'require') {
    throw invalid(`channel_binding is disable, prefer or require, not “${binding}”.`)
  }
  return { allowed: allowedMethods(parameters.get('require_auth') ?? ''), binding }
}

function allowedMethods(text: string): LoginRules['allowed'] {
  if (text === '') return null
  const names = text.split(',').map((it) => it.trim())
  const refused = names.filter((it) => it.startsWith('!'))
  if (refused.length > 0 && refused.length < names.length) {
    throw invalid(
      'require_auth names methods that are allowed or, with a ! before each, methods that are not; not both.',
    )
  }
  const known: readonly string[] = [...methods, ...unspoken]
  const plain = names.map((it) => it.replace(/^!/, ''))
  const strange = plain.find((it) => !known.includes(it))
  if (strange !== undefined) throw invalid(`require_auth: “${strange}” is not one of ${known.join(', ')}.`)
  const isRefusal = refused.length > 0
  return new Set(methods.filter((it) => plain.includes(it) !== isRefusal))
}

const saslMessage = z.object({ mechanisms: z.array(z.string()) })

/**
 * Holds a client that is not connected yet to the rules: the password is handed out only for a way to log in that they
 * allow, and nobody is taken for the server who has not proved to know the password where that is asked for. `password`
 * is what the client is to be given as its password.
 */
export class LoginGuard {
  readonly #rules: LoginRules
  readonly #subject: string
  #refusal: MigrateError | null = null
  #method: Method = 'none'
  #isBound = false
  #isProved = false

  constructor(rules: LoginRules, subject: string) {
    this.#rules = rules
    this.#subject = subject
  }

  /** pg asks for it after our listeners were told what the server asks for. */
  readonly password =
    (password: string): (() => string) =>
    () => {
      if (this.#refusal) throw this.#refusal
      return password
    }

  watch({ connection }: Client, isEncrypted: boolean): void {
    connection.on('authenticationCleartextPassword', () => this.#ask('password'))
    connection.on('authenticationMD5Password', () => this.#ask('md5'))
    connection.on('authenticationSASL', (message: unknown) => {
      this.#isBound = isEncrypted && saslMessage.parse(message).mechanisms.includes('SCRAM-SHA-256-PLUS')
      this.#ask('scram-sha-256')
    })
    connection.on('authenticationSASLFinal', () => (this.#isProved = true))
    connection.on('authenticationOk', () => {
      if (this.#method === 'none') this.#ask('none')
      else if (this.#method === 'scram-sha-256' && !this.#isProved) {
        this.#refuse('The server let us in without proving that it knows the password.')
      }
      if (this.#refusal) connection.emit('error', this.#refusal)
    })
  }

  #ask(method: Method): void {
    this.#method = method
    const { allowed, binding } = this.#rules
    if (allowed !== null && !allowed.has(method)) {
      this.#refuse(`The server wants to log in by ${method}, which require_auth does not allow.`)
    } else if (binding === 'require' && !this.#isBound) {
      this.#refuse(`channel_binding=require: the server offers ${method} without it.`)
    }
  }

  #refuse(message: string): void {
    this.#refusal ??= new MigrateError('DB_LOGIN_UNSAFE', { message, subject: this.#subject })
  }
}

/** With one host these mean what libpq means by them; the rest is no condition. */
const conditions = {
  'read-write': { isMet: ({ readOnly }: SessionState) => !readOnly, words: 'it takes no changes' },
  'read-only': { isMet: ({ readOnly }: SessionState) => readOnly, words: 'it takes changes' },
  primary: { isMet: ({ standby }: SessionState) => !standby, words: 'it is a standby' },
  standby: { isMet: ({ standby }: SessionState) => standby, words: 'it isn’t a standby' },
} as const

const sessionState = z.tuple([z.object({ readOnly: z.boolean(), standby: z.boolean() })])
type SessionState = z.infer<typeof sessionState>[0]

/** Throws SETTING_INVALID, and DB_WRONG_SERVER where target_session_attrs asks for another server. */
export async function assertTarget(client: Client, { parameters }: PostgresAddress, subject: string): Promise<void> {
  const wanted = parameters.get('target_session_attrs') ?? 'any'
  if (wanted === 'any' || wanted === 'prefer-standby') return
  if (!Object.hasOwn(conditions, wanted)) throw invalid(`target_session_attrs does not know “${wanted}”.`)
  const { isMet, words } = conditions[z.enum(['read-write', 'read-only', 'primary', 'standby']).parse(wanted)]
  const { rows } = await client.query(
    `SELECT pg_is_in_recovery() AS standby, pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS "readOnly"`,
  )
  const [state] = sessionState.parse(rows)
  if (isMet(state)) return
  throw new MigrateError('DB_WRONG_SERVER', {
    message: `target_session_attrs=${wanted}, but ${words}.`,
    subject,
  })
}

const invalid = (message: string): MigrateError =>
  new MigrateError('SETTING_INVALID', { message: `DATABASE_URL: ${message}`, subject: 'DATABASE_URL' })
