import { readurStorage, type SettingRemark } from '../../shared/readurStorage.ts'
import { isCurrentReadur } from '../../shared/readurVersion.ts'
import { invalid, parseUrl, valueOf, type Variables } from './variables.ts'

/** What is known of Readur itself. */
export interface ReadurSettings {
  /** Where its pages are; null where nobody said. */
  url: string | null
  /** For asking for documents as a user. */
  token: string | null
  /** Where its own variables tell it to store; null where they say nothing of it. */
  storage: 's3' | 'local' | null
  /** On S3, it goes to Amazon, whatever address a newer version would read. */
  usesAmazon: boolean
  /** Variables that decide this and that are read from 2.9.2 on only, where nobody said which version it is. */
  unsure: readonly string[]
  /** Its version, or the tag of its image; null where nobody said. */
  version: string | null
  /** Where it reads its variables in another way than they seem to be meant. */
  remarks: SettingRemark[]
}

export function readurSettings(variables: Variables): ReadurSettings {
  const url = parseUrl(variables, 'READUR_URL', ['http:', 'https:'])
  if (url && (url.username !== '' || url.password !== '')) {
    throw invalid('READUR_URL', 'must be an address alone. The token has a variable of its own, READUR_TOKEN.')
  }
  const version = valueOf(variables, 'READUR_VERSION') ?? null
  const { backend, usesAmazon, unsure, remarks } = readurStorage(
    (name) => variables[name],
    version === null ? null : isCurrentReadur(version),
  )
  return {
    url: url && `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    token: valueOf(variables, 'READUR_TOKEN') ?? null,
    storage: backend,
    usesAmazon,
    unsure,
    version,
    remarks,
  }
}
