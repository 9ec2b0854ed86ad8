import { readFile, rename, writeFile } from 'node:fs/promises'
import type { z } from 'zod'

/** The content of a JSON file, or null when there is no such file. Throws when it is not of the expected form. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? null : schema.parse(JSON.parse(text))
}

/** Writes the whole file or nothing of it, readable for its owner alone. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`
  await writeFile(partial, text, { mode: 0o600 })
  await rename(partial, path)
}

/** `value` as JSON, the same way. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writePrivate(path, `${JSON.stringify(value, null, 1)}\n`)
