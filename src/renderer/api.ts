import type { Command } from '../main/ipc/command.ts'
import type { Commands } from '../main/ipc/commands.ts'
import { errorCatalogue } from '../shared/errors.ts'
import type { Bridge, IpcReply } from '../shared/ipc.ts'

/** The answer of a call: a value, or why there is none. */
export type Reply<T> = IpcReply<T>

type Topic = keyof Commands extends infer C ? (C extends `${infer T}.${string}` ? T : never) : never
type NameIn<T extends string> = keyof Commands extends infer C ? (C extends `${T}.${infer N}` ? N : never) : never

/** A command as the window calls it. */
export type Call<C extends keyof Commands> =
  Commands[C] extends Command<infer A, infer R> ? (...args: A) => Promise<Reply<Awaited<R>>> : never

/**
 * The commands of the main process, one function each: `api.runs.plan(…)` is `runs.plan` of main/ipc/runs.ts. No call ever
 * rejects: whatever happens to it becomes error data.
 */
export type Api = {
  [T in Topic]: {
    [N in NameIn<T>]: `${T}.${N}` extends infer C extends keyof Commands ? Call<C> : never
  }
} & Pick<Bridge, 'on' | 'pathOf'>

/** Makes the API of what the preload script has put on the window. */
export function createApi(bridge: Bridge): Api {
  const call =
    (command: string) =>
    async (...args: unknown[]): Promise<Reply<unknown>> => {
      try {
        return await bridge.invoke(command, ...args)
      } catch (cause) {
        const { title, remedy } = errorCatalogue.INTERNAL
        const message = cause instanceof Error ? cause.message : String(cause)
        return { ok: false, error: { code: 'INTERNAL', title, remedy, message, causes: [] } }
      }
    }
  const topic = (name: string) => new Proxy({}, { get: (_, verb) => call(`${name}.${String(verb)}`) })
  const own = new Map<string | symbol, unknown>([
    ['on', bridge.on],
    ['pathOf', bridge.pathOf],
  ])
  return new Proxy({}, { get: (_, name) => own.get(name) ?? topic(String(name)) }) as Api
}
