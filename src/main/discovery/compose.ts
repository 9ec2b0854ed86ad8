import { MigrateError } from '../engine/errors.ts'
import { ComposeContext, projectOf } from './composeContext.ts'
import { child, childMap, childText, itemsOf, mergeServices } from './composeTree.ts'
import { composeContainer } from './composeService.ts'
import type { Discovered } from './discovered.ts'
import { isKnown, variable, type Environment, type Variable } from './environment.ts'
import { discoverAmong } from './fromContainers.ts'
import type { LookUp } from './interpolate.ts'
import { Neighbours, type ReadFile } from './neighbours.ts'
import { notFound, unreadable } from './refusal.ts'
import { parseYaml, type Mapping, type Tree } from './yamlTree.ts'

export interface ComposeOptions {
  /** Where the file lies, from the root, when that is known; else its name. Relative paths in it depend on it. */
  path?: string
  /** Name of the project, when it was started with `-p`. */
  project?: string
  /** Variables of the shell that starts Compose, which go before those of `.env`. */
  variables?: Readonly<Record<string, string>>
}

/**
 * The settings of each Readur in a Compose file, the likeliest first. `read` gives files that it names or that lie beside
 * it: `.env`, env_file, the override file. Throws DISCOVERY_UNREADABLE and READUR_NOT_FOUND.
 */
export async function discoverCompose(
  text: string,
  read: ReadFile,
  options: ComposeOptions = {},
): Promise<Discovered[]> {
  const path = options.path ?? 'docker-compose.yml'
  const main = fileOf(parseYaml(text, path), path)
  const neighbours = new Neighbours(read)

  // The name of the project plays no part in finding these.
  const beside = new ComposeContext(path, null, () => undefined)
  const shell: LookUp = (name) => {
    const own = options.variables
    return own && Object.hasOwn(own, name) ? variable(own[name] ?? '', { variable: name }) : undefined
  }
  const dotEnv = await neighbours.variables(beside.neighbour('.env'), shell, 'optional')
  const lookUp: LookUp = (name) => shell(name) ?? dotEnv.get(name)
  const project = options.project ?? projectName(main, lookUp, path)
  const context = new ComposeContext(path, project, (name) =>
    name === 'COMPOSE_PROJECT_NAME' && project !== null ? variable(project, { file: path }) : lookUp(name),
  )

  const file = await withOverride(main, path, context, neighbours)
  noteWhatIsLeftOut(file, neighbours)
  const services = servicesOf(file, neighbours)
  const containers = []
  for (const [name, service] of services) {
    const fromFiles = await envFilesOf(service, context, neighbours)
    containers.push(composeContainer(name, service, childMap(file, 'volumes'), fromFiles, context))
  }
  const found = discoverAmong(containers, path, neighbours.notes)
  if (found.length === 0) throw notFound(path)
  return found
}

function fileOf(tree: Tree, path: string): Mapping {
  if (tree.kind !== 'map') throw unreadable(path, 'it is not a Compose file.')
  return tree
}

function projectName(file: Mapping, lookUp: LookUp, path: string): string | null {
  const set = lookUp('COMPOSE_PROJECT_NAME')
  if (set && set.text !== '' && isKnown(set.text)) return set.text
  const name = childText(file, 'name')
  const filled = name && new ComposeContext(path, null, lookUp).fill(name).text
  return filled !== undefined && isKnown(filled) ? filled : projectOf(path)
}

/** The file that Compose lays over one of the usual names by itself. */
async function withOverride(
  file: Mapping,
  path: string,
  context: ComposeContext,
  neighbours: Neighbours,
): Promise<Mapping> {
  const stem = /(?:^|[\\/])((?:docker-)?compose)\.ya?ml$/.exec(path)?.[1]
  if (stem === undefined) return file
  for (const name of [`${stem}.override.yml`, `${stem}.override.yaml`]) {
    const text = await neighbours.text(context.neighbour(name), 'optional')
    const over = text === null ? null : overrideOf(text, context.neighbour(name), neighbours)
    if (over === null) continue
    neighbours.note(`${name} is beside the file and was merged into it, as Compose does.`)
    return {
      ...file,
      entries: new Map([
        ...file.entries,
        ...mergedSection('services', file, over, mergeServices),
        ...mergedSection('volumes', file, over, (_, it) => it),
      ]),
    }
  }
  return file
}

