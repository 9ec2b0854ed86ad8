import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')

/** Each file of a folder with those of it that it imports, types included. */
function importsIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const all = new Set(files)
  return new Map(
    files.map((file) => {
      const imported = ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles
      const targets = imported.map(({ fileName }) => resolve(dirname(file), fileName.replace(/\?.*/, '')))
      return [file, targets.filter((target) => all.has(target))]
    }),
  )
}

/** The first way found that leads from a file back to it; null where there is none. */
function cycleOf(imports) {
  const done = new Set()
  const visit = (file, way) => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return null
    for (const target of imports.get(file)) {
      const cycle = visit(target, [...way, file])
      if (cycle) return cycle
    }
    done.add(file)
    return null
  }
  for (const file of imports.keys()) {
    const cycle = visit(file, [])
    if (cycle) return cycle
  }
  return null
}

it('no file of src imports itself by way of others, not even for a type', () => {
  const imports = importsIn(join(root, 'src'))
  expect([...imports.values()].flat().length).toBeGreaterThan(1_000)
  expect(cycleOf(imports)?.map((file) => relative(root, file)) ?? []).toEqual([])
})

it('finds a cycle where there is one', () => {
  const imports = new Map([
    ['a', ['b', 'c']],
    ['b', ['c']],
    ['c', ['d']],
    ['d', ['b']],
  ])
  expect(cycleOf(imports)).toEqual(['b', 'c', 'd', 'b'])
})
