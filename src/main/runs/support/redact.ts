import type { SiteSettings, Variables } from '../../profiles/settings.ts'

/** What stands where a secret was. */
export const removed = '***'

/** Shorter ones stand in every text by chance; the shapes below still find them where they matter. */
const shortest = 3

/** Names of settings whose values are secret. */
const secretName = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|(^|_)key($|_)/i

/** Shapes in which secrets stand in texts, whatever they are; the group before them stays. */
const shapes: [RegExp, string][] = [
  // scheme://user:password@host
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@"'<>]*:)[^\s@"'<>]+(?=@)/gi, `$1${removed}`],
  [
    /(\bauthorization["']?\s*[:=]\s*["']?\s*)(?:(?:bearer|basic|token|aws4-hmac-sha256)\b[^\r\n"']*|[^\s"',}]+)/gi,
    `$1${removed}`,
  ],
  [/(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}/gi, `$1${removed}`],
  [
    /((?:signature|x-amz-security-token|x-amz-credential|x-amz-signature)["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi,
    `$1${removed}`,
  ],
  [/((?:set-)?cookie["']?\s*[:=]\s*)[^\r\n]+/gi, `$1${removed}`],
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, removed],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, removed],
  // NAME=value, "name": "value"; what stands in quotes stays in them, so that JSON stays JSON.
  [
    /(\\?["']?[\w.-]*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key)[\w.-]*\\?["']?\s*[:=]\s*)(\\?["'])(?:(?!\2)[^\r\n])*\2/gi,
    `$1$2${removed}$2`,
  ],
  [
    /(\\?["']?[\w.-]*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key)[\w.-]*\\?["']?\s*[:=]\s*)(?!\\?["'[{]|null|true|false|\d+\b)[^\s"',;&}]+/gi,
    `$1${removed}`,
  ],
]

/** Takes secrets out of texts: those that are known, in every form in which they may stand there, and what looks like one. */
export class Redactor {
  readonly #known: RegExp | null

  constructor(secrets: Iterable<string>) {
    const forms = new Set<string>()
    for (const secret of secrets) for (const form of formsOf(secret)) if (form.length >= shortest) forms.add(form)
    // The longest first: what holds another secret goes whole.
    const sorted = [...forms].sort((one, other) => other.length - one.length)
    const escaped = sorted.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    // In whatever case: a log may have changed it.
    this.#known = escaped.length > 0 ? new RegExp(escaped.join('|'), 'gi') : null
  }

  clean(text: string): string {
    let cleaned = this.#known ? text.replace(this.#known, removed) : text
    for (const [shape, replacement] of shapes) cleaned = cleaned.replace(shape, replacement)
    return cleaned
  }
}

/** A secret as itself, encoded for an address, a header, JSON, a shell; and as part of something in base64. */
function formsOf(secret: string): string[] {
  if (secret.length < shortest) return []
  const percent = encodeURIComponent(secret)
  const strict = percent.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const plain = [
    secret,
    percent,
    strict,
    percent.replaceAll('%20', '+'),
    new URLSearchParams([['', secret]]).toString().slice(1),
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", `'\\''`),
    secret.replaceAll("'", "''"),
  ]
  return [...plain, ...plain.flatMap((form) => base64FormsOf(form)), Buffer.from(secret).toString('hex')]
}

/** However many bytes stand before it, base64 has one of three forms of it; their first and last letters mix with others. */
function base64FormsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    const inner = encoded.slice(before === 0 ? 0 : before + 1, whole)
    const forms = before === 0 ? [encoded, inner] : [inner]
    return forms
      .filter((form) => form.length >= 6)
      .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
  })
}

/** Every secret that the program knows of: of the settings, and of the environment. */
export function secretsOf(settings: SiteSettings, variables: Variables): string[] {
  const { database, s3, login, readur } = settings
  const named = Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && secretName.test(name) ? [value] : [],
  )
  const addresses = [database.url, ...Object.values(variables)].flatMap((value) => passwordsOf(value ?? ''))
  return [
    ...addresses,
    ...named,
    s3.secretAccessKey,
    s3.accessKeyId,
    ...(login?.password === undefined ? [] : [login.password]),
    ...(login?.passphrase === undefined ? [] : [login.passphrase]),
    ...(readur.token === null ? [] : [readur.token]),
  ]
}

/** The password in an address, as it stands there and as it is meant. */
function passwordsOf(text: string): string[] {
  if (!text.includes('://') || !URL.canParse(text)) return []
  const { password, searchParams } = new URL(text)
  const found = [password, searchParams.get('password') ?? '', searchParams.get('sslpassword') ?? ''].filter(Boolean)
  return found.flatMap((one) => {
    try {
      return [one, decodeURIComponent(one)]
    } catch {
      return [one]
    }
  })
}

/** Variables that say something about Readur or this program, those with secrets by name alone. */
export function shownVariables(variables: Variables): Record<string, string> {
  const shown = Object.entries(variables).filter(
    ([name, value]) =>
      value !== undefined && /^(S3_|STORAGE_|POSTGRES_|DATABASE_|UPLOAD|READUR|PG|AWS_|NODE_ENV$)/.test(name),
  )
  return Object.fromEntries(shown.map(([name, value]) => [name, secretName.test(name) ? removed : (value ?? '')]))
}
