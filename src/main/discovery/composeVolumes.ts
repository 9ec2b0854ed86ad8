import type { ComposeContext } from './composeContext.ts'
import { child, childMap, childText, itemsOf } from './composeTree.ts'
import type { Mount } from './container.ts'
import { isKnown, whyUnset, type Variable } from './environment.ts'
import type { Mapping, Tree } from './yamlTree.ts'

/** Docker’s own rule. */
const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/

/** The mounts of a service. Of two at one place the later one counts. */
export function composeMounts(
  service: string,
  tree: Mapping,
  volumes: Mapping | undefined,
  context: ComposeContext,
): Mount[] {
  const mounts = new Map<string, Mount>()
  for (const item of itemsOf(child(tree, 'volumes'))) {
    const mount =
      item.kind === 'map' ? longForm(service, item, volumes, context) : shortForm(service, item, volumes, context)
    if (mount) mounts.set(mount.target, mount)
  }
  for (const item of itemsOf(child(tree, 'tmpfs'))) {
    const target = item.kind === 'text' ? context.fill(item).text.replace(/:.*$/, '') : ''
    if (target !== '') mounts.set(target, { ...nowhere(service, item, target), kind: 'tmpfs' })
  }
  return [...mounts.values()]
}

const nowhere = (service: string, { file, line }: Tree, target: string): Mount => ({
  kind: 'volume',
  target,
  host: null,
  why: null,
  assumed: false,
  volume: null,
  origin: { file, line, service, variable: 'volumes' },
})

function shortForm(service: string, tree: Tree, volumes: Mapping | undefined, context: ComposeContext): Mount | null {
  if (tree.kind !== 'text') return null
  const filled = context.fill(tree)
  const spec = parseVolume(filled.text)
  if (spec === null) return null
  const mount = nowhere(service, tree, spec.target)
  if (spec.source === null) return { ...mount, why: 'Docker made a volume without a name for it.' }
  // What it is of the two cannot be told while a variable is not known; what is missing is the same.
  const isBind = spec.kind === 'bind' || !isKnown(spec.source)
  return isBind
    ? bindMount(mount, { ...filled, text: spec.source }, context)
    : volumeMount(mount, spec.source, volumes, context)
}

function longForm(service: string, tree: Mapping, volumes: Mapping | undefined, context: ComposeContext): Mount | null {
  const text = (key: string): Variable | null => {
    const found = childText(tree, key)
    return found ? context.fill(found) : null
  }
  const target = text('target') ?? text('destination')
  if (!target) return null
  const mount = nowhere(service, tree, target.text)
  const type = text('type')?.text
  if (type === 'tmpfs') return { ...mount, kind: 'tmpfs' }
  const source = text('source') ?? text('src')
  if (!source) return { ...mount, why: 'Docker made a volume without a name for it.' }
  if (type === 'bind') return bindMount(mount, source, context)
  const place = volumeMount(mount, source.text, volumes, context)
  const below = childText(child(tree, 'volume'), 'subpath')
  if (!below || place.host === null) return place
  return { ...place, host: `${place.host}/${context.fill(below).text}` }
}

function bindMount(mount: Mount, source: Variable, context: ComposeContext): Mount {
  if (!isKnown(source.text)) return { ...mount, kind: 'bind', why: whyUnset({ ...source, origin: mount.origin }) }
  const found = context.absolute(source.text)
  const origin = source.origin.via ? { ...mount.origin, via: source.origin.via } : mount.origin
  const isHome = source.text.startsWith('~')
  return 'path' in found
    ? { ...mount, kind: 'bind', host: found.path, assumed: source.assumed || isHome, origin }
    : { ...mount, kind: 'bind', why: found.why }
}

function volumeMount(mount: Mount, key: string, volumes: Mapping | undefined, context: ComposeContext): Mount {
  const definition = childMap(volumes, key)
  const text = (tree: Tree | undefined, name: string): string | null => {
    const found = childText(tree, name)
    return found ? context.fill(found).text : null
  }
  const external = child(definition, 'external')
  const isExternal = external?.kind === 'map' || text(definition, 'external') === 'true'
  const prefix = isExternal ? '' : context.project === null ? null : `${context.project}_`
  const own = text(definition, 'name') ?? text(external, 'name')
  const name = own ?? (prefix === null ? null : prefix + key)
  if (name === null) {
    return { ...mount, why: `The volume is called PROJECT_${key}; the name of the Compose project is not known.` }
  }
  if (!isKnown(name) || !volumeName.test(name)) return { ...mount, why: 'The name of the volume is not known.' }
  return { ...mount, volume: name, ...dataOf(name, definition, text) }
}

/** Where the files of a volume lie: the folder that it is bound to, else where Docker keeps them as a rule. */
function dataOf(
  name: string,
  definition: Mapping | undefined,
  text: (tree: Tree | undefined, name: string) => string | null,
): Pick<Mount, 'host' | 'why' | 'assumed'> {
  const options = childMap(definition, 'driver_opts')
  const device = text(options, 'device')
  const isBound = text(options, 'o')
    ?.split(',')
    .some((it) => it === 'bind' || it === 'rbind')
  if (isBound && device !== null && isKnown(device)) return { host: device, why: null, assumed: false }
  const driver = text(definition, 'driver') ?? 'local'
  if (driver !== 'local') return { host: null, why: 'The volume is kept by a driver of its own.', assumed: false }
  return { host: `/var/lib/docker/volumes/${name}/_data`, why: null, assumed: true }
}

/** A mount in Compose's short form: `[source:]target[:options]`. The source may be a Windows path. */
interface VolumeSpec {
  source: string | null
  target: string
  kind: 'bind' | 'volume'
}

export function parseVolume(spec: string): VolumeSpec | null {
  const parts: string[] = []
  let rest = spec
  while (rest !== '' && parts.length <= 3) {
    // A single letter before a colon is a drive, not a name.
    const part = /^(?:[a-zA-Z]:(?=[\\/]))?[^:]*/.exec(rest)?.[0] ?? ''
    if (part === '') return null
    parts.push(part)
    rest = rest.slice(part.length + 1)
  }
  const [first, target] = parts
  if (first === undefined || parts.length > 3) return null
  if (target === undefined) return { source: null, target: first, kind: 'volume' }
  return { source: first, target, kind: isPath(first) ? 'bind' : 'volume' }
}

/** Anything that is not a path is the name of a volume. */
const isPath = (source: string): boolean => /^([./~]|\\\\|[a-zA-Z]:)/.test(source)
