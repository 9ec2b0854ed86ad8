import { inDocker } from './readurState.ts'

/**
 * Readur's storage settings, read exactly as Readur reads them (config.rs, storage/factory.rs of 2.9.2), and what is to
 * be said where a person evidently meant something else.
 */

/** The value of a variable; undefined where it is not set. One that is set and empty is another thing to Readur. */
type VariableLookUp = (name: string) => string | undefined

export interface SettingRemark {
  variable: string
  /** `warning`: Readur does something else than its settings seem to say. */
  weight: 'note' | 'warning'
  message: string
  remedy: string
}

export interface ReadurStorage {
  /** Where it stores; null where nothing is said, which to Readur is local. */
  backend: 's3' | 'local' | null
  /** It is told to use S3, whether or not it has what it needs for that. */
  isAsked: boolean
  /** Null: Amazon’s own. `variable` is the one that counts. */
  endpoint: { variable: 'S3_ENDPOINT_URL' | 'S3_ENDPOINT'; text: string } | null
  /** It goes to Amazon S3: no address is named, or by a variable alone that this version does not read. */
  usesAmazon: boolean
  /** Variables that decide this and that are read from 2.9.2 on only, where nobody knows the version. */
  unsure: string[]
  /** Whether the bucket is named in the path; null where nobody has said: Readur tries both at its start. */
  pathStyle: { variable: 'S3_FORCE_PATH_STYLE' | 'S3_PATH_STYLE'; value: boolean } | null
  remarks: SettingRemark[]
}

/**
 * `isCurrent`: it is 2.9.2 or later; false: before; null: nobody knows, and the newer one is taken to run. Address and
 * style are what they are from 2.9.2 on: what an older one does not read is remarked on, and is needed nevertheless.
 */
export function readurStorage(lookUp: VariableLookUp, isCurrent: boolean | null = null): ReadurStorage {
  const remarks: SettingRemark[] = []
  const settings: Settings = { lookUp, isOld: isCurrent === false, remark: (it) => void remarks.push(it) }
  const endpoint = endpointOf(settings)
  const pathStyle = pathStyleOf(settings, endpoint !== null)
  const isAsked = asksForS3(settings)
  const backend = backendOf(settings, isAsked)
  remarkUnread(settings)
  const unsure = isCurrent === null && backend === 's3' ? youngVariables(lookUp) : []
  remarkYoung(settings, unsure)
  const usesAmazon = endpoint === null || (settings.isOld && endpoint.variable === 'S3_ENDPOINT')
  return { backend, isAsked, endpoint, usesAmazon, unsure, pathStyle, remarks }
}

interface Settings {
  lookUp: VariableLookUp
  isOld: boolean
  remark: (remark: SettingRemark) => void
}

const filled = (lookUp: VariableLookUp, name: string): string | undefined => {
  const value = lookUp(name)?.trim()
  return value === '' ? undefined : value
}

/** A word that was meant as one; nobody needs more of what was pasted there by mistake. */
const shown = (text: string): string => `“${text.trim().length > 20 ? `${text.trim().slice(0, 20)}…` : text.trim()}”`

/** Readur knows one word for yes. */
const isTrue = (value: string): boolean => value.trim().toLowerCase() === 'true'
/** What nobody writes who means yes. */
const meansNo = (value: string): boolean => /^(false|0|no|off|n|f|disabled|none)?$/i.test(value.trim())

