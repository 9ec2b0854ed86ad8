import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { FileStamp } from '../../engine/ports.ts'

/** Size, time, device and number of a file; a size below zero: no readable regular file, or none that is easy to tell. */
const numbersEach = 4

/**
 * Runs in a thread of its own, from its source text, so it may use nothing but what it is handed and what is global. System
 * calls that wait for each other take a fifth of the time of promises.
 */
function serve(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads')
  const { accessSync, constants, lstatSync } = process.getBuiltinModule('node:fs')
  parentPort?.on('message', ({ id, paths }: { id: number; paths: string[] }) => {
    const found = new Float64Array(paths.length * 4).fill(-1)
    for (const [at, path] of paths.entries()) {
      try {
        const stats = lstatSync(path, { throwIfNoEntry: false })
        if (!stats?.isFile()) continue
        accessSync(path, constants.R_OK)
        found.set([stats.size, stats.mtimeMs, stats.dev, stats.ino], at * 4)
      } catch {
        // Whoever asked looks at it once more, and is told.
      }
    }
    parentPort.postMessage({ id, found }, [found.buffer])
  })
}

const reply = z.object({ id: z.number(), found: z.instanceof(Float64Array) })

interface Question {
  resolve: (found: Float64Array) => void
  reject: (cause: Error) => void
}

/** A thread that looks at files. It is started with the first question, and keeps the process alive only while it is asked. */
class Looks {
  readonly #waiting = new Map<number, Question>()
  #worker: Worker | null = null
  #last = 0

  ask(paths: readonly string[]): Promise<Float64Array> {
    const worker = (this.#worker ??= this.#start())
    const id = (this.#last += 1)
    worker.ref()
    worker.postMessage({ id, paths })
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #start(): Worker {
    // A development runtime names the functions of what it compiles.
    const worker = new Worker(`globalThis.__name = (it) => it;(${serve.toString()})()`, { eval: true, execArgv: [] })
    worker.on('message', (message: unknown) => {
      const { id, found } = reply.parse(message)
      this.#waiting.get(id)?.resolve(found)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
    })
    worker.on('error', (error: unknown) => this.#end(error))
    worker.on('exit', () => this.#end(new Error('The thread that looks at files has ended.')))
    return worker
  }

  #end(cause: unknown): void {
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(cause instanceof Error ? cause : new Error(String(cause)))
    this.#waiting.clear()
  }
}

const looks = new Looks()

/** Stamps of readable regular files, in the order of `paths`; null for all else, which has to be looked at by itself. */
export async function lookAtFiles(paths: readonly string[]): Promise<(FileStamp | null)[]> {
  const found = await looks.ask(paths).catch(() => null)
  return paths.map((_path, at) => {
    const [size = -1, mtimeMs = 0, dev = 0, ino = 0] = found?.subarray(at * numbersEach, (at + 1) * numbersEach) ?? []
    return size < 0 ? null : { size, mtimeMs, identity: `${dev}:${ino}` }
  })
}
