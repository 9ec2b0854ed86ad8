import type { ToldStorage } from '../engine/readurState.ts'
import type { Container } from './container.ts'
import { addressOf } from './databaseUrl.ts'
import type { InnerNetwork, InnerService } from './discovered.ts'
import { isKnown, lookUp, withoutUnknown, type Environment } from './environment.ts'
import { reachOf, waysTo } from './reach.ts'
import { s3ServerOf } from './recognise.ts'

/** Where a container's variables tell Readur to store, as Readur reads them; null where they are not all known. */
export function storingOf(readur: Container, all: readonly Container[]): ToldStorage | null {
  const { environment } = readur
  const source = sourceOf(readur)
  const local: ToldStorage = { source, backend: 'local', bucket: '', endpoints: [] }
  const switches = ['S3_ENABLED', 'STORAGE_BACKEND'].map((name) => environment.get(name)?.text ?? '')
  const isOn = is(environment, 'S3_ENABLED', 'true') || is(environment, 'STORAGE_BACKEND', 's3')
  if (!isOn) return switches.every(isKnown) ? local : null
  // Without one of them it stores locally and says nothing.
  const needed = ['S3_BUCKET_NAME', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']
  if (needed.some((name) => lookUp(environment, name) === undefined)) return local
  const bucket = lookUp(environment, 'S3_BUCKET_NAME')?.text ?? ''
  // One that is set and empty hides the other.
  const named = (environment.get('S3_ENDPOINT_URL') ?? environment.get('S3_ENDPOINT'))?.text.trim() ?? ''
  if (!isKnown(bucket) || !isKnown(named)) return null
  const endpoints = named === '' ? [] : [...new Set([named, ...fromOutside(named, readur, all)])]
  return { source, backend: 's3', bucket, endpoints }
}

const is = (environment: Environment, name: string, value: string): boolean =>
  environment.get(name)?.text.trim().toLowerCase() === value

function sourceOf({ name, running, origin: { file } }: Container): string {
  if (running === null) return `service ${name} in ${file ?? 'its Compose file'}`
  return running ? `container ${name}` : `container ${name}, which is stopped`
}

/** The addresses at which the server, and others, reach what Readur calls by this one. */
function fromOutside(endpoint: string, readur: Container, all: readonly Container[]): string[] {
  if (!URL.canParse(endpoint)) return []
  const { protocol, hostname, port } = new URL(endpoint)
  const isHttps = protocol === 'https:'
  const reach = reachOf(hostname, port === '' ? (isHttps ? '443' : '80') : port, readur, all)
  const ways = reach.how === 'container' ? reach.ways : reach.how === 'server' ? [reach] : []
  return ways.map((way) => `${protocol}//${addressOf(way.host, way.port)}`)
}

/** Nobody has more that matter; a hostile reply may. */
const mostServices = 200
const mostPorts = 20

/** What Readur reaches by other names than everybody else does. */
export function networkOf(readur: Container, all: readonly Container[]): InnerNetwork {
  const { onHostNetwork } = readur
  const networks = new Set(readur.networks)
  const isNear = (it: Container): boolean =>
    it !== readur && !it.onHostNetwork && it.networks.some((one) => networks.has(one))
  const services = onHostNetwork
    ? []
    : all
        .filter(isNear)
        .slice(0, mostServices)
        .flatMap((it) => servicesOf(it, readur))
  return { isServers: onHostNetwork, services }
}

function servicesOf(container: Container, readur: Container): InnerService[] {
  const name = withoutUnknown(container.service ?? container.name)
  const few = {
    ...container,
    ports: container.ports.slice(0, mostPorts),
    addresses: container.addresses.slice(0, mostPorts),
  }
  const ports = new Set([...few.ports.map(({ containerPort }) => containerPort), s3ServerOf(container)?.port ?? ''])
  return [...ports]
    .filter((port) => port !== '')
    .map((port) => ({ name, port, places: waysTo(few, port, readur).map((way) => addressOf(way.host, way.port)) }))
}
