import { randomBytes } from 'node:crypto'
import type { RunningCommand } from '../../../engine/commands.ts'
import type { MigrateError } from '../../../engine/errors.ts'
import type { RemoteEntry } from './channel.ts'
import { parseEntries, statFormat } from './shellStats.ts'

/** From here on a code says that the program was not run to its end: 126 and 127 of a shell, 128 and a signal. */
const notRun = 126
/** Text that is read before what it holds is handed on. */
const pageSize = 256 * 1024

/** Where the folder is another one by now, or gone, nothing is listed. */
const script =
  'export LC_ALL=C; cd -P "$1" 2>/dev/null && [ "$PWD" = "$1" ] || exit 0; exec find . -mindepth 1 -maxdepth 1 -exec stat -c "$2" {} +'

/** The entries of one folder, by a program of its own that goes on as they are taken: a folder may hold millions. */
export class ShellListing {
  /** Begins each line: a name may hold line breaks, and anything else that can be foreseen. */
  readonly #word: string
  readonly #running: RunningCommand
  readonly #chunks: AsyncIterator<string, undefined>
  readonly #lost: (why: string) => MigrateError
  #rest = ''
  #isDone = false

  private constructor(running: RunningCommand, word: string, lost: (why: string) => MigrateError) {
    this.#running = running
    this.#word = word
    this.#lost = lost
    this.#chunks = textOf(running.stdout.setEncoding('utf8'))
    running.stdin.on('error', () => undefined)
    running.stdin.end()
  }

  /** `start` runs a program where the folder lies. */
  static async open(
    start: (argv: readonly string[]) => Promise<RunningCommand>,
    folder: string,
    lost: (why: string) => MigrateError,
  ): Promise<ShellListing> {
    const word = randomBytes(8).toString('hex')
    const running = await start(['sh', '-c', script, 'sh', folder, `${word} ${statFormat} %h %n`])
    return new ShellListing(running, word, lost)
  }

  /** Some of those that are left; null after the last. What is deleted meanwhile is left out. */
  async next(): Promise<RemoteEntry[] | null> {
    while (!this.#isDone && this.#rest.length < pageSize) {
      const next = await this.#chunks.next()
      if (next.done === true) await this.#end()
      else this.#rest += next.value
    }
    // The last one may go on in the next chunk.
    const end = this.#isDone ? this.#rest.length : this.#rest.lastIndexOf(`\n${this.#word} `) + 1
    const whole = this.#rest.slice(0, end)
    this.#rest = this.#rest.slice(end)
    // No path is as long as a page.
    if (whole === '' && !this.#isDone) throw this.#lost('a listing is not understood')
    return whole === '' ? null : parseEntries(whole, this.#word)
  }

  close(): void {
    this.#running.kill()
  }

  async #end(): Promise<void> {
    this.#isDone = true
    const { code, stderr } = await this.#running.ended
    // What was deleted meanwhile makes an error too. Anything else means that names may be missing.
    const reason = stderr.split('\n').find((line) => line.trim() !== '' && !/no such file or directory\s*$/i.test(line))
    if (code >= notRun || reason !== undefined) throw this.#lost(reason ?? `a listing ended with code ${code}`)
  }
}

async function* textOf(stream: AsyncIterable<unknown>): AsyncGenerator<string, undefined> {
  for await (const chunk of stream) yield String(chunk)
}
