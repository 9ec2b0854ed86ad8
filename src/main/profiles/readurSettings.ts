import { flag, invalid, parseUrl, valueOf, type Variables } from './variables.ts'

/** What is known of Readur itself. */
export interface ReadurSettings {
  /** Where its pages are; null where nobody said. */
  url: string | null
  /** For asking for documents as a user. */
  token: string | null
  /** Where its own variables tell it to store; null where they say nothing of it. */
  storage: 's3' | 'local' | null
}

export function readurSettings(variables: Variables): ReadurSettings {
  const url = parseUrl(variables, 'READUR_URL', ['http:', 'https:'])
  if (url && (url.username !== '' || url.password !== '')) {
    throw invalid('READUR_URL', 'must be an address alone. The token has a variable of its own, READUR_TOKEN.')
  }
  return {
    url: url && `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    token: valueOf(variables, 'READUR_TOKEN') ?? null,
    storage: storageOf(variables),
  }
}

/** As Readur reads them: S3_ENABLED, or STORAGE_BACKEND=s3. */
function storageOf(variables: Variables): ReadurSettings['storage'] {
  const enabled = flag(variables, 'S3_ENABLED')
  const backend = valueOf(variables, 'STORAGE_BACKEND')?.toLowerCase()
  if (enabled === undefined && backend === undefined) return null
  return enabled === true || backend === 's3' ? 's3' : 'local'
}