/** Without these Readur stores locally, and says nothing. */
const needed = ['S3_BUCKET_NAME', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']

const saysS3 = (backend: string | undefined): boolean => backend?.trim().toLowerCase() === 's3'

const asksForS3 = ({ lookUp, isOld }: Settings): boolean =>
  isTrue(lookUp('S3_ENABLED') ?? '') || (saysS3(lookUp('STORAGE_BACKEND')) && !isOld)

function backendOf({ lookUp, remark }: Settings, isAsked: boolean): ReadurStorage['backend'] {
  const [enabled, backend] = [lookUp('S3_ENABLED'), lookUp('STORAGE_BACKEND')]
  if (enabled === undefined && backend === undefined) return null
  if (isAsked) {
    const missing = needed.filter((name) => filled(lookUp, name) === undefined)
    const [first] = missing
    if (first !== undefined) {
      remark({
        variable: first,
        weight: 'warning',
        message: `Readur stores locally, without an error: ${list(missing)} ${missing.length === 1 ? 'is' : 'are'} not set.`,
        remedy: `Set ${list(missing)}, and restart Readur ${inDocker}.`,
      })
      return 'local'
    }
    remarkContradiction(enabled, backend, isTrue(enabled ?? ''), remark)
    return 's3'
  }
  if (saysS3(backend)) {
    remark({
      variable: 'STORAGE_BACKEND',
      weight: 'warning',
      message: 'Readur stores locally: it reads STORAGE_BACKEND only from 2.9.2 on.',
      remedy: 'Write S3_ENABLED=true.',
    })
  } else if (enabled !== undefined && !meansNo(enabled)) {
    remark({
      variable: 'S3_ENABLED',
      weight: 'warning',
      message: `Readur stores locally: it takes only “true” as yes, and S3_ENABLED is ${shown(enabled)}.`,
      remedy: 'Write S3_ENABLED=true, if documents should go to S3.',
    })
  } else if (backend !== undefined && !/^(local|filesystem|file|disk)?$/i.test(backend.trim())) {
    remark({
      variable: 'STORAGE_BACKEND',
      weight: 'warning',
      message: `Readur stores locally: of STORAGE_BACKEND it knows only “s3”, and it is ${shown(backend)}.`,
      remedy: 'Write STORAGE_BACKEND=s3, if documents should go to S3.',
    })
  }
  return 'local'
}

/** Either of the two is enough for S3; the other one may say something else. */
function remarkContradiction(
  enabled: string | undefined,
  backend: string | undefined,
  byFlag: boolean,
  remark: Settings['remark'],
): void {
  const saysNo = byFlag
    ? backend !== undefined && /^local$/i.test(backend.trim())
    : enabled !== undefined && enabled.trim() !== '' && meansNo(enabled)
  if (!saysNo) return
  const [yes, no] = byFlag
    ? (['S3_ENABLED=true', `STORAGE_BACKEND=${backend?.trim() ?? ''}`] as const)
    : (['STORAGE_BACKEND=s3', `S3_ENABLED=${enabled?.trim() ?? ''}`] as const)
  remark({
    variable: byFlag ? 'STORAGE_BACKEND' : 'S3_ENABLED',
    weight: 'warning',
    message: `Readur stores on S3: ${yes} is enough for it, whatever ${no} says.`,
    remedy: 'Let both say the same.',
  })
}

function endpointOf({ lookUp, isOld, remark }: Settings): ReadurStorage['endpoint'] {
  const [first, second] = [lookUp('S3_ENDPOINT_URL'), filled(lookUp, 'S3_ENDPOINT')]
  const own = filled(lookUp, 'S3_ENDPOINT_URL')
  if (second !== undefined && isOld) {
    if (own === undefined) {
      remark({
        variable: 'S3_ENDPOINT',
        weight: 'warning',
        message: 'Readur uses Amazon S3: it reads S3_ENDPOINT only from 2.9.2 on.',
        remedy: 'Write the address as S3_ENDPOINT_URL.',
      })
    }
  } else if (second !== undefined && first !== undefined && own !== second) {
    const isEmpty = own === undefined
    remark({
      variable: 'S3_ENDPOINT_URL',
      weight: 'warning',
      message: isEmpty
        ? 'Readur uses Amazon S3: S3_ENDPOINT_URL is set, though empty, so S3_ENDPOINT is not read.'
        : 'Readur does not read S3_ENDPOINT: S3_ENDPOINT_URL is set too, and is read first.',
      remedy: isEmpty ? 'Remove the empty S3_ENDPOINT_URL.' : 'Remove the one that is not meant.',
    })
  }
  if (first !== undefined) return own === undefined ? null : { variable: 'S3_ENDPOINT_URL', text: own }
  return second === undefined ? null : { variable: 'S3_ENDPOINT', text: second }
}

function pathStyleOf({ lookUp, isOld, remark }: Settings, hasEndpoint: boolean): ReadurStorage['pathStyle'] {
  const variables = ['S3_FORCE_PATH_STYLE', 'S3_PATH_STYLE'] as const
  const variable = variables.find((name) => lookUp(name) !== undefined)
  if (variable === undefined) return null
  const text = (lookUp(variable) ?? '').trim()
  const value = isTrue(text)
  if (isOld) {
    remark({
      variable,
      weight: 'note',
      message: `Readur reads ${variable} only from 2.9.2 on.`,
      remedy: 'Update Readur where the service needs it.',
    })
    return { variable, value }
  }
  // At Amazon a bucket is named in the host anyway.
  if (text === '' && hasEndpoint) {
    remark({
      variable,
      weight: 'warning',
      message: `Readur puts the bucket in the host name: ${variable} is set, though empty, which it takes as no.`,
      remedy: `Write ${variable}=true or ${variable}=false, or remove the line.`,
    })
  } else if (!value && !meansNo(text)) {
    remark({
      variable,
      weight: 'warning',
      message: `Readur puts the bucket in the host name: it takes only “true” as yes, and ${variable} is ${shown(text)}.`,
      remedy: `Write ${variable}=true, if the bucket belongs in the path.`,
    })
  }
  const other = lookUp('S3_PATH_STYLE')
  if (variable === 'S3_FORCE_PATH_STYLE' && other !== undefined && isTrue(other) !== value) {
    remark({
      variable: 'S3_PATH_STYLE',
      weight: 'warning',
      message: 'Readur does not read S3_PATH_STYLE: S3_FORCE_PATH_STYLE is set too, and is read first.',
      remedy: 'Remove the one that is not meant.',
    })
  }
  return { variable, value }
}

/** Names that stand in Readur's documentation, or that other programs have, with the one that Readur reads. */
const unread: readonly (readonly [name: string, instead: string])[] = [
  ['S3_BUCKET', 'S3_BUCKET_NAME'],
  ['AWS_S3_BUCKET', 'S3_BUCKET_NAME'],
  ['AWS_ACCESS_KEY_ID', 'S3_ACCESS_KEY_ID'],
  ['S3_ACCESS_KEY', 'S3_ACCESS_KEY_ID'],
  ['AWS_SECRET_ACCESS_KEY', 'S3_SECRET_ACCESS_KEY'],
  ['S3_SECRET_KEY', 'S3_SECRET_ACCESS_KEY'],
  ['AWS_REGION', 'S3_REGION'],
  ['AWS_DEFAULT_REGION', 'S3_REGION'],
  ['AWS_ENDPOINT_URL', 'S3_ENDPOINT_URL'],
  ['AWS_ENDPOINT_URL_S3', 'S3_ENDPOINT_URL'],
  ['LOCAL_STORAGE_PATH', 'UPLOAD_PATH'],
]

/** Those of `unread` that are set although `instead` is not. */
export const setInsteadOf = (lookUp: VariableLookUp, instead: string): string[] =>
  filled(lookUp, instead) !== undefined
    ? []
    : unread.flatMap(([name, it]) => (it === instead && filled(lookUp, name) !== undefined ? [name] : []))

function remarkUnread({ lookUp, remark }: Settings): void {
  for (const instead of new Set(unread.map(([, it]) => it))) {
    // The other name of the address counts from 2.9.2 on.
    if (instead === 'S3_ENDPOINT_URL' && filled(lookUp, 'S3_ENDPOINT') !== undefined) continue
    for (const variable of setInsteadOf(lookUp, instead)) {
      remark({
        variable,
        weight: 'warning',
        message: `Readur does not read ${variable}, and ${instead} is not set.`,
        remedy: `Write it as ${instead}.`,
      })
    }
  }
  if (filled(lookUp, 'S3_PREFIX') !== undefined) {
    remark({
      variable: 'S3_PREFIX',
      weight: 'note',
      message: 'Readur reads S3_PREFIX and does not use it: its documents have no prefix.',
      remedy: 'Remove the line. For documents apart from others use a bucket of their own.',
    })
  }
  if (/^(false|0|no|off)$/i.test(filled(lookUp, 'S3_VERIFY_SSL') ?? '')) {
    remark({
      variable: 'S3_VERIFY_SSL',
      weight: 'warning',
      message: 'Readur does not read S3_VERIFY_SSL: it refuses a certificate that it does not trust.',
      remedy: 'Give the service a trusted certificate, or use an http:// address.',
    })
  }
}

/** What an older Readur would not see, of what sets it to S3 and to a service. */
const youngVariables = (lookUp: VariableLookUp): string[] => [
  ...(isTrue(lookUp('S3_ENABLED') ?? '') ? [] : ['STORAGE_BACKEND']),
  ...(lookUp('S3_ENDPOINT_URL') === undefined && filled(lookUp, 'S3_ENDPOINT') !== undefined ? ['S3_ENDPOINT'] : []),
]

function remarkYoung({ remark }: Settings, unsure: readonly string[]): void {
  const [first] = unsure
  if (first === undefined) return
  remark({
    variable: first,
    weight: 'note',
    message: `Readur reads ${list(unsure)} only from 2.9.2 on, and its version is not known here.`,
    remedy: 'S3_ENABLED=true and S3_ENDPOINT_URL are read by every version.',
  })
}

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
