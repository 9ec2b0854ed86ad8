import { randomBytes } from 'node:crypto'
import { PassThrough, pipeline, Transform } from 'node:stream'
import type { RunningCommand } from '../../engine/commands.ts'
import type { MigrateError } from '../../engine/errors.ts'

/** Three digits and the end of the line. */
const longestCode = 4

/**
 * A program that a shell at the other end of a runtime runs by `line`, without input. Runtimes lose the end of an output
 * now and then and end with 0 nevertheless: here the program has ended only if its code came, after a word that nobody
 * else can know. Its last words are its own, without what the runtime adds.
 */
export function wholeOutput(shell: RunningCommand, line: string, lost: (why: string) => MigrateError): RunningCommand {
  const word = randomBytes(16).toString('hex')
  const stdout = new EndMark(Buffer.from(`\n${word} `))
  // How either of them ends is told by `ended`.
  pipeline(shell.stdout, stdout, () => undefined)
  shell.stdin.on('error', () => undefined)
  shell.stdin.write(
    `echo ${word} >&2; ( ${line} ) </dev/null; code=$?; echo ${word} >&2; printf '\\n%s %d\\n' ${word} $code; exit\n`,
  )
  const ended = shell.ended.then(async ({ code, stderr }) => {
    await stdout.over
    const words = wordsOf(stderr, word, stdout.code !== null)
    if (stdout.code !== null) return { code: stdout.code, stderr: words }
    if (code !== 0) return { code, stderr: words }
    throw lost('the end of its answer did not arrive')
  })
  ended.catch(() => undefined)
  const kill = (): void => {
    shell.kill()
    stdout.giveUp()
  }
  return { stdin: new PassThrough().resume(), stdout, ended, kill }
}

/** What stands between the two marks. The first one is gone where much was said. */
function wordsOf(stderr: string, word: string, isWhole: boolean): string {
  const [before = '', between, after] = stderr.split(`${word}\n`)
  return between === undefined || (isWhole && after === undefined) ? before : between
}

/** Hands on what comes, up to the mark and the code behind it. */
class EndMark extends Transform {
  /** Null until the mark has come. */
  code: number | null = null
  /** Nothing more will come. */
  readonly over: Promise<void>
  giveUp: () => void = () => undefined
  readonly #mark: Buffer
  #tail = Buffer.alloc(0)

  constructor(mark: Buffer) {
    super()
    this.#mark = mark
    this.over = new Promise((done) => (this.giveUp = done))
    this.once('close', this.giveUp)
  }

  override _transform(chunk: Buffer, _encoding: string, done: () => void): void {
    const all = Buffer.concat([this.#tail, chunk])
    const kept = Math.min(all.length, this.#mark.length + longestCode)
    this.push(all.subarray(0, all.length - kept))
    this.#tail = all.subarray(all.length - kept)
    done()
  }

  override _flush(done: () => void): void {
    const at = this.#tail.indexOf(this.#mark)
    const code = at < 0 ? undefined : /^(\d{1,3})\n$/.exec(this.#tail.subarray(at + this.#mark.length).toString())?.[1]
    if (code !== undefined) this.code = Number(code)
    this.push(code === undefined ? this.#tail : this.#tail.subarray(0, at))
    this.giveUp()
    done()
  }
}
