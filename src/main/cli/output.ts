import type { ProgressMeter } from '../runs/progressMeter.ts'
import type { StopControl } from '../engine/stop.ts'
import { progressBar, progressLine } from './text.ts'

/** Where a command writes. Results go to `out`, everything else to `err`. */
export interface Output {
  out: (text: string) => void
  err: (text: string) => void
  /** Standard error is a terminal: a line can be drawn over. */
  terminal: boolean
}

export const processOutput: Output = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY,
}

const redrawMs = 200
const lineMs = 2_000

/** Shows a meter on standard error until the returned function is called: a bar on a terminal, lines elsewhere. */
export function showProgress(meter: ProgressMeter, stop: StopControl, output: Output): () => void {
  let drawn = ''
  let seen = 0
  const draw = (): void => {
    const snapshot = meter.snapshot({ runId: '', profileId: '', status: 'running', stopping: stop.mode }, 0)
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
 * The first Ctrl-C ends in order, the second at once; so does the system's own wish to end us. Returns how to stop
 * listening.
 */
export function stopOnSignals(stop: StopControl, output: Output): () => void {
  const onInterrupt = (): void => {
    if (stop.inOrder.aborted) {
      output.err('\nStopping at once. The run can be resumed.\n')
      stop.request('now')
      return
    }
    output.err('\nFinishing the files under way. Press Ctrl-C again to stop at once.\n')
    stop.request('in order')
  }
  const onTerminate = (): void => stop.request('now')
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  process.on('SIGHUP', onTerminate)
  return () => {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
    process.off('SIGHUP', onTerminate)
  }
}
