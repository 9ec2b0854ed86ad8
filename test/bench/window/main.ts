import { parseArgs } from 'node:util'
import { say } from '../measured.ts'
import { measureFeed } from './feed.ts'
import { measureMillion } from './million.ts'
import { measureNewcomer } from './newcomer.ts'
import { measureRun } from './realRun.ts'

/**
 * `npm run bench:window`: what working with the real window is like, in figures. A newcomer's way by clicks, decisions and
 * seconds; frames while a run is shown, while a plan of a million documents is scrolled; memory after an hour of events;
 * how long the main process was held up. `--only newcomer|run|feed|million`. Prints one JSON object.
 */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const parts = {
  newcomer: measureNewcomer,
  run: measureRun,
  feed: measureFeed,
  million: measureMillion,
} as const

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
const figures: Record<string, unknown> = {}
for (const [name, measure] of Object.entries(parts)) {
  if (only !== undefined && only !== name) continue
  say(`Measuring: ${name}`)
  figures[name] = await measure()
}
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
