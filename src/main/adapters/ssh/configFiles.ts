import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import SSHConfig, { LineType, type Directive, type Line, type Match, type Section } from 'ssh-config'
import { MigrateError } from '../../engine/errors.ts'
import { matchesPattern } from './patterns.ts'

/** As OpenSSH has it. */
const deepestInclude = 16

interface ConfigPlace {
  file: string
  /** What a relative Include begins at. */
  folder: string
  home: string
}

/** A line that says something, with the sections that it stands in, outermost first. */
export interface ConfigEntry {
  param: string
  value: Directive['value']
  sections: readonly (Section | Match)[]
}

export const configError = (file: string, message: string, cause?: unknown): MigrateError =>
  new MigrateError('SSH_CONFIG_INVALID', { message: `“${file}”: ${message}`, subject: file, cause })

export const isMatch = (section: Section | Match): section is Match => 'criteria' in section

export const valuesOf = (value: Directive['value']): string[] =>
  typeof value === 'string' ? [value] : value.map(({ val }) => val)

/** All lines of a file and of those that it includes, in their order. A file that is missing holds none. */
export async function readConfigFile(place: ConfigPlace, depth = 0): Promise<ConfigEntry[]> {
  const text = await textOf(place.file)
  let lines: Line[]
  try {
    lines = SSHConfig.parse(text)
  } catch (cause) {
    throw configError(place.file, 'it cannot be understood.', cause)
  }
  return entriesOf(lines, [], place, depth)
}

async function entriesOf(
  lines: readonly Line[],
  sections: readonly (Section | Match)[],
  place: ConfigPlace,
  depth: number,
): Promise<ConfigEntry[]> {
  const entries: ConfigEntry[] = []
  for (const line of lines) {
    if (line.type !== LineType.DIRECTIVE) continue
    if ('config' in line) {
      // The section itself, too: a host without any line of its own can still be chosen.
      entries.push({ param: 'section', value: '', sections: [...sections, line] })
      entries.push(...(await entriesOf(line.config, [...sections, line], place, depth)))
    } else if (/^include$/i.test(line.param)) {
      if (depth >= deepestInclude) throw configError(place.file, 'its Include lines lead too deep, or in a circle.')
      for (const file of await includedFiles(valuesOf(line.value), place)) {
        const included = await readConfigFile({ ...place, file }, depth + 1)
        entries.push(...included.map((entry) => ({ ...entry, sections: [...sections, ...entry.sections] })))
      }
    } else {
      entries.push({ param: line.param, value: line.value, sections })
    }
  }
  return entries
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw configError(file, `it cannot be read (${code}).`, cause)
  }
}

async function includedFiles(patterns: readonly string[], { folder, home }: ConfigPlace): Promise<string[]> {
  const files: string[] = []
  for (const pattern of patterns) {
    const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern
    files.push(...(await matchingFiles(isAbsolute(path) ? path : resolve(folder, path))))
  }
  return files
}

/** Files whose path the pattern covers, sorted. No hidden ones unless the pattern names the dot, as in a shell. */
async function matchingFiles(pattern: string): Promise<string[]> {
  if (!/[*?]/.test(pattern)) return [pattern]
  const folders = await matchingFiles(dirname(pattern))
  const name = basename(pattern)
  if (!/[*?]/.test(name)) return folders.map((folder) => join(folder, name))
  const found: string[] = []
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    const covered = names.filter((it) => matchesPattern(name, it) && (name.startsWith('.') || !it.startsWith('.')))
    found.push(...covered.sort().map((it) => join(folder, it)))
  }
  return found
}
