import { isLoopback, portOf } from '../../shared/webAddress.ts'
import type { BucketPlace } from '../engine/readurState.ts'
import type { Discovered, InnerNetwork } from './discovered.ts'

/** What is known of a Readur from a connection. */
interface KnownPlace {
  /** Folder of the uploads, and the container that it is read through. */
  root: string
  container: string | null
  /** `host:port/name` of the database. */
  database: string
}

/** Of some Readurs the one that has this database or these uploads; null where none has. One that runs goes before any other. */
export function ourReadur(found: readonly Discovered[], place: KnownPlace): Discovered | null {
  const ours = found.filter((it) => isOurs(it, place))
  return ours.find(({ isRunning }) => isRunning === true) ?? ours[0] ?? null
}

function isOurs({ settings, uploads }: Discovered, { root, container, database }: KnownPlace): boolean {
  if (container !== null && uploads?.container === container) return true
  const all = (found: Discovered['settings']['uploadsHost']): string[] =>
    found ? [found, ...found.alternatives].map(({ value }) => value) : []
  const folders = all(settings.uploadsHost).map(withoutSlash)
  if (container === null && folders.includes(withoutSlash(root))) return true
  const names = all(settings.databaseName)
  return all(settings.databaseAddress).some((address) =>
    names.some((name) => oneName(`${address}/${name}`) === oneName(database)),
  )
}

const withoutSlash = (folder: string): string => folder.replace(/(?<=.)\/+$/, '')
const oneName = (address: string): string => address.replace(/^(localhost|\[::1\]|127(\.\d{1,3}){3})(?=:)/, '127.0.0.1')

/** Where Readur runs, as far as it is known, and which names stand for its server from here. */
interface ReadurSide {
  network: InnerNetwork | null
  /** The server that it runs on, as people write it; null: this computer. */
  server: string | null
  /** Names and addresses of that server. */
  serverNames: readonly string[]
}

/** The address of the bucket's service as it holds where Readur runs, and what is to be said of it. */
export function endpointForReadur(
  { endpoint }: BucketPlace,
  { network, server, serverNames }: ReadurSide,
): { endpoint: string | null; notes: string[] } {
  if (endpoint === null || !URL.canParse(endpoint)) return { endpoint, notes: [] }
  const url = new URL(endpoint)
  const port = portOf(url)
  const isHere = isLoopback(url.hostname)
  const isServer = (isHere && server === null) || serverNames.includes(url.hostname)
  // 127.0.0.1 of a service is that of the server.
  const from = [...(isHere ? [] : [`${url.hostname}:${port}`]), ...(isServer ? [`127.0.0.1:${port}`] : [])]
  // A certificate holds for the name that it was made for.
  const isNamed = url.protocol === 'https:' && !isHere
  const service = isNamed ? undefined : network?.services.find(({ places }) => places.some((it) => from.includes(it)))
  if (service) {
    return {
      endpoint: withHost(url, service.name, service.port),
      notes: [`Readur’s container reaches the storage service as ${service.name}, port ${service.port}.`],
    }
  }
  if (!isHere) return { endpoint, notes: [] }
  if (server !== null) {
    const note = `${url.hostname} is this computer. Readur runs on ${server}: write the address at which ${server} reaches the storage service.`
    return { endpoint, notes: [note] }
  }
  if (network?.isServers === true) return { endpoint, notes: [] }
  if (network === null) {
    const note = `If Readur runs in a container, ${url.hostname} is the container itself: write the name of the storage service, or host.docker.internal, in its place.`
    return { endpoint, notes: [note] }
  }
  return {
    endpoint: withHost(url, dockerHost, port),
    notes: [
      `In Readur’s container ${url.hostname} is the container itself; ${dockerHost} is this computer. On Linux, add this line to Readur’s service: extra_hosts: ["${dockerHost}:host-gateway"]`,
    ],
  }
}

const dockerHost = 'host.docker.internal'

const withHost = ({ protocol, pathname }: URL, host: string, port: string): string =>
  `${protocol}//${host}:${port}${pathname}`.replace(/\/$/, '')
