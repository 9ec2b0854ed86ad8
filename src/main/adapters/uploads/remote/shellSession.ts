import { randomBytes } from 'node:crypto'
import type { RunningCommand } from '../../../engine/commands.ts'
import type { MigrateError } from '../../../engine/errors.ts'

interface Reply {
  code: number
  /** Standard output, and standard error where the script does not send it elsewhere. */
  output: Buffer
}

interface Waiting {
  resolve: (reply: Reply) => void
  reject: (error: Error) => void
}

/** Bytes of one answer; a read asks for far fewer. */
const largestReply = 16 * 1024 ** 2

const newline = 0x0a
/** Three digits and the end of the line. */
const longestCode = 4

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
  /** What the present script has said; no mark is in all but the last. */
  #said: Buffer[] = []
  #size = 0
  #stall: NodeJS.Timeout | undefined
  #ended: Error | null = null
  #onEnd: (error: Error) => void = () => undefined

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
    running.stdin.write('export LC_ALL=C; BEGAN_IN=$PWD\n')
  }

  /** Called once, when the shell is gone; at once if it is. */
  onEnd(listener: (error: Error) => void): void {
    const before = this.#onEnd
    this.#onEnd = (error) => {
      before(error)
      listener(error)
    }
    if (this.#ended) listener(this.#ended)
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
    this.#size += chunk.length
    // A mark may begin in one chunk and end in the next.
    const last = this.#said.pop()
    this.#said.push(...halves(last, chunk, this.#markLength))
    for (let tail = this.#said.at(-1); tail !== undefined; tail = this.#said.at(-1)) {
      const at = tail.indexOf(this.#mark)
      const end = at < 0 ? -1 : tail.indexOf(newline, at + this.#mark.length)
      if (end < 0) {
        if (this.#size > largestReply) this.end(`it answers with more than ${largestReply / 1024 ** 2} MiB`)
        return
      }
      const code = Number(tail.subarray(at + this.#mark.length, end).toString())
      const output = Buffer.concat([...this.#said.slice(0, -1), tail.subarray(0, at)])
      this.#said = [tail.subarray(end + 1)]
      this.#size = tail.length - end - 1
      this.#waiting.shift()?.resolve({ code, output })
      this.#watch()
    }
  }

  /** A mark with its code and the end of its line. */
  get #markLength(): number {
    return this.#mark.length + longestCode
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
    this.#said = []
    clearTimeout(this.#stall)
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    this.#running.kill()
    this.#onEnd(error)
  }
}

/** Two chunks in one after the other, so divided that a mark of at most `length` bytes lies whole in the last. */
function halves(last: Buffer | undefined, chunk: Buffer, length: number): Buffer[] {
  if (last === undefined) return [chunk]
  const kept = Math.max(0, last.length - length)
  const joined = Buffer.concat([last.subarray(kept), chunk])
  return kept === 0 ? [joined] : [last.subarray(0, kept), joined]
}
