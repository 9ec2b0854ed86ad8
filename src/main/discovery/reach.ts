import { hostOf, portOf } from '../../shared/webAddress.ts'
import type { Container } from './container.ts'
import type { Origin } from './discovered.ts'

/** How something that a container calls by `host` and `port` is reached from outside of it. */
export type Reach =
  /** Another container; without ways it is reachable on Docker's network only. */
  | { how: 'container'; by: Container; ways: readonly Way[] }
  /** A program on the server, outside of Docker. */
  | { how: 'server'; host: string; port: string }
  | { how: 'direct'; host: string; port: string }
  /** The container itself, and nothing else. */
  | { how: 'itself' }
  /** A service of the cluster: only pods reach it. */
  | { how: 'cluster'; host: string; port: string }
  /** A name that none of the containers has, and that no name service will know. */
  | { how: 'nowhere' }

/** A way to a port of a container from the server. */
export interface Way {
  how: 'published port' | 'container address' | 'server'
  host: string
  port: string
  origin: Origin
  assumed: boolean
}

const loopback = '127.0.0.1'
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
/** What Docker calls the server from inside of a container. */
const serverNames = new Set([
  'host.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
  'host-gateway',
])
/** Address of the server on Docker's default network. */
const defaultGateway = '172.17.0.1'

export function reachOf(host: string, port: string, from: Container, all: readonly Container[]): Reach {
  const name = host.toLowerCase()
  if (isLoopback(name)) return from.onHostNetwork ? { how: 'server', host: loopback, port } : { how: 'itself' }
  // What it stands for is looked at once: hostile names could stand for each other.
  const own = from.hosts.get(name)
  if (own !== undefined) return reachOf(own, port, { ...from, hosts: new Map() }, all)
  const gateways = [defaultGateway, ...from.addresses.map((it) => it.gateway)]
  if (serverNames.has(name) || gateways.includes(name)) return { how: 'server', host: loopback, port }

  if (from.inCluster === true && (isOfCluster(name) || all.some((it) => isPodOf(it, name))))
    return { how: 'cluster', host: name, port }

  const by = containerCalled(name, from, all)
  if (by) return { how: 'container', by, ways: waysTo(by, port, from) }
  return isPublicName(name) ? { how: 'direct', host, port } : { how: 'nowhere' }
}

/** The same of an address of the web. */
export const reachOfUrl = (url: URL, from: Container, all: readonly Container[]): Reach =>
  reachOf(hostOf(url), portOf(url), from, all)

/** Ways from the server, of what it does not reach by the container’s own name. */
export function waysFrom(reach: Reach): readonly { how: string; host: string; port: string }[] {
  if (reach.how === 'container') return reach.ways
  return reach.how === 'server' ? [reach] : []
}

/** All ways to a port of a container, the best first. */
export function waysTo(by: Container, port: string, from: Container): Way[] {
  const { origin } = by
  if (by.onHostNetwork) return [{ how: 'server', host: loopback, port, origin, assumed: false }]
  const published = by.ports.flatMap(({ containerPort, hostPort, hostIp, origin, assumed }): Way[] =>
    containerPort !== port || hostPort === null
      ? []
      : [{ how: 'published port', host: reachableIp(hostIp), port: hostPort, origin, assumed }],
  )
  const addresses = [...by.addresses].sort(
    (a, b) => Number(isShared(b.network, from)) - Number(isShared(a.network, from)),
  )
  const byAddress = {
    how: 'container address',
    port,
    origin: { ...origin, variable: 'Networks' },
    assumed: false,
  } as const
  return [...published, ...addresses.map((it): Way => ({ ...byAddress, host: it.address }))]
}

const isShared = (network: string, { networks }: Container): boolean => networks.includes(network)

const reachableIp = (ip: string): string => (ip === '' || ip === '0.0.0.0' || ip === '::' ? loopback : ip)

/**
 * The container that answers to a name or address. Names hold on a network that both share: elsewhere the same name is
 * another project's database.
 */
function containerCalled(name: string, from: Container, all: readonly Container[]): Container | undefined {
  const byAddress = all.find((it) => it.addresses.some(({ address }) => address.toLowerCase() === name))
  if (byAddress) return byAddress
  const called = all.filter((it) => answersTo(it, name))
  const isGuest = from.networks.length === 0 || from.networks.some((it) => /^(service|container):/.test(it))
  return called.find((it) => isGuest || it.networks.some((network) => isShared(network, from)))
}

function answersTo({ aliases, service }: Container, name: string): boolean {
  if (aliases.some((it) => it.toLowerCase() === name)) return true
  // The name that Compose gives a container: project, service, number.
  const unnumbered = name.replace(/[-_]\d+$/, '')
  return (
    service !== null &&
    unnumbered !== name &&
    ['-', '_'].some((sign) => unnumbered.endsWith(`${sign}${service.toLowerCase()}`))
  )
}

/** `name`, `name.namespace.svc` and `name.namespace.svc.cluster.local`. */
const isOfCluster = (host: string): boolean => !isPublicName(host) || /\.svc(\.|$)/.test(host)

/** `name.subdomain` and `name.subdomain.namespace`, of a pod that has a name of its own. */
function isPodOf({ inCluster, subdomain }: Container, host: string): boolean {
  const [, second, ...more] = host.split('.')
  return inCluster === true && subdomain !== undefined && second === subdomain.toLowerCase() && more.length < 2
}

/** A name with a dot or an address. A single word is known to Docker, or to a local network at best. */
const isPublicName = (host: string): boolean => host.includes('.') || host.includes(':') || host.startsWith('/')
