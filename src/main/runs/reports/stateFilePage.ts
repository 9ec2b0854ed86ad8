import { open } from 'node:fs/promises'
import type { StateFilePage } from '../../../shared/record.ts'
import { MigrateError } from '../../engine/errors.ts'

/** What is read at a time: some hundred documents. */
const pageBytes = 64 * 1024
/** No line of ours is longer; of another file, the rest of it is shown on the next page. */
const longestLine = 1024 * 1024

const newline = 10

/** Whole lines of a state file from an offset on; its size does not matter. Throws STATE_FILE_GONE. */
export async function stateFilePage(path: string, offset: number): Promise<StateFilePage> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new MigrateError('STATE_FILE_GONE', {
      message: `“${path}” cannot be opened.`,
      subject: path,
      cause,
    })
  })
  try {
    const { size } = await file.stat()
    const start = Math.min(offset, size)
    for (let length = pageBytes; ; length *= 4) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
      const bytes = buffer.subarray(0, bytesRead)
      const isLast = start + bytesRead >= size
      const end = isLast ? bytesRead : bytes.lastIndexOf(newline) + 1
      if (end === 0 && !isLast && length < longestLine) continue
      const taken = end === 0 ? bytesRead : end
      const next = isLast ? null : start + taken
      return { path, size, offset: start, text: bytes.subarray(0, taken).toString('utf8'), next }
    }
  } finally {
    await file.close()
  }
}
