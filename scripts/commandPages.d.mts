/** A command as the manual page and the completions of shells need it. */
export interface Page {
  words: string[]
  usage: string
  description: string
  options: { flags: string[]; term: string; text: string }[]
  commands: string[]
}
/** The program itself first, then every command, each before its own commands. */
export function pages(): Page[]
export function bashCompletion(all: Page[]): string
export function zshCompletion(all: Page[]): string
export function fishCompletion(all: Page[]): string
