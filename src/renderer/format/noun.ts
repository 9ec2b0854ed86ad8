/** What a number of items is called. */
export type Noun = 'document' | 'file'

/**
 * Items are files; where each document has exactly one, they may be called by the name that people use for them.
 */
export function nounFor(counted: { items: number; documents: number }): Noun {
  return counted.items === counted.documents ? 'document' : 'file'
}
