import type { Origin } from './discovered.ts'

/** Stands in a text where a variable is that nobody sets. Of Unicode's private use area, and so in no real value. */
export const unknownMark = '\uE000'

/** A variable as a container, a file or Compose has it. */
export interface Variable {
  /** Holds `unknownMark` for each variable in `unset`. */
  text: string
  origin: Origin
  /** Variables that it needs and that are set nowhere; with the dollar sign where no braces are around the name. */
  unset: readonly string[]
  /** A default stands in for a variable that is set nowhere. */
  assumed: boolean
  /** A number or date without quotes, which Compose writes in another way before the container gets it. */
  rewritten: boolean
}

export type Environment = ReadonlyMap<string, Variable>

export const variable = (text: string, origin: Origin): Variable => ({
  text,
  origin,
  unset: [],
  assumed: false,
  rewritten: false,
})

export const isKnown = (text: string): boolean => !text.includes(unknownMark)

/** The text with what is not known left out, which is how Compose would have it. */
export const withoutUnknown = (text: string): string => text.replaceAll(unknownMark, '')

/** The variable, unless it is unset or empty, as Readur sees it. */
export function lookUp(environment: Environment, name: string): Variable | undefined {
  const found = environment.get(name)
  if (found === undefined || found.text.trim() === '') return undefined
  return { ...found, text: found.text.trim() }
}

/** Like `lookUp`, for several names of one thing. */
export function lookUpFirst(environment: Environment, ...names: string[]): Variable | undefined {
  for (const name of names) {
    const found = lookUp(environment, name)
    if (found) return found
  }
  return undefined
}

/** Variables whose value holds a secret, or may hold one. */
const mayHoldSecret = /PASS|SECRET|KEY|TOKEN|URL|ENDPOINT/i

/**
 * Names what is set nowhere. In a password a dollar sign that nobody doubled makes the signs behind it look like a
 * variable: those are not repeated.
 */
export function whyUnset({ unset, origin }: Pick<Variable, 'unset' | 'origin'>): string {
  const { variable = '' } = origin
  const isSecret = mayHoldSecret.test(variable)
  const named = unset.filter((it) => !isSecret || !it.startsWith('$')).map((it) => it.replace(/^\$/, ''))
  if (named.length < unset.length) {
    return `${variable} names a variable that is set in no file that was read. A dollar sign in a password is written $$, or stands between single quotes.`
  }
  return `${named.join(', ')} ${named.length === 1 ? 'is' : 'are'} set in no file that was read.`
}
