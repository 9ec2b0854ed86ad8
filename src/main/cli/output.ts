import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { capped, plainJson, plainLine } from '../../shared/plainText.ts'
import type { ProgressMeter } from '../runs/progressMeter.ts'
import { exitCode } from './exitCodes.ts'
import type { StopControl } from '../engine/stop.ts'
import { progressBar, progressLine } from './text.ts'

/**
 * Where a command writes, and the only way for text to leave the process. Each text is one line: what a terminal would
 * obey, a line break too, is shown as an escape, wherever it came from.
 */
export interface Output {
  /** Results, on standard output. */
  print: (lines: string | readonly string[]) => void
  /** A result for programs: one line that is never cut. */
  printWhole: (line: string) => void
  /** One value for programs. */
  printJson: (value: unknown) => void
  /** Everything else, on standard error. */
  note: (lines: string | readonly string[]) => void
  /** Standard error is a terminal. */
  terminal: boolean
  /** Draws a line over the one that was drawn before, below these lines that stay. Only where there is a terminal. */
  draw: (line: string, above: readonly string[]) => void
  /** Asks a yes-or-no question; absent where nobody could answer. */
  ask?: ((question: string) => Promise<boolean>) | undefined
  /** Asks for a line of text; a hidden one is not shown as it is typed. Null: nothing was typed. */
  askText?: ((question: string, hidden: boolean) => Promise<string | null>) | undefined
}

/** What an output writes to. */
interface Streams {
  out: (bytes: string) => void
  err: (bytes: string) => void
  terminal: boolean
}

/** More than any path. What comes from outside may be of any length. */
const longestLine = 8_000

const lineOf = (text: string): string => plainLine(capped(text, longestLine))
const textOf = (lines: string | readonly string[]): string =>
  [lines]
    .flat()
    .map((line) => `${lineOf(line)}\n`)
    .join('')

export const outputTo = ({ out, err, terminal }: Streams): Output => ({
  print: (lines) => out(textOf(lines)),
  printWhole: (line) => out(`${plainLine(line)}\n`),
  printJson: (value) => out(`${plainJson(value)}\n`),
  note: (lines) => err(textOf(lines)),
  terminal,
  draw: (line, above) => err(`\r\x1b[2K${textOf(above)}${lineOf(line)}`),
})

export const processOutput: Output = {
  ...outputTo({
    out: (bytes) => void process.stdout.write(bytes),
    err: (bytes) => void process.stderr.write(bytes),
    terminal: process.stderr.isTTY,
  }),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askOnTerminal, askText: askTextOnTerminal }),
}

/** Waits until a pipe holds nothing any more of what was printed. */
export const written = (): Promise<void> => new Promise((done) => process.stdout.write('', () => done()))

async function askTextOnTerminal(question: string, hidden: boolean): Promise<string | null> {
  process.stderr.write(lineOf(question))
  // What is echoed goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = hidden ? nowhere : process.stderr
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  try {
    const text = await terminal.question('')
    return text === '' ? null : text
  } finally {
    terminal.close()
    if (hidden) process.stderr.write('\n')
  }
}

async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(lineOf(question))).trim())
  } finally {
    terminal.close()
  }
}

// A reader that went away (`| head`, a closed terminal) must not end a run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const redrawMs = 200
const lineMs = 2_000

/** Shows a meter on standard error until the returned function is called: a bar on a terminal, lines elsewhere. */
export function showProgress(meter: ProgressMeter, stop: StopControl, output: Output): () => void {
  let drawn = ''
  let seen = 0
  const draw = (): void => {
    const run = { runId: '', profileId: '', kind: 'migrate', activity: 'run', status: 'running' } as const
    const snapshot = meter.snapshot({ ...run, stopping: stop.mode }, 0)
    const line = progressLine(snapshot)
    const fresh = meter.logAfter(seen)
    seen = fresh.seen
    const left = fresh.missed > 0 ? [`… ${fresh.missed} more lines; see the run's report`] : []
    const log = [...left, ...fresh.lines.map(({ level, text }) => `${level === 'info' ? '' : `${level}: `}${text}`)]
    if (output.terminal) {
      const bar = snapshot.phase === 'copy' ? `${progressBar(snapshot)} ` : ''
      output.draw(`${bar}${line}`, log)
    } else {
      output.note(line === drawn ? log : [...log, line])
      drawn = line
    }
  }
  const timer = setInterval(draw, output.terminal ? redrawMs : lineMs)
  return () => {
    clearInterval(timer)
    draw()
    if (output.terminal) output.note('')
  }
}

/**
 * The first Ctrl-C finishes current files, the second stops at once, the third does not wait for anything that hangs.
 * SIGTERM and SIGHUP stop at once. Returns how to stop listening.
 */
export function stopOnSignals(stop: StopControl, output: Output): () => void {
  const onInterrupt = (): void => {
    if (stop.now.aborted) process.exit(exitCode.interrupted)
    if (stop.inOrder.aborted) {
      output.note(['', 'Stopping now. You can resume the run later.'])
      stop.request('now')
      return
    }
    output.note(['', 'Finishing current files. Press Ctrl-C again to stop now.'])
    stop.request('in order')
  }
  const onTerminate = (): void => stop.request('now')
  const ends = [takeOver('SIGINT', onInterrupt), takeOver('SIGTERM', onTerminate), takeOver('SIGHUP', onTerminate)]
  return () => {
    for (const end of ends) end()
  }
}

/** A signal for a command that has nothing to finish: Ctrl-C fires it, once more ends the process. */
export function cancelOnSignals(reason: Error): { signal: AbortSignal; end: () => void } {
  const cancel = new AbortController()
  const onSignal = (): void => {
    if (cancel.signal.aborted) process.exit(exitCode.interrupted)
    cancel.abort(reason)
  }
  const ends = [takeOver('SIGINT', onSignal), takeOver('SIGTERM', onSignal), takeOver('SIGHUP', onSignal)]
  return {
    signal: cancel.signal,
    end: () => {
      for (const end of ends) end()
    },
  }
}

/**
 * Makes us the only listener until the returned function is called. A library that listens too (conf, by way of
 * when-exit) sends the signal once more, which would turn the first Ctrl-C into the second.
 */
function takeOver(signal: NodeJS.Signals, listener: () => void): () => void {
  const others = process.listeners(signal)
  for (const other of others) process.off(signal, other)
  process.on(signal, listener)
  return () => {
    process.off(signal, listener)
    for (const other of others) process.on(signal, other)
  }
}
