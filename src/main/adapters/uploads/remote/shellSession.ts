import { randomBytes } from 'node:crypto'
import type { RunningCommand } from '../../../engine/commands.ts'
import type { MigrateError } from '../../../engine/errors.ts'

export interface Reply {
  code: number
  /** Standard output, and standard error where the script does not send it elsewhere. */
  output: Buffer
}

interface Waiting {
  resolve: (reply: Reply) => void
  reject: (error: Error) => void
}

const newline = 0x0a

/**
 * A POSIX shell that carries out scripts one after the other, handed over at once or not. What a script has said ends
 * with a word that nobody else can know, so its output may be any bytes.
 */
export class ShellSession {
  readonly #running: RunningCommand
  readonly #stallMs: number
  readonly #failure: (why: string) => MigrateError
  readonly #word = randomBytes(16).toString('hex')
  readonly #mark = Buffer.from(`\n${this.#word} `)
  readonly #waiting: Waiting[] = []
  #said: Buffer = Buffer.alloc(0)
  /** Up to where it has been looked through. */
  #looked = 0
  #stall: NodeJS.Timeout | undefined
  #ended: Error | null = null

  /** `failure`: the error of every call once the shell is gone. */
  constructor(running: RunningCommand, stallMs: number, failure: (why: string) => MigrateError) {
    this.#running = running
    this.#stallMs = stallMs
    this.#failure = failure
    running.stdin.on('error', () => undefined)
    running.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    running.stdout.on('error', () => undefined)
    running.ended.then(
      ({ code, stderr }) => this.#end(failure(stderr.trim() || `its shell ended with code ${code}`)),
      (error: unknown) => this.#end(error instanceof Error ? error : failure(String(error))),
    )
    running.stdin.write('export LC_ALL=C\n')
  }

  get isOpen(): boolean {
    return this.#ended === null
  }

  run(script: string): Promise<Reply> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (this.#waiting.length === 1) this.#watch()
      this.#running.stdin.write(`{ ${script}\n} </dev/null 2>&1; printf '\\n%s %d\\n' ${this.#word} $?\n`)
    })
  }

  end(why: string): void {
    this.#end(this.#failure(why))
  }

  #take(chunk: Buffer): void {
    this.#watch()
    this.#said = this.#said.length === 0 ? chunk : Buffer.concat([this.#said, chunk])
    for (;;) {
      const at = this.#said.indexOf(this.#mark, this.#looked)
      const end = at < 0 ? -1 : this.#said.indexOf(newline, at + this.#mark.length)
      if (end < 0) {
        this.#looked = at < 0 ? Math.max(0, this.#said.length - this.#mark.length) : at
        return
      }
      const code = Number(this.#said.subarray(at + this.#mark.length, end).toString())
      const output = this.#said.subarray(0, at)
      this.#said = this.#said.subarray(end + 1)
      this.#looked = 0
      this.#waiting.shift()?.resolve({ code, output })
      this.#watch()
    }
  }

  #watch(): void {
    clearTimeout(this.#stall)
    if (this.#waiting.length === 0 || this.#ended) return
    const why = `no answer for ${this.#stallMs / 1000} seconds`
    this.#stall = setTimeout(() => this.end(why), this.#stallMs)
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = error
    clearTimeout(this.#stall)
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    this.#running.kill()
  }
}
