/** Between an uploads folder and the folders that are seen in it by a map. */
const and = ' + '

/** What an uploads folder of several parts is called. A run keeps it, to know the place again. */
export const joinedLabel = (first: string, parts: readonly string[]): string => [first, ...parts].join(and)

/**
 * Whether what a run has worked on can be reached where we are now: the same folder, with all of the parts that it had
 * then. Parts that were mapped since take nothing from it.
 */
export function coversUploads(recorded: string, now: string): boolean {
  const [[first, ...parts], [firstNow, ...partsNow]] = [recorded.split(and), now.split(and)]
  return first === firstNow && parts.every((it) => partsNow.includes(it))
}
