import type { RunKind, RunSummary } from '../../shared/run.ts'

const words: Record<RunKind, string> = {
  migrate: 'Migration',
  rollback: 'Rollback',
  free: 'Free space',
  import: 'Imported',
  recover: 'Recovered',
  audit: 'Audit',
  repair: 'Repair',
}

/** The word for what a run does. */
export const kindWord = (kind: RunKind): string => words[kind]

/** What tells runs of one kind apart. */
export interface Deed {
  kind: RunKind
  preview: unknown
  freeMode: unknown
  repairs: unknown
}

type Counts = Pick<RunSummary, 'kind' | 'committed' | 'restored' | 'freed'>

/** Files that have reached what a run is there for. */
export function doneOf({ kind, committed, restored, freed }: Counts): number {
  switch (kind) {
    case 'migrate':
    case 'import':
    case 'recover':
    case 'audit':
    case 'repair':
      return committed
    case 'rollback':
      return restored
    case 'free':
      return freed
  }
}

/** What a run did to a file, in one word after "Files". `repairs`: null unless it is about those. */
export function deedOf({ kind, preview, freeMode, repairs }: Deed): string {
  switch (kind) {
    case 'migrate':
      return 'moved'
    case 'import':
    case 'recover':
      return 'recorded'
    case 'rollback':
      if (repairs !== null) return 'taken back'
      return preview === null ? 'put back' : 'rolled back'
    case 'free':
      return freeMode === 'delete' ? 'deleted' : 'put aside'
    case 'audit':
      return 'found sound'
    case 'repair':
      return 'put right'
  }
}
