import { runFacts } from '../../../shared/runKind.ts'
import type { CountedDocuments } from '../../../shared/documentCounts.ts'
import { readurStateWords, type ReadurState } from '../../../shared/readurState.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'
import { awaitsCutover } from '../../format/status.ts'

/** The steps from a first look to free space, in the order that never shows anybody a missing document. */
export const courseSteps = ['check', 'plan', 'copy', 'switch', 'cutover', 'validate', 'free'] as const
export type CourseStep = (typeof courseSteps)[number]

/** `now`: what comes next. `trouble`: something is left to look at. `open`: it can be done, now or later. */
export type StepState = 'done' | 'now' | 'trouble' | 'open'

export interface CourseView {
  step: CourseStep
  state: StepState
  /** How it stands, in a few words. */
  words: string
}

export interface CourseFacts {
  /** Runs of the connection, newest first. */
  runs: readonly RunSummary[]
  /** The latest migration that has got beyond its plan, and the plan that still holds. */
  migration: RunSummary | null
  plan: RunSummary | null
  counts: CountedDocuments | null
  /** Its latest test in this session has passed. */
  tested: boolean
  /** Where Readur was last found to store; null where that was never looked at. */
  readur: ReadurState | null
  /** Whether the latest validation of the latest migration has passed; null when there was none. */
  validated: boolean | null
}

interface Stand {
  done: boolean
  trouble?: boolean
  words: string
}

/** Where a connection is on its way. The first step that is not done comes next; nothing forces that order. */
export function courseOf(facts: CourseFacts): CourseView[] {
  const stands = standsOf(facts)
  const next = courseSteps.find((step) => !stands[step].done)
  return courseSteps.map((step) => {
    const { done, trouble = false, words } = stands[step]
    const rest: StepState = step === next ? 'now' : 'open'
    return { step, state: trouble ? 'trouble' : done ? 'done' : rest, words }
  })
}

/** What comes next on the way; null where all is done. */
export const nextOf = (course: readonly CourseView[]): CourseView | null =>
  course.find(({ state }) => state === 'now') ?? course.find(({ state }) => state === 'trouble') ?? null

function standsOf(facts: CourseFacts): Record<CourseStep, Stand> {
  const { runs, migration: moved, plan: planned, counts, tested, readur, validated } = facts
  const hasPlan = planned !== null || moved !== null
  const nothingLocal = counts !== null && counts.local === 0 && counts.onS3 > 0
  const files = (count: number) => texts.nouns.file(count)
  const isCopied = moved !== null && (moved.status !== 'interrupted' || awaitsCutover(moved))
  const failed = moved === null ? 0 : moved.failed - moved.excluded
  // A rollback has put the files back that were set aside.
  const isUndone = (id: string | null): boolean => runs.some((run) => run.runId === id && run.status === 'rolled back')
  const freed = runs.find(
    ({ kind, freed, parent }) => runFacts[kind].goal === 'freed' && freed > 0 && !isUndone(parent),
  )
  return {
    check: {
      done: tested || hasPlan,
      words: tested ? texts.overview.checkDone : hasPlan ? texts.overview.checkDoneByPlan : texts.overview.notDoneYet,
    },
    plan: {
      done: hasPlan,
      words: planned
        ? texts.overview.readyToStart(files(planned.remaining))
        : hasPlan
          ? texts.overview.madeAndRun
          : texts.overview.notMadeYet,
    },
    copy: {
      done: isCopied || nothingLocal,
      trouble: (moved !== null && !isCopied) || (isCopied && failed > 0),
      words: copyWords(moved, nothingLocal, files),
    },
    switch: {
      done: readur?.at === 'bucket',
      // Documents that were switched can't be opened meanwhile.
      trouble: readur !== null && readur.at !== 'bucket' && (moved?.committed ?? 0) > 0,
      words: readur === null ? texts.overview.notCheckedYet : readurStateWords(readur),
    },
    cutover: {
      done: (moved !== null && moved.copied === 0 && moved.committed > 0) || nothingLocal,
      words: cutoverWords(moved, files),
    },
    validate: {
      done: validated === true,
      trouble: validated === false,
      words:
        validated === null
          ? texts.overview.notDoneYet
          : validated
            ? texts.overview.everythingMatches
            : texts.overview.notEverythingMatches,
    },
    free: {
      done: freed !== undefined,
      words: freed ? texts.overview.quarantinedOrDeleted(files(freed.freed)) : texts.overview.localFilesAreKept,
    },
  }
}

function copyWords(moved: RunSummary | null, nothingLocal: boolean, files: (count: number) => string): string {
  if (moved === null) return nothingLocal ? texts.overview.noLocalDocumentsLeft : texts.overview.notStarted
  if (moved.status === 'interrupted' && !awaitsCutover(moved)) return texts.overview.interrupted(files(moved.remaining))
  const count = moved.failed - moved.excluded
  const failed = count > 0 ? texts.overview.alsoFailed(files(count)) : ''
  return texts.overview.copied({ files: files(moved.committed + moved.copied), alsoFailed: failed })
}

function cutoverWords(moved: RunSummary | null, files: (count: number) => string): string {
  if (moved === null) return texts.overview.nothingToSwitchYet
  if (moved.copied > 0) return texts.overview.waiting(files(moved.copied))
  return moved.committed > 0 ? texts.overview.onS3(files(moved.committed)) : texts.overview.nothingToSwitchYet
}
