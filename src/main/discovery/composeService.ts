import type { ComposeContext } from './composeContext.ts'
import { child, childMap, childText, itemsOf, pairsOf } from './composeTree.ts'
import { composeMounts } from './composeVolumes.ts'
import type { Container, PortPair, PublishedPort } from './container.ts'
import { isKnown, unknownMark, withoutUnknown, type Environment, type Variable } from './environment.ts'
import { parsePort, portOf } from './portSpec.ts'
import type { Mapping, Tree } from './yamlTree.ts'

/** A service of a Compose file as a container; `fromFiles` are the variables of its env_file entries. */
export function composeContainer(
  name: string,
  service: Mapping,
  volumes: Mapping | undefined,
  fromFiles: Environment,
  context: ComposeContext,
): Container {
  const origin = { file: service.file, service: name }
  const text = (key: string): string | null => {
    const found = childText(service, key)
    return found ? context.fill(found).text : null
  }
  const networkMode = text('network_mode')
  return {
    name,
    // The name that Compose gives the first container of a service.
    dockerName: text('container_name') ?? (context.project === null ? null : `${context.project}-${name}-1`),
    service: name,
    origin,
    image: text('image'),
    aliases: aliasesOf(name, service, text),
    environment: environmentOf(name, service, fromFiles, context),
    workingDir: text('working_dir'),
    mounts: composeMounts(name, service, volumes, context),
    ports: publishedBy(name, service, context),
    addresses: [],
    networks: networksOf(service, networkMode),
    onHostNetwork: networkMode === 'host',
    hosts: new Map(hostsOf(service, context)),
    dependsOn: keysOf(child(service, 'depends_on')),
    labels: labelsOf(service, context),
    running: null,
  }
}

function environmentOf(service: string, tree: Mapping, fromFiles: Environment, context: ComposeContext): Environment {
  const environment = new Map<string, Variable>(fromFiles)
  for (const [name, value, at] of pairsOf(child(tree, 'environment'))) {
    const place = { service, variable: name }
    if (value) {
      environment.set(name, context.fill(value, place))
      continue
    }
    // A name alone takes its value from where Compose takes its own variables.
    const outer = context.lookUp(name)
    const origin = { file: at.file, line: at.line, ...place }
    if (outer) environment.set(name, { ...outer, origin: { ...origin, via: [outer.origin] } })
    else environment.set(name, { text: unknownMark, origin, unset: [name], assumed: false, rewritten: false })
  }
  return environment
}

/** Names of a list, or keys of a map. */
const keysOf = (tree: Tree | undefined): string[] => [...pairsOf(tree, /$^/)].map(([name]) => name)

function aliasesOf(name: string, service: Mapping, text: (key: string) => string | null): string[] {
  const networks = childMap(service, 'networks')
  const onNetworks = [...(networks?.entries.values() ?? [])].flatMap((it) => keysOf(child(it, 'aliases')))
  return [name, text('container_name'), text('hostname'), ...onNetworks].filter((it) => it !== null)
}

/** Names of its networks; all services without any share one. */
function networksOf(service: Mapping, mode: string | null): string[] {
  if (mode !== null) return [mode]
  const names = keysOf(child(service, 'networks'))
  return names.length === 0 ? ['default'] : names
}

function* hostsOf(service: Mapping, context: ComposeContext): Generator<[string, string]> {
  for (const [name, value] of pairsOf(child(service, 'extra_hosts'), /[=:]/)) {
    if (value) yield [name.toLowerCase(), context.fill(value).text.replace(/^\[(.*)\]$/, '$1')]
  }
}

function labelsOf(service: Mapping, context: ComposeContext): Map<string, string> {
  const labels = new Map<string, string>()
  for (const [name, value] of pairsOf(child(service, 'labels'))) if (value) labels.set(name, context.fill(value).text)
  return labels
}

/** No service publishes more. */
const mostPorts = 2000

function publishedBy(name: string, service: Mapping, context: ComposeContext): PublishedPort[] {
  const all: PublishedPort[] = []
  for (const item of itemsOf(child(service, 'ports'))) {
    if (all.length < mostPorts) all.push(...portsOf(item, name, context))
  }
  return all
}

function portsOf(tree: Tree, service: string, context: ComposeContext): PublishedPort[] {
  const origin = { file: tree.file, line: tree.line, service, variable: 'ports' }
  if (tree.kind === 'text') {
    const { text, assumed } = context.fill(tree)
    const pairs = isKnown(text) ? parsePort(text) : publishedSomewhere(text)
    return pairs.map((it) => ({ ...it, origin, assumed }))
  }
  const get = (key: string): Variable | null => {
    const found = childText(tree, key)
    return found ? context.fill(found) : null
  }
  const published = get('published')
  if (get('protocol')?.text === 'udp') return []
  const hostPort = published && isKnown(published.text) ? published.text : null
  const pairs = portOf(get('target')?.text ?? '', hostPort, withoutUnknown(get('host_ip')?.text ?? ''))
  return pairs.map((it) => ({ ...it, origin, assumed: published?.assumed ?? false }))
}

/** Of `${PORT}:5432` only the container's port is known. */
function publishedSomewhere(text: string): PortPair[] {
  const containerPort = /(\d{1,5})(\/tcp)?$/.exec(text)?.[1]
  return containerPort === undefined ? [] : [{ containerPort, hostPort: null, hostIp: '' }]
}
