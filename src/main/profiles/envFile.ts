import { readFile } from 'node:fs/promises'
import { parse } from 'dotenv'
import { MigrateError } from '../engine/errors.ts'
import type { Variables } from './settings.ts'

/** No env file is larger; anything else was named by mistake. */
const largestBytes = 1024 ** 2

/** Variables of a file in `.env` form. Throws SETTING_INVALID, without any of the file's contents. */
export async function readEnvFile(path: string): Promise<Variables> {
  try {
    const bytes = await readFile(path)
    if (bytes.byteLength > largestBytes) throw new Error('It is too large for a file of settings.')
    return parse(bytes)
  } catch (cause) {
    throw new MigrateError('SETTING_INVALID', {
      message: `“${path}” cannot be read.`,
      subject: path,
      scope: 'run',
      cause,
    })
  }
}
