import { existsSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { writeWholeNow } from '../engine/wholeFile.ts'

/** A small JSON file of ours, readable to its owner alone, written whole or not at all. */
export class KeptFile<T> {
  readonly #path: string
  readonly #schema: z.ZodType<T>

  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path
    this.#schema = schema
  }

  /** Null where there is none, or none that can be read: what it holds can be chosen or found out again. */
  read(): T | null {
    if (!existsSync(this.#path)) return null
    try {
      return this.#schema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch {
      return null
    }
  }

  write(value: T): void {
    writeWholeNow(this.#path, JSON.stringify(value, null, 2))
  }
}
