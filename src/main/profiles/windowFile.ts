import { join } from 'node:path'
import { z } from 'zod'
import { KeptFile } from './keptFile.ts'

const placeSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximized: z.boolean(),
})

/** Where the window was when it was last closed, in the data folder. */
export const windowFile = (dataDir: string): KeptFile<z.infer<typeof placeSchema>> =>
  new KeptFile(join(dataDir, 'window.json'), placeSchema)
