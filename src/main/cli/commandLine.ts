import { Command } from 'commander'
import { guideFlags } from './guideFlags.ts'
import { addSiteOptions } from './options.ts'

/** First words that make the executable a command line. */
const commands: readonly string[] = [
  'plan',
  'migrate',
  'resume',
  'switch',
  'cutover',
  'rollback',
  'free',
  'verify-state',
  'audit',
  'support-bundle',
  'backup',
  'validate',
  'repair',
  'recover',
  'import',
  'doctor',
  'test-storage',
  'runs',
  'connections',
  'profiles',
  'help',
  '--help',
  '-h',
  '--version',
  '-V',
]

/** Options that every command takes. */
const ours: readonly string[] = addSiteOptions(new Command()).options.flatMap(({ long }) => long ?? [])

/**
 * The arguments from the command on, or null when there is none and the window is wanted. What comes before it is the
 * executable, the path of an unpackaged app, and Chromium's own switches.
 */
export function commandLineOf(argv: readonly string[]): string[] | null {
  const at = argv.findIndex(
    (arg, index) => index > 0 && (commands.includes(arg) || guideFlags.includes(arg.split('=')[0] ?? arg)),
  )
  if (at === -1) return null
  // The guide's flags have no command word: options of ours may stand before them.
  const first = argv.findIndex((arg, index) => index > 0 && ours.includes(arg.split('=')[0] ?? arg))
  return argv.slice(first === -1 || commands.includes(argv[at] ?? '') ? at : Math.min(first, at))
}
