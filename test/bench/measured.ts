import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { bundleCli } from '../../scripts/cliBundle.mjs'

export interface Measured {
  code: unknown
  /** All that it has printed. */
  text: string
  seconds: number
  /** The most memory that it has had (VmHWM), in KiB. */
  peakKiB: number
}

/** Runs the command line in a process of its own; its highest memory is what the kernel says just before it ends. */
export async function measured(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const startedAt = Date.now()
  const child = spawn(process.execPath, [await bundleCli(), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  let peakKiB = 0
  const watch = setInterval(() => (peakKiB = Math.max(peakKiB, peakOf(child.pid))), 100)
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const [code] = (await once(child, 'close')) as unknown[]
  clearInterval(watch)
  return { code, text, seconds: (Date.now() - startedAt) / 1000, peakKiB }
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export const mebibytes = (kibibytes: number): number => Math.round(kibibytes / 1024)
export const say = (line: string): void => void process.stderr.write(`${line}\n`)
