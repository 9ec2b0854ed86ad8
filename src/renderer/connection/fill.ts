import { encryptions, type ProfileSecret } from '../../shared/profile.ts'
import {
  type FoundReadur,
  type FoundSettingName,
  type FoundValue,
  type MissingSetting,
  splitAddress,
} from '../../shared/discovery.ts'
import { isLoopback } from '../../shared/webAddress.ts'
import { texts } from '../texts/texts.ts'
import { emptyForm, endpointIn, type ConnectionForm, type SecretField } from './form.ts'
import { serviceAt, services } from './services.ts'
import type { FieldName } from './validation.ts'

/** One thing that was found: the field that it is shown at, and what it makes of the form. */
export interface Piece {
  field: FieldName
  change: Partial<ConnectionForm>
  /** The value for people; null for a secret. */
  words: string | null
  where: string
  /** The same, short: `docker-compose.yml:25`. */
  at: string
  /** An address of the web that holds on the server only, as it was found. */
  onServer: string | null
  /** Any address or folder that is the server's: no file says which computer that is. */
  ofServer: boolean
}

/** What is said at a field of what was found for it, until somebody edits the field. */
export interface FieldNote {
  /** What was taken, and what the form held before. */
  taken: { piece: Piece; was: Partial<ConnectionForm> } | null
  /** It was found for a field that holds something else: one of the two has to be chosen. */
  choice: Piece | null
  /** Other values that were found or are likely. */
  others: Piece[]
  /** Why nothing was found. */
  reason: string | null
}

export type FieldNotes = Partial<Record<FieldName, FieldNote>>

/** Fields that are as they were found. */
const plainFields: Partial<Record<FoundSettingName, FieldName & keyof ConnectionForm>> = {
  databaseName: 'dbName',
  databaseUser: 'dbUser',
  databaseTls: 'dbTls',
  databaseParameters: 'dbParameters',
  databaseCertificate: 'dbCertificate',
  databaseTimeout: 'dbTimeout',
  uploadsContainer: 'uploadsInReadur',
  uploadsMap: 'uploadsMap',
  s3Bucket: 'bucket',
  s3AccessKey: 'accessKey',
  s3StorageClass: 'storageClass',
  s3KmsKey: 'kmsKey',
  caFile: 'caFile',
  readurUrl: 'readurUrl',
  readurVersion: 'readurVersion',
}

const secretNames: Partial<Record<FoundSettingName, ProfileSecret>> = {
  databasePassword: 'POSTGRES_PASSWORD',
  s3SecretKey: 'S3_SECRET_ACCESS_KEY',
  readurToken: 'READUR_TOKEN',
}

/** Settings that are shown at a field of another kind. */
const otherFields: Partial<Record<FoundSettingName, FieldName>> = {
  databaseAddress: 'dbHost',
  uploadsHost: 'uploads',
  dockerContainer: 'container',
  s3Endpoint: 'endpoint',
  s3PathStyle: 'endpoint',
  s3Region: 'region',
  s3Encryption: 'kmsKey',
}

/** The field that a setting is shown at. */
const fieldOf = (setting: FoundSettingName): FieldName =>
  secretNames[setting] ?? otherFields[setting] ?? plainFields[setting] ?? 'name'

/** What a value makes of a form. Storage address, region and style are read together: see storagePiece. */
function changeOf(setting: FoundSettingName, found: FoundValue, form: ConnectionForm): Partial<ConnectionForm> {
  const secret = secretNames[setting]
  if ('token' in found) {
    if (secret === undefined) return {}
    const field: SecretField = { state: 'found', token: found.token, where: found.at }
    return { secrets: { ...form.secrets, [secret]: field } }
  }
  const value = found.value.trim()
  const field = plainFields[setting]
  return field === undefined ? (changes[setting]?.(value, form) ?? {}) : { [field]: value }
}

const changes: Partial<Record<FoundSettingName, (value: string, form: ConnectionForm) => Partial<ConnectionForm>>> = {
  databaseAddress: (value) => {
    const address = splitAddress(value)
    return address === null ? {} : { dbHost: address.host, dbPort: address.port }
  },
  uploadsHost: (value) => ({ uploadsIn: 'folder', uploads: value }),
  dockerContainer: (value) => ({ uploadsIn: 'container', container: value }),
  s3Encryption: (value) => ({
    encryption: encryptions.find((it) => it.toLowerCase() === value.toLowerCase()) ?? value,
  }),
  s3Endpoint: (value, form) => storage(form, { endpoint: value }),
  s3Region: (value, form) => storage(form, { region: value }),
  s3PathStyle: (value, form) => storage(form, { pathStyle: value }),
}

