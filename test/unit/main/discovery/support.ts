import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { discoverCompose, type ComposeOptions } from '../../../../src/main/discovery/compose.ts'
import type { Discovered, SettingName } from '../../../../src/main/discovery/discovered.ts'
import { variable } from '../../../../src/main/discovery/environment.ts'
import type { LookUp } from '../../../../src/main/discovery/interpolate.ts'
import { errorData } from '../../../../src/main/engine/errors.ts'

const folder = fileURLToPath(new URL('../../../fixtures/', import.meta.url))
export const fixture = (path: string): string => readFileSync(folder + path, 'utf8')

/** Files beside a Compose file; what is not named is not there. */
export const files =
  (texts: Readonly<Record<string, string>> = {}) =>
  (path: string): Promise<string | null> =>
    Promise.resolve(texts[path] ?? null)

/** The files of a fixture folder, as if they lay in `place`. `.env` is kept as dotenv.txt, others with .txt behind. */
export const filesOf = (name: string, place: string) => (path: string) => {
  const file = `${folder}compose/${name}/${path.slice(place.length + 1).replace(/^\.env$/, 'dotenv')}.txt`
  return Promise.resolve(path.startsWith(`${place}/`) && existsSync(file) ? readFileSync(file, 'utf8') : null)
}

/** The one Readur of a Compose text in /srv/readur. */
export async function compose(
  text: string,
  beside: Readonly<Record<string, string>> = {},
  options: ComposeOptions = {},
): Promise<Discovered> {
  const found = await discoverCompose(text, files(beside), { path: '/srv/readur/docker-compose.yml', ...options })
  expect(found).toHaveLength(1)
  const [only] = found
  if (!only) throw new Error('Nothing was found.')
  return only
}

/** A service `readur` with these lines, and whatever follows. */
export const readur = (lines: string, more = ''): string =>
  `services:\n  readur:\n    image: ghcr.io/readur/readur\n${indent(lines, 4)}\n${more}`

export const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n')

/** Values that were chosen; secrets in the clear. */
export function valuesOf({ settings, secrets }: Discovered): Partial<Record<SettingName, string>> {
  const plain = Object.entries(settings).map(([name, it]) => [name, it.value])
  const secret = Object.entries(secrets).map(([name, it]) => [name, it.value.reveal()])
  return Object.fromEntries([...plain, ...secret]) as Partial<Record<SettingName, string>>
}

export const missingOf = ({ missing }: Discovered): SettingName[] => missing.map((it) => it.setting)
export const reasonOf = ({ missing }: Discovered, name: SettingName): string | null | undefined =>
  missing.find((it) => it.setting === name)?.reason
export const suggestionsFor = ({ missing }: Discovered, name: SettingName): string[] =>
  missing.find((it) => it.setting === name)?.suggestions.map(({ value }) => String(value)) ?? []
export const notesOf = ({ notes }: Discovered): string =>
  notes.map((it) => `${it.message} ${it.remedy ?? ''}`).join('\n')

export const among =
  (variables: Readonly<Record<string, string>>): LookUp =>
  (name) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    return value === undefined ? undefined : variable(value, { variable: name })
  }

/** Code and message of the error that this ends with. */
export async function refusal(act: () => unknown): Promise<string> {
  try {
    await act()
  } catch (error) {
    const { code, message } = errorData(error)
    return `${code}: ${message}`
  }
  throw new Error('It was accepted.')
}
