import { isUtf8 } from 'node:buffer'

/** What stands where a name is not UTF-8, once it is text; under that name nothing is found. */
export const undecodable = '\u{FFFD}'

export const notUtf8 = 'its name is not UTF-8'

const longestLetter = 4

/** A name with `\xE9` for each byte that is no part of a letter in UTF-8. */
export function escapedName(name: Buffer): string {
  let escaped = ''
  for (let at = 0; at < name.length;) {
    const length = letterAt(name, at)
    const bytes = name.subarray(at, at + Math.max(length, 1))
    escaped += length > 0 ? bytes.toString() : `\\x${bytes.toString('hex').toUpperCase()}`
    at += bytes.length
  }
  return escaped
}

/** Bytes of the letter that begins here; 0 where none does. */
function letterAt(name: Buffer, at: number): number {
  for (let length = 1; length <= longestLetter && at + length <= name.length; length += 1) {
    if (isUtf8(name.subarray(at, at + length))) return length
  }
  return 0
}
