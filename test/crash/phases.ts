/** What is done with a run; a phase of the campaign each. */
export type PhaseName = 'migrate' | 'copy' | 'cut over' | 'roll back' | 'free' | 'undo itself'

/** What is left to do, as far as it decides which steps can still be reached. */
export interface Situation {
  /** The next session makes a new plan; otherwise it goes on with one. */
  plans: boolean
  /** Files that are not whole in the bucket yet. */
  unsent: number
  /** Large ones among them. */
  large: number
  /** Most files are unsent: the large ones, which are far back in the plan, are best left for later. */
  early: boolean
  /** Rows that are not switched yet, as far as the journal says. */
  uncommitted: number
  /** The last session died with an upload open that has to be given up. */
  stray: boolean
  /** Local files that are to be fetched. */
  spoilt: number
  /** Local files were put aside by a run that freed space. */
  freed: boolean
  /** Large files are sent in one stream. */
  streams: boolean
  /** The phase has been killed often enough. */
  ending: boolean
}

export interface Step {
  at: string
  phases: readonly PhaseName[]
  /** The worker dies at the first to the so-manieth time. */
  upTo: number
  /** Seldom possible: to be chosen whenever it is. */
  isRare: boolean
  /** At the very end of a run: nothing is left to be killed in after it. */
  isLast: boolean
  when: (now: Situation) => boolean
}

const beforeAndAfter = (
  call: string,
  upTo: number,
  phases: readonly PhaseName[],
  when: Step['when'] = () => true,
  isRare = false,
): Step[] =>
  ['before', 'after'].map((moment) => ({
    at: `${call} ${moment}`,
    upTo,
    phases,
    when,
    isRare,
    isLast: when === isEnding,
  }))

const all: readonly PhaseName[] = ['migrate', 'copy', 'cut over', 'roll back', 'free', 'undo itself']
const planning: readonly PhaseName[] = ['migrate', 'copy', 'roll back', 'free']
const copying: readonly PhaseName[] = ['migrate', 'copy']
const committing: readonly PhaseName[] = ['migrate', 'cut over']
const rollingBack: readonly PhaseName[] = ['roll back']
const undoing: readonly PhaseName[] = ['roll back', 'undo itself']

const plans = (now: Situation): boolean => now.plans
const sends = (now: Situation): boolean => now.unsent > 15
const commits = (now: Situation): boolean => now.uncommitted > 25
const hasLarge = (now: Situation): boolean => now.large > 0 && !now.streams && !now.early
const hasStream = (now: Situation): boolean => now.large > 0 && now.streams && !now.early
const hasStray = (now: Situation): boolean => now.stray
const isSpoilt = (now: Situation): boolean => now.spoilt > 0
const isAside = (now: Situation): boolean => now.spoilt > 0 || now.freed
const isEnding = (now: Situation): boolean => now.ending

/** Every step that a worker can be killed at, and the phases in which it can be reached. */
export const steps: readonly Step[] = [
  ...beforeAndAfter('addItems', 1, planning, plans),
  ...beforeAndAfter('journal planned', 1, planning, plans),
  ...beforeAndAfter('journal started', 1, all),
  ...beforeAndAfter('journal send-intent', 1, copying),
  ...beforeAndAfter('put', 10, copying, sends),
  { at: 'put halfway', phases: copying, upTo: 2, when: hasStream, isRare: true, isLast: false },
  ...beforeAndAfter('createUpload', 2, copying, hasLarge),
  ...beforeAndAfter('journal multipart-intent', 2, copying, hasLarge),
  ...beforeAndAfter('putPart', 3, copying, hasLarge),
  ...beforeAndAfter('journal part', 2, copying, hasLarge),
  ...beforeAndAfter('completeUpload', 2, copying, hasLarge),
  ...beforeAndAfter('journal multipart-ended', 1, copying, hasLarge),
  ...beforeAndAfter('abortUpload', 1, [...copying, ...rollingBack], hasStray, true),
  ...beforeAndAfter('parent multipart-ended', 1, rollingBack, hasStray, true),
  ...beforeAndAfter('journal verified', 3, copying, sends),
  ...beforeAndAfter('journal failed', 1, ['undo itself']),
  ...beforeAndAfter('journal commit-intent', 2, committing, commits),
  ...beforeAndAfter('changePaths', 2, committing, commits),
  ...beforeAndAfter('changePaths', 1, undoing),
  ...beforeAndAfter('journal committed', 2, committing, commits),
  ...beforeAndAfter('journal exported', 1, ['migrate', 'copy', 'cut over', 'undo itself'], isEnding),
  ...beforeAndAfter('journal inherited', 1, ['roll back', 'free'], plans),
  ...beforeAndAfter('journal rollback-planned', 1, rollingBack, plans),
  ...beforeAndAfter('journal rollback-options', 1, rollingBack),
  ...beforeAndAfter('journal fetch-intent', 2, rollingBack, isSpoilt),
  ...beforeAndAfter('place', 2, rollingBack, isSpoilt),
  { at: 'place halfway', phases: rollingBack, upTo: 2, when: isSpoilt, isRare: false, isLast: false },
  ...beforeAndAfter('journal set-aside-intent', 2, rollingBack, isAside),
  ...beforeAndAfter('move', 2, rollingBack, isAside),
  ...beforeAndAfter('journal restore-intent', 1, undoing),
  ...beforeAndAfter('journal remove-intent', 1, undoing),
  ...beforeAndAfter('remove', 10, undoing),
  ...beforeAndAfter('journal removed', 1, undoing),
  ...beforeAndAfter('parent restored', 1, rollingBack),
  ...beforeAndAfter('journal restored', 1, undoing),
  ...beforeAndAfter('journal free-intent', 6, ['free']),
  ...beforeAndAfter('move', 6, ['free']),
  ...beforeAndAfter('parent local-freed', 6, ['free']),
  ...beforeAndAfter('journal freed', 3, ['free']),
  ...beforeAndAfter('journal finished', 1, all, isEnding),
]
