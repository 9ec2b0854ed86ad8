import { isAbsolute } from 'node:path/posix'
import { runtimeLabels, type ContainerRuntime } from '../../shared/container.ts'
import type { Container, Mount, NetworkAddress, PublishedPort } from './container.ts'
import type { Discovered } from './discovered.ts'
import { parseContainers, parseVolumes, type InspectedContainer, type InspectedVolume } from './dockerReply.ts'
import { variable } from './environment.ts'
import { discoverAmong } from './fromContainers.ts'
import { notFound } from './refusal.ts'

export type Engine = Exclude<ContainerRuntime, 'kubernetes'>

/**
 * The settings of each Readur among containers, the likeliest first, from what `docker inspect` says of all of them, and
 * `docker volume inspect` of their volumes where that is known. Throws DISCOVERY_UNREADABLE and READUR_NOT_FOUND.
 */
export function discoverContainers(containers: string, volumes?: string): Discovered[] {
  const found = discoverInspected(parseContainers(containers), volumes === undefined ? [] : parseVolumes(volumes))
  if (found.length === 0) throw notFound('the containers of Docker')
  return found
}

/** The same, of replies that were read already; empty when there is no Readur. */
export function discoverInspected(
  containers: readonly InspectedContainer[],
  volumes: readonly InspectedVolume[],
  engine: Engine = 'docker',
): Discovered[] {
  const known = new Map(volumes.map((it) => [it.Name, it]))
  return discoverAmong(
    containers.map((it) => fromInspect(it, known, engine)),
    runtimeLabels[engine],
  )
}

/** Volumes that containers use, by name. */
export const volumesOf = (containers: readonly InspectedContainer[]): string[] => [
  ...new Set(containers.flatMap(({ Mounts }) => Mounts.filter((it) => it.Type === 'volume').map((it) => it.Name))),
]

function fromInspect(it: InspectedContainer, volumes: ReadonlyMap<string, InspectedVolume>, engine: Engine): Container {
  const name = it.Name.replace(/^\//, '')
  const service = it.Config.Labels.get('com.docker.compose.service') ?? null
  const networks = [...it.NetworkSettings.Networks]
  const aliases = networks.flatMap(([, network]) => [...(network?.Aliases ?? []), ...(network?.DNSNames ?? [])])
  const running = it.State?.Running ?? false
  return {
    name,
    dockerName: engine === 'podman' ? `podman:${name}` : name,
    service,
    origin: { container: name },
    image: it.Config.Image === '' ? null : it.Config.Image,
    aliases: [...new Set([name, it.Id.slice(0, 12), ...aliases])],
    environment: new Map(it.Config.Env.flatMap((line) => entryOf(line, name))),
    workingDir: it.Config.WorkingDir === '' ? null : it.Config.WorkingDir,
    mounts: mountsOf(it, name, volumes),
    ports: portsOf(running ? it.NetworkSettings.Ports : it.HostConfig.PortBindings, name),
    addresses: networks.flatMap(([network, facts]) => (facts ? addressesOf(network, facts) : [])),
    networks: networks.map(([network]) => network),
    onHostNetwork: it.HostConfig.NetworkMode === 'host',
    hosts: new Map(it.HostConfig.ExtraHosts.flatMap(hostOf)),
    dependsOn: (it.Config.Labels.get('com.docker.compose.depends_on') ?? '')
      .split(',')
      .map((one) => one.replace(/:.*$/, '')),
    labels: it.Config.Labels,
    running,
  }
}

function entryOf(line: string, container: string) {
  const at = line.indexOf('=')
  const name = line.slice(0, at)
  return at < 1 ? [] : [[name, variable(line.slice(at + 1), { container, variable: name })] as const]
}

/** `name:address` or `name=address`; the address may be an IPv6 one. */
function hostOf(line: string): [string, string][] {
  const [, name, address] = /^([^:=]+)[:=]\[?([^\]]+)\]?$/.exec(line) ?? []
  return name === undefined || address === undefined ? [] : [[name.toLowerCase(), address]]
}

function portsOf(bindings: InspectedContainer['NetworkSettings']['Ports'], container: string): PublishedPort[] {
  return [...bindings].flatMap(([key, places]) => {
    const containerPort = /^(\d+)(\/tcp)?$/.exec(key)?.[1]
    if (containerPort === undefined) return []
    return places.map(({ HostIp, HostPort }) => ({
      containerPort,
      hostPort: HostPort === '' || HostPort === '0' ? null : HostPort,
      hostIp: HostIp,
      origin: { container, variable: 'Ports' },
      assumed: false,
    }))
  })
}

type Network = NonNullable<ReturnType<InspectedContainer['NetworkSettings']['Networks']['get']>>

function addressesOf(network: string, facts: Network): NetworkAddress[] {
  return [
    { network, address: facts.IPAddress, gateway: facts.Gateway },
    { network, address: facts.GlobalIPv6Address, gateway: facts.IPv6Gateway },
  ].filter((it) => it.address !== '')
}

function mountsOf(
  { Mounts, HostConfig }: InspectedContainer,
  container: string,
  volumes: ReadonlyMap<string, InspectedVolume>,
): Mount[] {
  const origin = { container, variable: 'Mounts' }
  const nothing = { host: null, why: null, assumed: false, volume: null, origin }
  const inMemory = HostConfig.Tmpfs.map((target) => ({ ...nothing, kind: 'tmpfs', target }) as const)
  const mounts = Mounts.map(({ Type, Name, Source, Destination, Driver }): Mount => {
    const mount = { ...nothing, target: Destination }
    if (Type === 'tmpfs') return { ...mount, kind: 'tmpfs' }
    if (Type === 'bind') return { ...mount, kind: 'bind', host: onServer(Source) }
    const volume = volumes.get(Name)
    const host = boundFolder(volume) ?? (volume?.Mountpoint !== '' ? volume?.Mountpoint : undefined) ?? Source
    const isElsewhere = !isAbsolute(host) || !['', 'local'].includes(Driver)
    return isElsewhere
      ? { ...mount, kind: 'volume', volume: Name, why: 'The volume is kept by a driver of its own.' }
      : { ...mount, kind: 'volume', volume: Name, host }
  })
  return [...mounts, ...inMemory]
}

/** The folder that a volume of the local driver is bound to: where people put their files. */
function boundFolder(volume: InspectedVolume | undefined): string | undefined {
  const device = volume?.Options.get('device')
  const isBound = volume?.Options.get('o')
    ?.split(',')
    .some((it) => it === 'bind' || it === 'rbind')
  return isBound && device !== undefined && isAbsolute(device) ? device : undefined
}

/** Docker Desktop names folders of the computer as its virtual machine sees them. */
function onServer(source: string): string {
  const [, drive, rest = ''] = /^\/(?:run\/desktop\/mnt\/host|host_mnt)\/([a-z])(\/.*)?$/.exec(source) ?? []
  if (drive !== undefined) return `${drive.toUpperCase()}:${rest.replaceAll('/', '\\')}`
  return source.replace(/^\/(run\/desktop\/mnt\/host|host_mnt)(?=\/)/, '')
}
