import { guideFlags } from './guideFlags.ts'

/** First words that make the executable a command line. */
const commands: readonly string[] = [
  'plan',
  'migrate',
  'resume',
  'cutover',
  'rollback',
  'free',
  'verify-state',
  'repair',
  'recover',
  'import',
  'runs',
  'profiles',
  'help',
  '--help',
  '-h',
  '--version',
  '-V',
]

/**
 * The arguments from the command on, or null when there is none and the window is wanted. What comes before it is the
 * executable, the path of an unpackaged app, and Chromium's own switches.
 */
export function commandLineOf(argv: readonly string[]): string[] | null {
  const at = argv.findIndex(
    (arg, index) => index > 0 && (commands.includes(arg) || guideFlags.includes(arg.split('=')[0] ?? arg)),
  )
  return at === -1 ? null : argv.slice(at)
}