/** The service that an address, a region and a style come to; what was not found is as the form has it. */
function storage(
  form: ConnectionForm,
  found: { endpoint?: string | undefined; region?: string | undefined; pathStyle?: string | undefined },
): Partial<ConnectionForm> {
  const endpoint = found.endpoint ?? (form.service === 'aws' ? '' : endpointIn(form))
  const at = serviceAt(endpoint, found.region ?? form.region)
  const usual = services[at.service].pathStyle
  const pathStyle = found.pathStyle === undefined ? usual : found.pathStyle === 'true'
  const isUnusual = at.service !== 'aws' && pathStyle !== usual
  return {
    service: isUnusual ? 'other' : at.service,
    endpoint,
    region: at.region,
    account: at.account,
    pathStyle,
  }
}

function pieceOf(setting: FoundSettingName, found: FoundValue, form: ConnectionForm): Piece {
  const isAddress = setting === 's3Endpoint' || setting === 'readurUrl'
  return {
    field: fieldOf(setting),
    change: changeOf(setting, found, form),
    words: 'token' in found ? null : found.value.trim(),
    where: found.where,
    at: found.at,
    onServer: isAddress && found.onServer && !('token' in found) ? found.value.trim() : null,
    ofServer: found.onServer,
  }
}

const storageSettings: readonly FoundSettingName[] = ['s3Endpoint', 's3Region', 's3PathStyle']

/** All that was found and is more than a guess, each with the others that it might be instead. */
function piecesOf({ settings }: FoundReadur, form: ConnectionForm): { piece: Piece; others: Piece[] }[] {
  const isInContainer = settings.some(({ setting }) => setting === 'dockerContainer')
  const pieces = settings
    .filter(({ setting }) => !storageSettings.includes(setting) && !(setting === 'uploadsHost' && isInContainer))
    .map(({ setting, chosen, alternatives }) => ({
      piece: pieceOf(setting, chosen, form),
      others: alternatives.map((it) => pieceOf(setting, it, form)),
    }))
  const at = (setting: FoundSettingName) => settings.find((it) => it.setting === setting)
  const text = (setting: FoundSettingName): string | undefined => {
    const value = at(setting)?.chosen
    return value && 'value' in value ? value.value.trim() : undefined
  }
  const first = storageSettings.map(at).find((it) => it !== undefined)
  if (first === undefined) return pieces
  const change = storage(form, {
    endpoint: text('s3Endpoint'),
    region: text('s3Region'),
    pathStyle: text('s3PathStyle'),
  })
  const asks = services[change.service ?? 'aws'].asks
  const field: FieldName = asks === 'address' ? 'endpoint' : asks
  const whole: Piece = { ...pieceOf(first.setting, first.chosen, form), field, change }
  const others = (at('s3Endpoint')?.alternatives ?? []).map((it) => pieceOf('s3Endpoint', it, form))
  return [...pieces, { piece: whole, others }]
}

const keysOf = (change: Partial<ConnectionForm>): (keyof ConnectionForm)[] =>
  Object.keys(change).filter((key): key is keyof ConnectionForm => key in emptyForm)

/** The part of a form that a change is about; of the secrets, the one that it changes. */
export function partOf(form: ConnectionForm, { change, field }: Pick<Piece, 'change' | 'field'>): unknown[] {
  return keysOf(change).map((key) =>
    key === 'secrets' ? Object.entries(form.secrets).filter(([name]) => name === field) : form[key],
  )
}

const isSamePart = (one: ConnectionForm, other: ConnectionForm, piece: Piece): boolean =>
  JSON.stringify(partOf(one, piece)) === JSON.stringify(partOf(other, piece))

/** The form after a piece was taken; of the secrets only its own changes. */
export function taking(form: ConnectionForm, { change, field }: Piece): ConnectionForm {
  if (change.secrets === undefined) return { ...form, ...change }
  const own = Object.entries(change.secrets).filter(([name]) => name === field)
  return { ...form, secrets: { ...form.secrets, ...Object.fromEntries(own) } }
}

/** The form says nothing of what a piece is about; a service without its address says nothing either. */
const isEmpty = (form: ConnectionForm, piece: Piece): boolean =>
  isSamePart(form, emptyForm, piece) ||
  (piece.change.service !== undefined &&
    form.endpoint + form.account === '' &&
    ['', services[form.service].region].includes(form.region))

const heldBy = (form: ConnectionForm, piece: Piece): Partial<ConnectionForm> =>
  Object.fromEntries(keysOf(piece.change).map((key) => [key, form[key]]))

/** Takes a piece, and says at its field where it is from. */
export function take(form: ConnectionForm, piece: Piece, others: Piece[]): { form: ConnectionForm; note: FieldNote } {
  const note = { taken: { piece, was: heldBy(form, piece) }, choice: null, others, reason: null }
  return { form: taking(form, piece), note }
}

