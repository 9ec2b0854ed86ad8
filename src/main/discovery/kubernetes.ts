import { child, childMap, childText, itemsOf } from './composeTree.ts'
import type { Container, Mount } from './container.ts'
import type { Discovered, Origin } from './discovered.ts'
import { unknownMark, variable, type Environment, type Variable } from './environment.ts'
import { discoverAmong } from './fromContainers.ts'
import { notFound } from './refusal.ts'
import { parseYamlDocuments, type Mapping, type Text, type Tree } from './yamlTree.ts'

/** Whether a text is one for Kubernetes: a manifest, values of a Helm chart, or a part of either with variables. */
export const isForKubernetes = (text: string): boolean =>
  !/^services\s*:/m.test(text) &&
  (/^(apiVersion|kind)\s*:/m.test(text) ||
    /^[\s-]*env(From)?\s*:\s*(#.*)?$/m.test(text) ||
    /^[\s-]*name\s*:.*\n\s+value(From)?\s*:/m.test(text))

/** More containers or objects are not a person's files. */
const most = 300

/** What a workload says of its containers. */
interface Surroundings {
  /** `deployment/readur`, as kubectl takes it; null where no workload is around. */
  workload: string | null
  namespace: string | null
  /** What its pods are made of, as far as that is around the container. */
  pod: PodSpec
}

interface PodSpec {
  volumes?: Tree | undefined
  hostNetwork?: boolean
  /** The service that gives each of its pods a name of its own: `NAME.SUBDOMAIN`. */
  subdomain?: string | undefined
  hostAliases?: Tree | undefined
}

type Values = ReadonlyMap<string, Text>

/** ConfigMaps and Secrets by kind and name. */
type Sources = ReadonlyMap<string, Values>

/**
 * The settings of each Readur among files for Kubernetes, which belong together: what one refers to may be in another.
 * `uploadPath`: where in the pod its uploads are known to be, whatever is said of its variables. Throws DISCOVERY_UNREADABLE
 * and READUR_NOT_FOUND.
 */
export function discoverKubernetes(
  files: readonly { name: string; text: string }[],
  uploadPath: string | null = null,
): Discovered[] {
  const objects = files.flatMap(({ name, text }) => parseYamlDocuments(text, name).flatMap(objectsOf))
  const sources = new Map(objects.slice(0, most).flatMap(sourceOf))
  const notes = new Map<string, string>()
  const containers = objects
    .slice(0, most)
    .flatMap((object) => [...containersIn(object, 'readur', { workload: null, namespace: null, pod: {} })])
    .slice(0, most)
    .map((found) => toContainer(found, sources, notes))
    .map((container) => (uploadPath === null ? container : withUploads(container, uploadPath)))
  const where = files.map(({ name }) => name).join(', ')
  const found = discoverAmong(containers, where, [...notes])
  if (found.length === 0) throw notFound(where)
  return found
}

const withUploads = (container: Container, path: string): Container => ({
  ...container,
  environment: new Map([...container.environment, ['UPLOAD_PATH', variable(path, container.origin)]]),
})

const objectsOf = (tree: Tree): readonly Tree[] =>
  childText(tree, 'kind')?.text === 'List' ? itemsOf(child(tree, 'items')) : [tree]

function sourceOf(object: Tree): [string, Values][] {
  const kind = childText(object, 'kind')?.text
  const name = childText(child(object, 'metadata'), 'name')?.text
  if (typeof name !== 'string' || (kind !== 'ConfigMap' && kind !== 'Secret')) return []
  const values = new Map<string, Text>()
  for (const [key, value] of childMap(object, 'data')?.entries ?? []) {
    if (value.kind === 'text' && value.text !== null) values.set(key, kind === 'Secret' ? decoded(value) : value)
  }
  for (const [key, value] of childMap(object, 'stringData')?.entries ?? []) {
    if (value.kind === 'text' && value.text !== null) values.set(key, value)
  }
  return [[`${kind} ${name}`, values]]
}

const decoded = (value: Text): Text => ({
  ...value,
  text: Buffer.from(value.text ?? '', 'base64').toString('utf8'),
  rewritten: false,
})

interface FoundContainer {
  name: string
  tree: Mapping
  around: Surroundings
}

/** Everything with variables, wherever a manifest, a chart or a part of either has it. `name`: of what holds the tree. */
function* containersIn(tree: Tree, name: string, around: Surroundings): Generator<FoundContainer> {
  if (tree.kind === 'text') return
  if (tree.kind === 'list') {
    if (tree.items.some((it) => childText(it, 'name') && (child(it, 'value') ?? child(it, 'valueFrom')))) {
      // A list of variables alone, as `kubectl get … -o yaml` or a chat shows it.
      yield { name, tree: { ...tree, kind: 'map', entries: new Map([['env', tree]]) }, around }
      return
    }
    for (const item of tree.items) yield* containersIn(item, childText(item, 'name')?.text ?? name, around)
    return
  }
  const inside = surroundingsOf(tree, around)
  if (tree.entries.has('env') || tree.entries.has('envFrom')) yield { name, tree, around: inside }
  for (const [key, value] of tree.entries) {
    if (key === 'env' || key === 'envFrom') continue
    yield* containersIn(value, value.kind === 'map' ? key : name, inside)
  }
}

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'])

function surroundingsOf(tree: Mapping, around: Surroundings): Surroundings {
  const kind = childText(tree, 'kind')?.text ?? ''
  const metadata = child(tree, 'metadata')
  const name = childText(metadata, 'name')?.text
  const pod = podSpecOf(tree, around.pod)
  if (!workloads.has(kind) || typeof name !== 'string') return { ...around, pod }
  const namespace = childText(metadata, 'namespace')?.text ?? null
  return { workload: `${kind.toLowerCase()}/${name}`, namespace, pod }
}

/** A StatefulSet names the service of its pods, a pod its subdomain. */
function podSpecOf(tree: Mapping, around: PodSpec): PodSpec {
  const subdomain = childText(tree, 'subdomain') ?? childText(tree, 'serviceName')
  return {
    volumes: child(tree, 'volumes') ?? around.volumes,
    hostNetwork: childText(tree, 'hostNetwork')?.text === 'true' || around.hostNetwork === true,
    subdomain: subdomain?.text ?? around.subdomain,
    hostAliases: child(tree, 'hostAliases') ?? around.hostAliases,
  }
}

const hostsOf = ({ hostAliases }: PodSpec): [string, string][] =>
  itemsOf(hostAliases).flatMap((it) => {
    const address = childText(it, 'ip')?.text
    return itemsOf(child(it, 'hostnames')).flatMap((name): [string, string][] =>
      typeof address === 'string' && name.kind === 'text' && name.text !== null
        ? [[name.text.toLowerCase(), address]]
        : [],
    )
  })

function toContainer({ name, tree, around }: FoundContainer, sources: Sources, notes: Map<string, string>): Container {
  const { file, line } = tree
  const { workload, namespace, pod } = around
  const origin = { file, line, container: name }
  return {
    name,
    dockerName:
      workload === null
        ? null
        : `kubernetes:${namespace === null ? '' : `${namespace}/`}${workload}${workload.startsWith('pod/') ? '' : `:${name}`}`,
    service: null,
    origin,
    image: imageOf(child(tree, 'image')),
    aliases: [name],
    environment: environmentOf(tree, name, sources, notes),
    workingDir: childText(tree, 'workingDir')?.text ?? null,
    mounts: mountsOf(tree, around, origin),
    ports: [],
    addresses: [],
    networks: [],
    onHostNetwork: pod.hostNetwork === true,
    inCluster: true,
    subdomain: pod.subdomain,
    hosts: new Map(hostsOf(pod)),
    dependsOn: [],
    labels: new Map(),
    running: null,
  }
}

/** `name:tag`, or the parts of it that a Helm chart has. */
function imageOf(tree: Tree | undefined): string | null {
  if (tree?.kind === 'text') return tree.text
  const repository = childText(tree, 'repository')?.text ?? null
  return repository === null ? null : `${repository}:${childText(tree, 'tag')?.text ?? 'latest'}`
}

function environmentOf(tree: Mapping, container: string, sources: Sources, notes: Map<string, string>): Environment {
  const all = new Map<string, Variable>()
  for (const item of itemsOf(child(tree, 'envFrom'))) {
    const prefix = childText(item, 'prefix')?.text ?? ''
    for (const source of sourcesNamedIn(item)) {
      const values = sources.get(source)
      if (!values) {
        notes.set(
          `${source} was not found. Variables that it sets are missing.`,
          'Import its manifest together with this file, or type what is missing.',
        )
      }
      for (const [key, value] of values ?? []) all.set(prefix + key, variableOf(value, container, prefix + key))
    }
  }
  for (const [name, value] of pairsOf(child(tree, 'env'))) {
    const written = value.kind === 'text' ? value : childText(value, 'value')
    if (written) all.set(name, filled(variableOf(written, container, name), all))
    else all.set(name, referred(value, container, name, sources))
  }
  return all
}

function* sourcesNamedIn(item: Tree): Generator<string> {
  for (const [key, kind] of [
    ['configMapRef', 'ConfigMap'],
    ['secretRef', 'Secret'],
  ] as const) {
    const name = childText(child(item, key), 'name')?.text ?? childText(item, key)?.text
    if (typeof name === 'string') yield `${kind} ${name}`
  }
}

/** `- name: NAME` with a value, as manifests have it, and `NAME: value`, as charts do. */
function* pairsOf(tree: Tree | undefined): Generator<[string, Tree]> {
  if (tree?.kind === 'map') yield* tree.entries
  for (const item of tree?.kind === 'list' ? tree.items : []) {
    const name = childText(item, 'name')?.text
    if (typeof name === 'string') yield [name, item]
  }
}

/** The value of a key of a ConfigMap or Secret. */
function referred(tree: Tree, container: string, name: string, sources: Sources): Variable {
  const from = child(tree, 'valueFrom') ?? tree
  for (const [key, kind] of [
    ['secretKeyRef', 'Secret'],
    ['configMapKeyRef', 'ConfigMap'],
  ] as const) {
    const reference = child(from, key)
    const source = `${kind} ${childText(reference, 'name')?.text ?? '?'}`
    const wanted = childText(reference, 'key')?.text ?? ''
    if (reference === undefined) continue
    const value = sources.get(source)?.get(wanted)
    if (value) return { ...variableOf(value, container, name), origin: originOf(tree, container, name) }
    return unknown(originOf(tree, container, name), `The key ${wanted} of the ${source}`)
  }
  return unknown(originOf(tree, container, name), name)
}

const originOf = ({ file, line }: Tree, container: string, name: string): Origin => ({
  file,
  line,
  container,
  variable: name,
})

const unknown = (origin: Origin, what: string): Variable => ({ ...variable(unknownMark, origin), unset: [what] })

/** Kubernetes takes strings alone, so that numbers come as they are written. A template of Helm is filled in elsewhere. */
function variableOf(value: Text, container: string, name: string): Variable {
  const origin = originOf(value, container, name)
  const text = value.text ?? ''
  return text.includes('{{') ? unknown(origin, 'A template of Helm') : variable(text, origin)
}

/** `$(NAME)` stands for a variable before it, `$$(` for `$(`; what names none stays as it is. */
function filled(own: Variable, before: Environment): Variable {
  const unset = [...own.unset]
  const text = own.text.replace(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (all, name?: string) => {
    if (name === undefined) return '$'
    const other = before.get(name)
    unset.push(...(other?.unset ?? []))
    return other?.text ?? all
  })
  return { ...own, text, unset }
}

/** Volumes that are deleted with their pod. */
const ofPod = ['emptyDir', 'ephemeral']

/**
 * Folders of a node, volumes that go with the pod, and volumes of the cluster. What is a part of a file may be mounted by
 * another part: of a container without its workload all is taken to lie on a volume.
 */
function mountsOf(tree: Mapping, { workload, pod: { volumes } }: Surroundings, origin: Origin): Mount[] {
  const sources = new Map(itemsOf(volumes).map((it) => [childText(it, 'name')?.text ?? '', it]))
  const why = 'The uploads are on a volume of the cluster, which only its pods see.'
  const nowhere = { host: null, why, assumed: false, volume: null, origin: { ...origin, variable: 'volumeMounts' } }
  const mounts = itemsOf(child(tree, 'volumeMounts')).flatMap((it): Mount[] => {
    const target = childText(it, 'mountPath')?.text
    if (typeof target !== 'string') return []
    const source = sources.get(childText(it, 'name')?.text ?? '')
    const path = childText(child(source, 'hostPath'), 'path')?.text
    if (typeof path !== 'string') {
      const isOfPod = ofPod.some((kind) => child(source, kind) !== undefined)
      return [{ ...nowhere, kind: isOfPod ? 'emptyDir' : 'volume', target }]
    }
    const part = childText(it, 'subPath')?.text
    const host = typeof part === 'string' ? `${path}/${part}` : path
    return [{ ...nowhere, kind: 'bind', target, host, why: null, assumed: true }]
  })
  return workload === null ? [...mounts, { ...nowhere, kind: 'volume', target: '/' }] : mounts
}
