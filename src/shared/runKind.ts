/**
 * What a run does. `migrate`: local files to S3. `import`, `recover`: the record of a migration that was read from a state
 * file, or from rows and bucket; they change nothing. `rollback`: takes a migration back. `quarantine`: moves local files of
 * a migration out of Readur's way. `purge`: deletes those that an earlier run has quarantined. `return`: moves quarantined
 * files back. `audit`: compares all rows, files and objects; changes nothing. `repair`: fixes what an audit has found.
 * `unrepair`: takes a repair back.
 */
export const runKinds = [
  'migrate',
  'import',
  'recover',
  'rollback',
  'quarantine',
  'purge',
  'return',
  'audit',
  'repair',
  'unrepair',
] as const
export type RunKind = (typeof runKinds)[number]

/** The two ways to free space. */
export const freeKinds = ['quarantine', 'purge'] as const satisfies readonly RunKind[]
export type FreeKind = (typeof freeKinds)[number]

/** What an item of a run is called. */
export type RunNoun = 'file' | 'finding' | 'repair'

/** The kinds that undo another run; a rollback is undone by migrating again. */
export type UndoKind = 'migrate' | 'rollback' | 'return' | 'unrepair'

interface RunFacts {
  /** Where an item stands that has reached what the run is there for. */
  goal: 'committed' | 'restored' | 'freed'
  /** What one of its items is called. */
  noun: RunNoun
  /** Its plan is carried out, and can be carried out further after an interruption. */
  isResumable: boolean
  /** Its items are those of another run, its parent, which must not go on meanwhile. */
  over: 'files' | 'rows and files' | null
  /** The kind of run that takes it back; null where nothing can, or nothing has to. */
  undoneBy: UndoKind | null
}

/** What is true of every run of a kind. */
export const runFacts: Record<RunKind, RunFacts> = {
  migrate: { goal: 'committed', noun: 'file', isResumable: true, over: null, undoneBy: 'rollback' },
  import: { goal: 'committed', noun: 'file', isResumable: false, over: null, undoneBy: 'rollback' },
  recover: { goal: 'committed', noun: 'file', isResumable: false, over: null, undoneBy: 'rollback' },
  rollback: { goal: 'restored', noun: 'file', isResumable: true, over: 'rows and files', undoneBy: 'migrate' },
  quarantine: { goal: 'freed', noun: 'file', isResumable: true, over: 'files', undoneBy: 'return' },
  purge: { goal: 'freed', noun: 'file', isResumable: true, over: 'files', undoneBy: null },
  return: { goal: 'restored', noun: 'file', isResumable: true, over: 'rows and files', undoneBy: null },
  audit: { goal: 'committed', noun: 'finding', isResumable: false, over: null, undoneBy: null },
  repair: { goal: 'committed', noun: 'finding', isResumable: true, over: null, undoneBy: 'unrepair' },
  unrepair: { goal: 'restored', noun: 'repair', isResumable: true, over: 'rows and files', undoneBy: null },
}

/** Files of two runs can be put side by side: both did the same with the same documents. */
export const areComparable = (
  a: { kind: RunKind; profileId: string },
  b: { kind: RunKind; profileId: string },
): boolean => a.kind === b.kind && a.profileId === b.profileId && runFacts[a.kind].noun === 'file'

export const resumableKinds: readonly RunKind[] = runKinds.filter((kind) => runFacts[kind].isResumable)
