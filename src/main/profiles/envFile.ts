import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isKnown, whyUnset } from '../discovery/environment.ts'
import { parseEnvText } from '../discovery/envText.ts'
import { MigrateError } from '../engine/errors.ts'
import { absolutePaths } from './relativePaths.ts'
import type { Variables } from './variables.ts'

/** No env file is larger; anything else was named by mistake. */
const largestBytes = 1024 ** 2

/**
 * Variables of a file in `.env` form, read the way Compose reads it for Readur. Throws SETTINGS_FILE_MISSING and
 * SETTING_INVALID, without any of the file's values.
 */
export async function readEnvFile(path: string): Promise<Variables> {
  const { variables, badLines } = parseEnvText(await textOf(path), undefined)
  if (badLines.length > 0) throw invalid(path, `“${path}” has a line that isn’t a variable: ${badLines[0]}.`)
  const values = [...variables].map(([name, variable]) => {
    if (!isKnown(variable.text)) throw invalid(name, `“${path}”: ${whyUnset(variable)}`)
    return [name, variable.text] as const
  })
  return Object.fromEntries(values)
}

/**
 * The same as settings to go by: what is relative in them begins in the folder of the file. `elsewhere`: the uploads are on
 * a server.
 */
export const readSettingsFile = async (path: string, elsewhere: boolean): Promise<Variables> =>
  absolutePaths(await readEnvFile(path), folderOf(path), elsewhere)

export const folderOf = (envFile: string): string => dirname(resolve(envFile))

/** Whether variables hold a password or key. */
export function holdsSecret(variables: Variables): boolean {
  const isSet = (name: string): boolean => (variables[name]?.trim() ?? '') !== ''
  const address = variables.DATABASE_URL ?? ''
  return (
    ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY', 'READUR_TOKEN'].some(isSet) ||
    /:\/\/[^/@]*:[^@]+@|[?&](ssl)?password=./.test(address)
  )
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.byteLength > largestBytes) throw new Error('It is too large for a file of settings.')
    return bytes.toString('utf8')
  } catch (cause) {
    if (!isAbsent(cause)) throw invalid(path, `“${path}” cannot be read.`, cause)
    const message = `Settings file ${path} not found.`
    throw new MigrateError('SETTINGS_FILE_MISSING', { message, subject: path })
  }
}

const isAbsent = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'

const invalid = (subject: string, message: string, cause?: unknown): MigrateError =>
  new MigrateError('SETTING_INVALID', { message, subject, cause })
