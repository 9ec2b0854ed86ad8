import {
  secretSettings,
  type Chosen,
  type Confidence,
  type Discovered,
  type Found,
  type Missing,
  type Note,
  type PlainSetting,
  type SecretSetting,
  type SettingName,
} from './discovered.ts'
import { isKnown, whyUnset, type Variable } from './environment.ts'
import { printable } from './printable.ts'
import { Secret } from './secret.ts'

/** What is found more often for one setting helps nobody. */
const mostFound = 20

/** Gathers what is found, and chooses in the end. */
export class Findings {
  readonly #plain = new Map<PlainSetting, Found<string>[]>()
  readonly #secret = new Map<SecretSetting, Found<Secret>[]>()
  readonly #reasons = new Map<SettingName, string>()
  readonly #notes = new Map<string, Note>()

  add(setting: PlainSetting, found: Found<string>): void {
    if (found.value !== '') keep(this.#plain, setting, found)
  }

  /** The value of a variable, or a part of it. What is not known of it becomes the reason why the setting is missing. */
  addVariable(setting: SettingName, from: Variable, value = from.text, weakest: Confidence = 'certain'): void {
    if (!isKnown(value)) {
      this.explain(setting, whyUnset(from))
      return
    }
    if (value === '') return
    if (from.rewritten) {
      this.note(
        `${from.origin.variable ?? setting} is a number without quotes. Compose may write it in another way before Readur gets it.`,
        'Compare it with what the running container has, and put it into quotes.',
      )
    }
    const { origin } = from
    const confidence = weakest === 'certain' && (from.assumed || from.rewritten) ? 'likely' : weakest
    if (isSecret(setting)) {
      keep(this.#secret, setting, { value: new Secret(value), origin, confidence })
    } else {
      this.add(setting, { value, origin, confidence })
    }
  }

  /** Why a setting is missing, should it be missing in the end. The first reason stays. */
  explain(setting: SettingName, reason: string): void {
    if (!this.#reasons.has(setting)) this.#reasons.set(setting, printable(reason))
  }

  note(message: string, remedy: string | null = null): void {
    this.#notes.set(message, { message: printable(message), remedy: remedy === null ? null : printable(remedy) })
  }

  conclude(facts: Omit<Discovered, 'settings' | 'secrets' | 'missing' | 'notes'>): Discovered {
    const plain = [...this.#plain].map(([name, all]) => [name, choose(all, (a, b) => a === b)] as const)
    const secret = [...this.#secret].map(([name, all]) => [name, choose(all, (a, b) => a.equals(b))] as const)
    const settings: Partial<Record<PlainSetting, Chosen<string>>> = {}
    const secrets: Partial<Record<SecretSetting, Chosen<Secret>>> = {}
    for (const [name, { chosen }] of plain) if (chosen) settings[name] = chosen
    for (const [name, { chosen }] of secret) if (chosen) secrets[name] = chosen

    const guesses = new Map<SettingName, readonly Found<string | Secret>[]>()
    for (const [name, { chosen, others }] of [...plain, ...secret]) if (!chosen) guesses.set(name, others)
    return {
      ...facts,
      source: printable(facts.source),
      settings,
      secrets,
      missing: this.#missing(settings, secrets, guesses),
      notes: [...this.#notes.values()],
    }
  }

  #missing(
    settings: Discovered['settings'],
    secrets: Discovered['secrets'],
    guesses: ReadonlyMap<SettingName, readonly Found<string | Secret>[]>,
  ): Missing[] {
    const names = Object.keys(questions).filter(isSetting)
    return (
      names
        .filter((name) => (isSecret(name) ? secrets[name] : settings[name]) === undefined)
        .filter((name) => !optional.has(name) || guesses.has(name) || this.#reasons.has(name))
        // What lies in a container has no folder outside of it.
        .filter((name) => name !== 'uploadsHost' || settings.dockerContainer === undefined)
        .map((setting) => ({
          setting,
          question: questions[setting],
          reason: this.#reasons.get(setting) ?? null,
          suggestions: guesses.get(setting) ?? [],
        }))
    )
  }
}

function keep<Name, T>(all: Map<Name, Found<T>[]>, name: Name, found: Found<T>): void {
  const before = all.get(name) ?? []
  if (before.length < mostFound) all.set(name, [...before, found])
}

const isSecret = (name: SettingName): name is SecretSetting => secretSettings.some((it) => it === name)
const isSetting = (name: string): name is SettingName => name in questions

const rank: Record<Confidence, number> = { certain: 0, likely: 1, guess: 2 }

/** The likeliest first; of equal ones the first that was found. A guess is never chosen. */
function choose<T>(all: readonly Found<T>[], same: (a: T, b: T) => boolean) {
  const sorted = [...all].sort((a, b) => rank[a.confidence] - rank[b.confidence])
  const others = sorted.filter((it, index) => sorted.findIndex(({ value }) => same(value, it.value)) === index)
  const [best, ...alternatives] = others
  const chosen = best && best.confidence !== 'guess' ? { ...best, alternatives } : undefined
  return { chosen, others }
}

/** What can be left out: Readur, or S3 itself, has a default. */
const optional = new Set<SettingName>([
  'databaseTls',
  'databaseParameters',
  'databaseCertificate',
  'databaseTimeout',
  's3StorageClass',
  's3Encryption',
  's3KmsKey',
  'caFile',
  's3Endpoint',
  's3Region',
  's3PathStyle',
  'readurUrl',
  'readurToken',
  'readurVersion',
  'uploadsContainer',
  'uploadsMap',
  'dockerContainer',
])

const questions: Record<SettingName, string> = {
  databaseAddress: 'What is the address (host:port) of Readur’s PostgreSQL?',
  databaseName: 'What is the name of Readur’s database?',
  databaseUser: 'Which user does Readur connect to its database as?',
  databasePassword: 'What is the password of that user?',
  databaseTls: 'Is the connection to the database encrypted (sslmode)?',
  databaseParameters: 'Which other parameters does the connection to the database need?',
  databaseCertificate: 'Which file holds the certificate of the database’s authority?',
  databaseTimeout: 'How many seconds may the database take for an answer?',
  uploadsContainer: 'Which folder does Readur call its uploads folder (UPLOAD_PATH)?',
  uploadsHost: 'Which folder on the server holds Readur’s uploads?',
  uploadsMap: 'Which of Readur’s folders are in other places?',
  dockerContainer: 'Which container should the uploads be read through, if you can’t read their folder directly?',
  s3Bucket: 'Which bucket should the documents go to?',
  s3Endpoint: 'What is the address of the storage service? Leave it empty for Amazon.',
  s3Region: 'Which region is the bucket in?',
  s3AccessKey: 'What is the access key ID for the bucket?',
  s3SecretKey: 'What is the secret access key?',
  s3StorageClass: 'In which storage class are documents stored?',
  s3Encryption: 'How does the service encrypt documents?',
  s3KmsKey: 'With which key does the service encrypt documents?',
  caFile: 'Which file holds the certificates of your own authority?',
  s3PathStyle: 'Is the bucket addressed in path style?',
  readurUrl: 'What is Readur’s address in the browser?',
  readurToken: 'What is the API key of a Readur administrator?',
  readurVersion: 'Which version is this Readur server?',
}
