import { z } from 'zod'
import { MigrateError } from '../engine/errors.ts'

/** What the window can ask for: what its arguments must look like, and what is then done. */
export interface Command<A extends unknown[], R> {
  parse: (args: unknown[]) => A
  run: (...args: A) => R
  /** Parses and runs. */
  call: (args: unknown[]) => R
}

/**
 * Puts the arguments of a command beside its work. `parse` throws INTERNAL for arguments that do not fit; what `run`
 * throws crosses to the window as error data.
 */
export function command<A extends unknown[], R>(schema: z.ZodType<A>, run: (...args: A) => R): Command<A, R> {
  const parse = (args: unknown[]) => {
    const parsed = schema.safeParse(args)
    if (parsed.success) return parsed.data
    throw new MigrateError('INTERNAL', { message: z.prettifyError(parsed.error), scope: 'run' })
  }
  return { parse, run, call: (args) => run(...parse(args)) }
}

/** Of a connection, a run, a checkup or a question. */
export const id = z.string().min(1).max(100)
export const noArguments = z.tuple([])
export const onlyId = z.tuple([id])
/** What a container’s name may hold is said in words where it is used. */
export const container = z.string().min(1).max(200).nullable()
