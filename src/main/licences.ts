import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Licences } from '../shared/settings.ts'

const schema: z.ZodType<Licences> = z.object({
  packages: z.array(
    z.object({ name: z.string(), version: z.string(), licence: z.string(), text: z.number().nullable() }),
  ),
  texts: z.array(z.string()),
})

/** What the build has written down about the packages in it (scripts/licences.mjs). */
export async function readLicences(file: string): Promise<Licences> {
  return schema.parse(JSON.parse(await readFile(file, 'utf8')))
}
