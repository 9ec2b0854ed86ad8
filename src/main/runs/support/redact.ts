import type { SiteSettings, Variables } from '../../profiles/settings.ts'
import { KnownSecrets, type Range } from './knownSecrets.ts'
import { keyBlocksIn, secretShapesIn } from './secretShapes.ts'

/** What stands where a secret was. */
const removed = '***'

/** Names of variables whose values are secret. */
const secretName = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|(^|_)key($|_)/i

/** Of one line; nobody reads more of it. */
const longestLine = 64 * 1024
/** Signs that are looked at without a pause. */
const betweenPauses = 256 * 1024

/** Called between pieces of work, each of which is bounded; with the signs that were looked at since the last call. */
type Pause = (steps: number) => Promise<void>

/**
 * Takes secrets out of texts: those that are known, in every form in which they may stand there, and what looks like one.
 * What a text costs grows with its length and with nothing else that is in it.
 */
export class Redactor {
  readonly #known: KnownSecrets

  constructor(secrets: Iterable<string>) {
    this.#known = new KnownSecrets(secrets)
  }

  async clean(text: string, pause: Pause): Promise<string> {
    const known: Range[] = []
    for (const { ranges, steps } of this.#known.findIn(text)) {
      known.push(...ranges)
      await pause(steps)
    }
    return cleanShapes(without(text, [...known, ...keyBlocksIn(text)]), pause)
  }
}

async function cleanShapes(text: string, pause: Pause): Promise<string> {
  const lines: string[] = []
  let steps = 0
  for (let at = 0; at <= text.length;) {
    const end = text.indexOf('\n', at)
    const whole = text.slice(at, end === -1 ? text.length : end)
    const line = whole.slice(0, longestLine)
    const shapes = secretShapesIn(line)
    lines.push(without(line, shapes.ranges) + leftOut(whole.length - line.length))
    at += whole.length + 1
    steps += 1 + shapes.steps
    if (steps < betweenPauses) continue
    await pause(steps)
    steps = 0
  }
  await pause(steps)
  return lines.join('\n')
}

const leftOut = (signs: number): string => (signs === 0 ? '' : ` … ${signs} more characters of this line were left out`)

function without(text: string, ranges: Range[]): string {
  let cleaned = ''
  let at = 0
  for (const [from, to] of ranges.sort(([one], [other]) => one - other)) {
    if (from >= at) cleaned += text.slice(at, from) + removed
    at = Math.max(at, to)
  }
  return cleaned + text.slice(at)
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
