import type { ReactNode } from 'react'
import type { ProblemGroup } from '../../../shared/run.ts'
import { Loading } from '../../components/loading.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './findings.module.css'

interface FindingsProps {
  /** Null until read. */
  problems: ProblemGroup[] | null
  nothingToMove: boolean
  /** What is shown of a group when it is opened. */
  details: (group: ProblemGroup) => ReactNode
}

/** What a plan found out about the files. To find nothing, or nothing to do, is good news and is said. */
export function Findings({ problems, nothingToMove, details }: FindingsProps) {
  if (!problems) return <Loading what={texts.plan.issuesToRead} />
  return (
    <>
      {nothingToMove && <p className={classes.line}>{texts.plan.nothingToMove}</p>}
      {problems.length === 0 && !nothingToMove && <p className={classes.line}>{texts.plan.everyFileCanBeMoved}</p>}
      {problems.length > 0 && <ProblemGroups groups={problems} details={details} />}
    </>
  )
}
