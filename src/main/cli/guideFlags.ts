/** Flags of Readur's guide that are commands of their own here, and the option that their value goes to. */
const asCommand: Record<string, { command: string[]; takesValue: boolean }> = {
  '--force-rollback': { command: ['rollback', '--force'], takesValue: false },
  '--rollback': { command: ['rollback'], takesValue: true },
  '--verify-state': { command: ['verify-state'], takesValue: false },
  '--audit-files': { command: ['audit'], takesValue: false },
  '--test-storage': { command: ['test-storage'], takesValue: false },
}

/** Flags of the guide that belong to `migrate`, and say by themselves that it is meant. */
const ofMigrate = [
  '--enable-rollback',
  '--resume-from',
  '--fresh-start',
  '--parallel-uploads',
  '--multipart-threshold',
  '--batch-size',
  '--dry-run',
  '--delete-local',
  '--user-id',
  '--limit',
]

const nameOf = (arg: string): string => arg.split('=')[0] ?? arg

/** The first word of the executable's arguments may be one of these. */
export const guideFlags: readonly string[] = [...Object.keys(asCommand), '--status', ...ofMigrate]

/**
 * The guide's commands have no command word: `--enable-rollback --batch-size 500`, `--force-rollback --state-file FILE`.
 * Gives them the one that they mean; leaves everything else as it is.
 */
export function translateGuideFlags(args: readonly string[]): string[] {
  if (!args[0]?.startsWith('-')) return [...args]
  // The list of runs needs no site, and takes no option that says where one is.
  if (args.some((arg) => nameOf(arg) === '--status')) return ['runs', 'list', ...args.filter((arg) => arg === '--json')]
  for (const [flag, { command, takesValue }] of Object.entries(asCommand)) {
    const at = args.findIndex((arg) => nameOf(arg) === flag)
    if (at === -1) continue
    const rest = args.filter((_, index) => index !== at)
    const value = args[at]?.includes('=') ? [args[at].slice(flag.length + 1)] : takesValue ? rest.splice(at, 1) : []
    return [...command, ...value, ...withoutStateFileFlag(rest)]
  }
  return args.some((arg) => guideFlags.includes(nameOf(arg))) ? ['migrate', ...args] : [...args]
}

/** `--state-file FILE` names the run. */
function withoutStateFileFlag(args: string[]): string[] {
  return args.flatMap((arg) => {
    if (arg === '--state-file') return []
    return arg.startsWith('--state-file=') ? [arg.slice('--state-file='.length)] : [arg]
  })
}
