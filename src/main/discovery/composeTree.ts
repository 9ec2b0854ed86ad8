import type { List, Mapping, Text, Tree } from './yamlTree.ts'

/** Parts of a Compose file, before variables are put in. A part of another kind than expected counts as absent. */

export const child = (tree: Tree | undefined, name: string): Tree | undefined =>
  tree?.kind === 'map' ? tree.entries.get(name) : undefined

export const childMap = (tree: Tree | undefined, name: string): Mapping | undefined => {
  const found = child(tree, name)
  return found?.kind === 'map' ? found : undefined
}

export const childText = (tree: Tree | undefined, name: string): Text | undefined => {
  const found = child(tree, name)
  return found?.kind === 'text' && found.text !== null ? found : undefined
}

/** The items of a list, or the one item that stands in its place. */
export const itemsOf = (tree: Tree | undefined): readonly Tree[] => {
  if (tree === undefined || (tree.kind === 'text' && tree.text === null)) return []
  return tree.kind === 'list' ? tree.items : [tree]
}

/**
 * Two descriptions of one service, the second over the first, as Compose merges them for `extends` and for an override
 * file: maps by key, lists one after the other, what else there is replaced.
 */
export function mergeServices(base: Mapping, over: Mapping): Mapping {
  const entries = new Map(base.entries)
  for (const [name, value] of over.entries) {
    const merged = mergeValues(name, entries.get(name), value)
    if (merged === undefined) entries.delete(name)
    else entries.set(name, merged)
  }
  return { ...over, entries }
}

const listOrMap = new Set(['environment', 'labels', 'extra_hosts', 'depends_on', 'networks'])
const lists = new Set(['volumes', 'ports', 'env_file', 'links'])

function mergeValues(name: string, base: Tree | undefined, over: Tree): Tree | undefined {
  if (over.tag === '!reset') return undefined
  if (base === undefined || over.tag === '!override') return over
  if (lists.has(name)) return joined(itemsOf(base), itemsOf(over), over)
  if (!listOrMap.has(name)) return over
  if (base.kind === 'map' && over.kind === 'map')
    return { ...over, entries: new Map([...base.entries, ...over.entries]) }
  // One of them is a list. What is read last wins, so that the order is enough.
  return joined(asItems(base), asItems(over), over)
}

const joined = (base: readonly Tree[], over: readonly Tree[], { file, line, tag }: Tree): List => ({
  kind: 'list',
  items: [...base, ...over],
  file,
  line,
  tag,
})

/** A mapping as one item, so that it can stand in a list beside `NAME=value`. */
const asItems = (tree: Tree): readonly Tree[] => (tree.kind === 'map' ? [tree] : itemsOf(tree))

/** `NAME: value` and `NAME=value`, in any mix, in order. Null stands for a name alone. */
export function* pairsOf(
  tree: Tree | undefined,
  separators = /=/,
): Generator<[name: string, value: Text | null, at: Text | Tree]> {
  for (const item of itemsOf(tree)) {
    if (item.kind === 'map') {
      for (const [name, value] of item.entries)
        yield [name, value.kind === 'text' && value.text !== null ? value : null, value]
    } else if (item.kind === 'text' && item.text !== null) {
      const at = item.text.search(separators)
      if (at === -1) yield [item.text, null, item]
      else yield [item.text.slice(0, at), { ...item, text: item.text.slice(at + 1), rewritten: false }, item]
    }
  }
}
