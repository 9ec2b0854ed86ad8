/** What is done with a run; a phase of the campaign each. */
export type PhaseName =
  | 'migrate'
  | 'copy'
  | 'copy a part'
  | 'copy what came since'
  | 'cut over'
  | 'roll back'
  | 'free'
  | 'put back'
  | 'delete what is aside'
  | 'undo itself'
  | 'undo itself in vain'
  | 'repair'
  | 'take repairs back'
  | 'send again'

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
  /** A large object was lost and is to be sent again. */
  lost: boolean
  /** Whether Readur uses the bucket is tried before rows are switched. */
  tries: boolean
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

const copying: readonly PhaseName[] = ['migrate', 'copy', 'copy what came since']
const committing: readonly PhaseName[] = ['migrate', 'copy what came since', 'cut over']
const trying: readonly PhaseName[] = ['migrate', 'cut over']
const rollingBack: readonly PhaseName[] = ['roll back']
const undoingItself: readonly PhaseName[] = ['undo itself', 'undo itself in vain']
const undoing: readonly PhaseName[] = ['roll back', ...undoingItself]
const freeing: readonly PhaseName[] = ['free', 'delete what is aside']
const takingBack: readonly PhaseName[] = ['take repairs back']
const planning: readonly PhaseName[] = [...copying, 'roll back', ...freeing, 'put back', 'repair', ...takingBack]
const all: readonly PhaseName[] = [...planning, 'cut over', ...undoingItself]

const plans = (now: Situation): boolean => now.plans
const sends = (now: Situation): boolean => now.unsent > 15
const commits = (now: Situation): boolean => now.uncommitted > 25
const hasLarge = (now: Situation): boolean => now.large > 0 && !now.streams && !now.early
const hasStream = (now: Situation): boolean => now.large > 0 && now.streams && !now.early
const hasStray = (now: Situation): boolean => now.stray
const isSpoilt = (now: Situation): boolean => now.spoilt > 0
const isAside = (now: Situation): boolean => now.spoilt > 0 || now.freed
const tries = (now: Situation): boolean => now.tries
const hasLost = (now: Situation): boolean => now.lost
const isEnding = (now: Situation): boolean => now.ending

/** Every step that a worker can be killed at, and the phases in which it can be reached. */
export const steps: readonly Step[] = [
  ...beforeAndAfter('addItems', 1, planning, plans),
  ...beforeAndAfter('journal planned', 1, planning, plans),
  ...beforeAndAfter('journal started', 1, [...all, 'send again']),
  ...beforeAndAfter('journal canary-intent', 1, trying, tries, true),
  ...beforeAndAfter('upload', 1, trying, tries, true),
  ...beforeAndAfter('journal canary-stored', 1, trying, tries, true),
  ...beforeAndAfter('download', 2, trying, tries, true),
  ...beforeAndAfter('removeDocument', 1, trying, tries, true),
  ...beforeAndAfter('journal canary-removed', 1, trying, tries, true),
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
  ...beforeAndAfter('journal failed', 1, undoingItself),
  ...beforeAndAfter('journal undoing', 1, undoingItself),
  ...beforeAndAfter('journal commit-intent', 2, committing, commits),
  ...beforeAndAfter('changePaths', 2, committing, commits),
  ...beforeAndAfter('changePaths', 1, undoing),
  ...beforeAndAfter('journal committed', 2, committing, commits),
  ...beforeAndAfter('journal exported', 1, [...copying, 'cut over', ...undoingItself], isEnding),
  ...beforeAndAfter('journal inherited', 1, ['roll back', ...freeing, 'put back'], plans),
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
  ...beforeAndAfter('journal free-intent', 6, freeing),
  ...beforeAndAfter('move', 6, ['free']),
  ...beforeAndAfter('removeFile', 6, ['delete what is aside']),
  ...beforeAndAfter('parent local-freed', 6, freeing),
  ...beforeAndAfter('journal freed', 3, freeing),
  ...beforeAndAfter('journal set-aside-intent', 6, ['put back']),
  ...beforeAndAfter('move', 6, ['put back']),
  ...beforeAndAfter('parent local-returned', 6, ['put back']),
  ...beforeAndAfter('parent restored', 6, ['put back']),
  ...beforeAndAfter('journal restored', 2, ['put back']),
  ...beforeAndAfter('journal remedy', 3, ['repair', ...takingBack], plans),
  ...beforeAndAfter('journal commit-intent', 2, ['repair']),
  ...beforeAndAfter('changePaths', 2, ['repair', ...takingBack]),
  ...beforeAndAfter('journal set-aside-intent', 3, ['repair', ...takingBack]),
  ...beforeAndAfter('move', 3, ['repair', ...takingBack]),
  ...beforeAndAfter('place', 2, ['repair']),
  ...beforeAndAfter('journal object-saved', 2, ['repair']),
  ...beforeAndAfter('remove', 2, ['repair']),
  ...beforeAndAfter('journal row-saved', 2, ['repair']),
  ...beforeAndAfter('deleteDocument', 2, ['repair']),
  ...beforeAndAfter('journal committed', 6, ['repair']),
  ...beforeAndAfter('journal restore-intent', 3, takingBack),
  ...beforeAndAfter('restoreDocument', 2, takingBack),
  ...beforeAndAfter('journal send-intent', 2, takingBack),
  ...beforeAndAfter('put', 2, takingBack),
  ...beforeAndAfter('parent restored', 6, takingBack),
  ...beforeAndAfter('journal restored', 6, takingBack),
  ...beforeAndAfter('journal send-intent', 4, ['send again']),
  ...beforeAndAfter('put', 4, ['send again']),
  ...beforeAndAfter('createUpload', 1, ['send again'], hasLost),
  ...beforeAndAfter('putPart', 1, ['send again'], hasLost),
  ...beforeAndAfter('completeUpload', 1, ['send again'], hasLost),
  ...beforeAndAfter('journal verified', 3, ['send again']),
  ...beforeAndAfter('journal finished', 1, [...all, 'send again'], isEnding),
]
