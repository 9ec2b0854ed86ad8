let chosen: string | undefined

/** How the reader wants numbers and dates; undefined: as the system has it. */
export const readerLocale = (): string | undefined => chosen

/** All formatters follow it from now on; what is on the screen already has to be drawn again. */
export function setReaderLocale(locale: string | null): void {
  chosen = locale ?? undefined
}
