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
const lineMs = 5_000

/** Shows a meter on standard error until the returned function is called: a bar on a terminal, lines elsewhere. */
export function showProgress(meter: ProgressMeter, stop: StopControl, output: Output): () => void {
  let drawn = ''
  let logged = 0
  const stopping = (): 'in order' | 'now' | null =>
    stop.now.aborted ? 'now' : stop.inOrder.aborted ? 'in order' : null
  const draw = (): void => {
    const snapshot = meter.snapshot({ runId: '', profileId: '', status: 'running', stopping: stopping() }, Infinity)
    const line = progressLine(snapshot)
    const fresh = snapshot.log.filter((entry) => entry.at > logged)
    logged = snapshot.log.at(-1)?.at ?? logged
    const log = fresh.map((entry) => `${entry.level === 'info' ? '' : `${entry.level}: `}${entry.text}\n`).join('')
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