export interface Filled {
  form: ConnectionForm
  notes: FieldNotes
}

/**
 * The form with what was found in it. A field that holds something else keeps it, with the choice; what is missing gets
 * the reason and what it might be. `before`: what is said already of what another file holds.
 */
export function fill(form: ConnectionForm, found: FoundReadur, before: FieldNotes = {}): Filled {
  let filled: ConnectionForm = { ...form, envFile: null }
  const notes: FieldNotes = { ...before }
  for (const { piece, others } of piecesOf(found, filled)) {
    const after = taking(filled, piece)
    const isFree = isEmpty(filled, piece) || isSamePart(filled, after, piece)
    if (isFree) {
      const taken = take(filled, piece, others)
      filled = taken.form
      notes[piece.field] = taken.note
    } else {
      notes[piece.field] = { taken: null, choice: piece, others: [], reason: null }
    }
  }
  for (const missing of found.missing) {
    const field = fieldOf(missing.setting)
    notes[field] ??= noteOfMissing(missing, filled)
  }
  return { form: filled, notes }
}

const noteOfMissing = ({ setting, reason, suggestions }: MissingSetting, form: ConnectionForm): FieldNote => ({
  taken: null,
  choice: null,
  others: suggestions.map((it) => pieceOf(setting, it, form)),
  reason,
})

/** The form without what was taken and is still as it was taken. */
export function withoutTaken(form: ConnectionForm, notes: FieldNotes): ConnectionForm {
  return Object.values(notes).reduce<ConnectionForm>((rest, { taken }) => {
    if (taken === null) return rest
    const { secrets, ...was } = taken.was
    if (secrets === undefined) return { ...rest, ...was }
    const own = Object.entries(secrets).filter(([name]) => name === taken.piece.field)
    return { ...rest, ...was, secrets: { ...rest.secrets, ...Object.fromEntries(own) } }
  }, form)
}

/** What is left of the notes when somebody has edited the form: a field that was edited speaks for itself. */
export function notesAfter(notes: FieldNotes, form: ConnectionForm, edited: ConnectionForm): FieldNotes {
  const isUntouched = ([field, { taken, choice, others }]: [string, FieldNote]): boolean => {
    const pieces = [...(taken ? [taken.piece] : []), ...(choice ? [choice] : []), ...others]
    const isOwn = !(field in form) || form[field as keyof ConnectionForm] === edited[field as keyof ConnectionForm]
    return isOwn && pieces.every((piece) => isSamePart(form, edited, piece))
  }
  return Object.fromEntries(Object.entries(notes).filter(isUntouched))
}

/** How many settings were taken, and are as they were found. */
export const takenIn = (notes: FieldNotes): number => Object.values(notes).filter(({ taken }) => taken !== null).length

/** Some of it holds only on the computer that Readur runs on. */
export const isOfServer = (notes: FieldNotes): boolean =>
  Object.values(notes).some(({ taken }) => taken?.piece.ofServer === true)

/**
 * Addresses of the web that hold on the server, as this computer reaches them: its 127.0.0.1 is the server's name from
 * here. What only the server reaches is left empty, and that is said. `serverHost`: what the name of the server stands
 * for.
 */
export function seenFromHere(form: ConnectionForm, notes: FieldNotes, serverHost: string | null): ConnectionForm {
  let seen = form
  for (const { taken } of Object.values(notes)) {
    const address = taken?.piece.onServer ?? null
    if (address === null || taken === null) continue
    const here = addressHere(address, form, serverHost)
    seen = { ...seen, [taken.piece.field === 'readurUrl' ? 'readurUrl' : 'endpoint']: here ?? '' }
  }
  return seen
}

/** An address of the server as it holds on this computer; null: it does not. */
export function addressHere(
  address: string,
  { place, sshHost }: Pick<ConnectionForm, 'place' | 'sshHost'>,
  serverHost: string | null,
): string | null {
  if (place === 'here' || !URL.canParse(address)) return address
  const url = new URL(address)
  const host = serverHost ?? sshHost.trim()
  if (!isLoopback(url.hostname) || host === '') return null
  url.hostname = host.includes(':') ? `[${host}]` : host
  return url.href.replace(/\/$/, '')
}

/** A host that has no dot is a name of this network, or of Docker's. */
export const isShortName = (host: string): boolean => /^[^.[\]:]+$/.test(host) && host !== 'localhost'

/** A name for a connection that none has: nobody must think of one before it can be saved. */
export function freeName(taken: readonly string[]): string {
  const name = texts.connection.myReadur
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name} ${n}`
    if (!taken.includes(candidate)) return candidate
  }
}
