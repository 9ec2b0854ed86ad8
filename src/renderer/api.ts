import { errorCatalogue } from '../shared/errors.ts'
import type { IpcReply, ReadurApi } from '../shared/ipc.ts'

/** `window.readur` with one promise more: no call ever rejects, whatever happens to it becomes error data. */
export type Api = ReadurApi

/** The answer of a call: a value, or why there is none. */
export type Reply<T> = IpcReply<T>

/** Wraps the preload script's API so that callers need no `catch`. */
export function createApi(readur: ReadurApi): Api {
  return {
    app: { info: settled(readur.app.info) },
    profiles: { list: settled(readur.profiles.list) },
    runs: {
      plan: settled(readur.runs.plan),
      start: settled(readur.runs.start),
      stop: settled(readur.runs.stop),
      current: settled(readur.runs.current),
      list: settled(readur.runs.list),
      get: settled(readur.runs.get),
      items: settled(readur.runs.items),
      problems: settled(readur.runs.problems),
      export: settled(readur.runs.export),
      reveal: settled(readur.runs.reveal),
    },
    events: { onRunSnapshot: (listener) => readur.events.onRunSnapshot(listener) },
  }
}

function settled<A extends unknown[], T>(call: (...args: A) => Promise<Reply<T>>) {
  return async (...args: A): Promise<Reply<T>> => {
    try {
      return await call(...args)
    } catch (cause) {
      const { title, remedy } = errorCatalogue.INTERNAL
      const message = cause instanceof Error ? cause.message : String(cause)
      return { ok: false, error: { code: 'INTERNAL', title, remedy, message, causes: [] } }
    }
  }
}
