import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { ProgressMeter } from '../runs/progressMeter.ts'
import { exitCode } from './exitCodes.ts'
import type { StopControl } from '../engine/stop.ts'
import { progressBar, progressLine } from './text.ts'

/** Where a command writes. Results go to `out`, everything else to `err`. */
export interface Output {
  out: (text: string) => void
  err: (text: string) => void
  /** Standard error is a terminal: a line can be drawn over. */
  terminal: boolean
  /** Asks a yes-or-no question; absent where nobody could answer. */
  ask?: ((question: string) => Promise<boolean>) | undefined
  /** Asks for a line of text; a hidden one is not shown as it is typed. Null: nothing was typed. */
  askText?: ((question: string, hidden: boolean) => Promise<string | null>) | undefined
}

export const processOutput: Output = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY,
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askOnTerminal, askText: askTextOnTerminal }),
}

async function askTextOnTerminal(question: string, hidden: boolean): Promise<string | null> {
  process.stderr.write(question)
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
    return /^y(es)?$/i.test((await terminal.question(question)).trim())
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
    const left = fresh.missed > 0 ? `… ${fresh.missed} more lines; the run's report has them all\n` : ''
    const log = left + fresh.lines.map(({ level, text }) => `${level === 'info' ? '' : `${level}: `}${text}\n`).join('')
    if (output.terminal) {
      const bar = snapshot.phase === 'copy' ? `${progressBar(snapshot)} ` : ''
      output.err(`\r\x1b[2K${log}${bar}${line}`)
    } else {
      output.err(log + (line === drawn ? '' : `${line}\n`))
      drawn = line
    }
  }
  const timer = setInterval(draw, output.terminal ? redrawMs : lineMs)
  return () => {
    clearInterval(timer)
    draw()
    if (output.terminal) output.err('\n')
  }
}

/**
 * The first Ctrl-C ends in order, the second at once, the third without waiting for anything that hangs; so does the system's own wish to end us. Returns how to stop
 * listening.
 */
export function stopOnSignals(stop: StopControl, output: Output): () => void {
  const onInterrupt = (): void => {
    if (stop.now.aborted) process.exit(exitCode.interrupted)
    if (stop.inOrder.aborted) {
      output.err('\nStopping at once. The run can be resumed.\n')
      stop.request('now')
      return
    }
    output.err('\nFinishing the files under way. Press Ctrl-C again to stop at once.\n')
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