function overrideOf(text: string, path: string, neighbours: Neighbours): Mapping | null {
  try {
    return fileOf(parseYaml(text, path), path)
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error
    neighbours.note(`${error.message} It was left out.`, 'Compose merges it into the file. Fix it, then import again.')
    return null
  }
}

function mergedSection(
  name: string,
  base: Mapping,
  over: Mapping,
  merge: (base: Mapping, over: Mapping) => Mapping,
): [string, Mapping][] {
  const [below, above] = [childMap(base, name), childMap(over, name)]
  if (!above) return []
  const entries = new Map<string, Tree>(below?.entries)
  for (const [key, value] of above.entries) {
    const old = entries.get(key)
    entries.set(key, old?.kind === 'map' && value.kind === 'map' ? merge(old, value) : value)
  }
  return [[name, { ...above, entries }]]
}

function noteWhatIsLeftOut(file: Mapping, neighbours: Neighbours): void {
  if (itemsOf(child(file, 'include')).length === 0) return
  neighbours.note(
    'The file includes others, which were not read.',
    'Write all into one file with `docker compose config`, and import that; it holds the passwords, so delete it afterwards.',
  )
}

/** All services, with what they extend put in. */
function servicesOf(file: Mapping, neighbours: Neighbours): Map<string, Mapping> {
  const services = childMap(file, 'services')
  if (!services) throw unreadable(file.file, 'it has no services.')
  const done = new Map<string, Mapping>()
  for (const [name, tree] of [...services.entries].slice(0, mostServices)) {
    if (tree.kind === 'map') done.set(name, extended(tree, services, neighbours, [name]))
  }
  return done
}

/** No Compose file has more. */
const mostServices = 300
const deepestExtends = 10

function extended(service: Mapping, services: Mapping, neighbours: Neighbours, path: readonly string[]): Mapping {
  const extend = child(service, 'extends')
  if (!extend) return service
  const name = (extend.kind === 'text' ? extend.text : childText(extend, 'service')?.text) ?? ''
  const base = childMap(services, name)
  if (childText(extend, 'file') || !base || path.includes(name) || path.length > deepestExtends) {
    neighbours.note(
      `The service ${path[0] ?? ''} extends a service that was not read (line ${extend.line}).`,
      'Write all into one file with `docker compose config`, and import that; it holds the passwords, so delete it afterwards.',
    )
    return service
  }
  return mergeServices(extended(base, services, neighbours, [...path, name]), service)
}

/** Variables of the env_file entries, each over those before it. */
async function envFilesOf(service: Mapping, context: ComposeContext, neighbours: Neighbours): Promise<Environment> {
  const all = new Map<string, Variable>()
  for (const item of itemsOf(child(service, 'env_file'))) {
    const path = item.kind === 'text' ? item : childText(item, 'path')
    if (!path) continue
    const filled = context.fill(path)
    if (!isKnown(filled.text)) {
      neighbours.noteMissing(filled.unset.map((it) => it.replace(/^\$/, '')).join(', '))
      continue
    }
    const need = childText(item, 'required')?.text === 'false' ? 'optional' : 'required'
    const isRaw = childText(item, 'format')?.text === 'raw'
    const earlier: LookUp = (name) => context.lookUp(name) ?? all.get(name)
    const found = await neighbours.variables(context.neighbour(filled.text), earlier, need, isRaw)
    for (const [name, value] of found) all.set(name, value)
  }
  return all
}
