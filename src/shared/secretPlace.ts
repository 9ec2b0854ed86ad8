import type { ProfileDraft, ProfileSecret, ServerSettings } from './profile.ts'

/** What says where the secrets of a connection go. */
export type SecretGoal = Pick<ProfileDraft, 'server' | 'variables'>

/**
 * Where a secret goes, as a text that is the same for the same place and for no other. A secret is kept for one place:
 * anywhere else it is as good as not there.
 */
export function secretPlace(name: ProfileSecret, { server, variables }: SecretGoal): string {
  switch (name) {
    case 'POSTGRES_PASSWORD': {
      const { POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER } = variables
      const login = addressOf(filled(POSTGRES_USER, 'readur'), filled(POSTGRES_HOST, ''), filled(POSTGRES_PORT, '5432'))
      return `postgres://${login}${server === null ? '' : ` over ${serverPlace(server)}`}`
    }
    case 'S3_SECRET_ACCESS_KEY':
      return `${webPlace(variables.S3_ENDPOINT_URL) ?? 'Amazon S3'} as ${part(filled(variables.S3_ACCESS_KEY_ID, ''))}`
    case 'READUR_TOKEN':
      return webPlace(variables.READUR_URL) ?? ''
    case 'SSH_PASSWORD':
      return server === null ? '' : serverPlace(server)
    // It is sent nowhere, and opens what logs in there.
    case 'SSH_PASSPHRASE':
      return server === null
        ? ''
        : [serverPlace(server), ...server.keyFiles.map((file) => `with ${part(file)}`)].join(' ')
  }
}

/** A server with the way to it: behind other jump hosts the same name may be another computer. */
function serverPlace({ host, port, user, jumps, proxyCommand }: ServerSettings): string {
  return [
    `ssh://${addressOf(user ?? '', host, port?.toString() ?? '')}`,
    ...jumps.map((jump) => `by ${part(jump)}`),
    ...(proxyCommand === undefined ? [] : [`through ${part(proxyCommand)}`]),
  ].join(' ')
}

function addressOf(user: string, host: string, port: string): string {
  // The folder of a socket has its letters as they are.
  const name = host.startsWith('/') ? host : host.toLowerCase()
  return `${user === '' ? '' : `${part(user)}@`}${part(name)}${port === '' ? '' : `:${part(port)}`}`
}

/** Null where none is named. */
function webPlace(address: string | undefined): string | null {
  const text = filled(address, '')
  if (text === '') return null
  return (URL.canParse(text) ? new URL(text).href : part(text)).replace(/\/+$/, '')
}

const filled = (value: string | undefined, otherwise: string): string => {
  const text = value?.trim() ?? ''
  return text === '' ? otherwise : text
}

/** Nothing in a part looks like what stands between parts. */
const part = (text: string): string => encodeURIComponent(text)
