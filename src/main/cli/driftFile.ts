import { dirname, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Drift } from '../../shared/run.ts'
import { whyNot } from '../engine/diskError.ts'
import { MigrateError } from '../engine/errors.ts'
import { writeWhole } from '../engine/wholeFile.ts'

/** Every difference, one JSON object a line, written while they are found. Throws REPORT_UNWRITABLE and DISK_FULL. */
export class DriftFile {
  readonly #lines = new PassThrough()
  readonly #written: Promise<string>

  constructor(path: string) {
    const code = 'REPORT_UNWRITABLE'
    const folder = dirname(resolve(path))
    const reason = whyNot(folder)
    if (reason !== null) {
      const message = `“${path}” cannot be written: “${folder}”: ${reason}.`
      throw new MigrateError(code, { message, subject: path, scope: 'run' })
    }
    this.#written = writeWhole(resolve(path), this.#lines, code)
    // Told at the end, when it is waited for.
    this.#written.catch(() => undefined)
  }

  add(drift: Drift): void {
    if (!this.#lines.destroyed) this.#lines.write(`${JSON.stringify(drift)}\n`)
  }

  async end(): Promise<void> {
    this.#lines.end()
    await this.#written
  }
}
