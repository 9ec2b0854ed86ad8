import { texts } from '../texts/texts.ts'

/** A name for a connection that none has: nobody must think of one before it can be saved. */
export function freeName(taken: readonly string[]): string {
  const name = texts.connection.myReadur
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name} ${n}`
    if (!taken.includes(candidate)) return candidate
  }
}
