import { Button } from '@mantine/core'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { ProblemGroup } from '../../../shared/run.ts'
import type { RunNoun } from '../../../shared/runKind.ts'
import { texts } from '../../texts/texts.ts'
import { ProblemExamples } from './problemExamples.tsx'
import classes from './run.module.css'

interface GroupFilesProps {
  group: ProblemGroup
  noun?: RunNoun
  /** Shows the files that match a filter; absent where no list of files exists. */
  onShowFiles?: ((filter: PlanFilter) => void) | undefined
}

/** The first files of a group, and the way to all of them. */
export function GroupFiles({ group, noun = 'file', onShowFiles }: GroupFilesProps) {
  // Notes and errors of the run as a whole are about no item, or about many at once.
  const isListed = group.kind === 'failed' || group.kind === 'skipped'
  return (
    <>
      <ProblemExamples group={group} noun={noun} />
      {isListed && onShowFiles && (
        <Button
          className={classes.all ?? ''}
          variant="default"
          size="compact-sm"
          onClick={() => onShowFiles({ code: group.code })}
        >
          {texts.plan.showAll(group.count)}
        </Button>
      )}
    </>
  )
}
