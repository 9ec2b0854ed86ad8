import { hostname, networkInterfaces } from 'node:os'
import { secretPlaceholder, type ReadurSettingsText } from '../../../shared/readurState.ts'
import type { InnerNetwork } from '../../discovery/discovered.ts'
import { endpointForReadur } from '../../discovery/ourReadur.ts'
import { serverText } from '../../profiles/connection.ts'
import type { SiteSettings } from '../../profiles/settings.ts'
import { bucketOf } from './lookAtReadur.ts'

/** What to write into Readur's settings so that it uses the bucket; the secret key only where it is given. */
export function readurSettingsText(
  settings: Pick<SiteSettings, 's3' | 'server' | 'readur'>,
  network: InnerNetwork | null,
  secretKey: string | null = null,
): ReadurSettingsText {
  const { s3, server, readur } = settings
  const { endpoint, notes } = endpointForReadur(bucketOf(settings), {
    network,
    server: server && serverText(server),
    serverNames: server === null ? ownNames() : [server.host],
  })
  const values: [name: string, value: string][] = [
    ['S3_ENABLED', 'true'],
    ['S3_BUCKET_NAME', s3.bucket],
    ['S3_REGION', s3.region],
    ...(endpoint === null ? [] : [['S3_ENDPOINT_URL', endpoint] as [string, string]]),
    ['S3_ACCESS_KEY_ID', s3.accessKeyId],
    ['S3_SECRET_ACCESS_KEY', secretKey ?? secretPlaceholder],
    // Left out, Readur tries both styles at its start, three seconds each: a slow service would get the wrong one.
    ...(endpoint === null && !s3.forcePathStyle
      ? []
      : [['S3_FORCE_PATH_STYLE', String(s3.forcePathStyle)] as [string, string]]),
  ]
  const lines = values.map(([name, value]) => `${name}=${value === secretPlaceholder ? value : quoted(value)}`)
  const canTry = readur.url !== null && readur.token !== null
  return { lines: lines.join('\n'), notes, canTry }
}

/** As Compose reads it back: a dollar sign would begin a variable, and a number sign a comment. */
const quoted = (value: string): string =>
  /^[\w.:/@%+=?&,-]*$/.test(value) ? value : `'${value.replaceAll("'", "\\'")}'`

function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  return [hostname().toLowerCase(), ...addresses]
}
