import { readurStorage } from '../../shared/readurStorage.ts'
import { isLoopback } from '../../shared/webAddress.ts'
import { isCurrentReadur } from '../../shared/readurVersion.ts'
import type { ToldStorage } from '../engine/readurState.ts'
import type { Container } from './container.ts'
import { addressOf } from './databaseUrl.ts'
import type { InnerNetwork, InnerService } from './discovered.ts'
import { isKnown, lookUp, withoutUnknown } from './environment.ts'
import { reachOfUrl, waysFrom, waysTo, type Reach } from './reach.ts'
import { s3ServerOf } from './recognise.ts'
import { versionOf } from './version.ts'

/** Where a container's variables tell Readur to store, as Readur reads them; null where they are not all known. */
export function storingOf(readur: Container, all: readonly Container[]): ToldStorage | null {
  const { environment } = readur
  const source = sourceOf(readur)
  const local: ToldStorage = {
    source,
    backend: 'local',
    bucket: '',
    endpoints: [],
    onServer: [],
    isItself: false,
    unsure: [],
  }
  const textOf = (name: string): string | undefined => environment.get(name)?.text
  const version = versionOf(readur)
  const { backend, isAsked, endpoint, usesAmazon, unsure } = readurStorage(
    textOf,
    version === null ? null : isCurrentReadur(version),
  )
  const switches = ['S3_ENABLED', 'STORAGE_BACKEND'].map((name) => textOf(name) ?? '')
  if (!isAsked) return switches.every(isKnown) ? local : null
  if (backend !== 's3') return local
  const bucket = lookUp(environment, 'S3_BUCKET_NAME')?.text ?? ''
  const named = usesAmazon ? '' : (endpoint?.text ?? '')
  if (!isKnown(bucket) || !isKnown(named)) return null
  const reach = URL.canParse(named) ? reachOfUrl(new URL(named), readur, all) : null
  const outside = reach ? fromOutside(named, reach) : []
  const endpoints = named === '' ? [] : [...new Set([named, ...outside])]
  const onServer = endpoints.filter((it) => outside.includes(it) || isHere(it))
  return { source, backend: 's3', bucket, endpoints, onServer, isItself: reach?.how === 'itself', unsure }
}

function sourceOf({ name, running, origin: { file } }: Container): string {
  if (running === null) return `service ${name} in ${file ?? 'its Compose file'}`
  return running ? `container ${name}` : `container ${name}, which is stopped`
}

/** The addresses at which the server, and others, reach what Readur calls by this one. */
const fromOutside = (endpoint: string, reach: Reach): string[] =>
  waysFrom(reach).map((way) => `${new URL(endpoint).protocol}//${addressOf(way.host, way.port)}`)

const isHere = (endpoint: string): boolean => URL.canParse(endpoint) && isLoopback(new URL(endpoint).hostname)

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
