/** Something that can be found by its words. */
export interface Findable {
  label: string
  /** Words that find it too, and are not shown. */
  also?: string | undefined
}

/**
 * Those that hold every word of what was typed, in any order and case; those whose name begins with it first, else in
 * their own order.
 */
export function findAll<T extends Findable>(all: readonly T[], typed: string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = all.filter(({ label, also = '' }) => {
    const text = `${label} ${also}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const start = typed.trim().toLowerCase()
  const begins = ({ label }: T): boolean => start !== '' && label.toLowerCase().startsWith(start)
  return [...hits.filter(begins), ...hits.filter((hit) => !begins(hit))]
}
