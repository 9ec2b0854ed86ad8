import type { ReactNode } from 'react'
import type { ProblemGroup } from '../../../shared/run.ts'
import { Loading } from '../../components/loading.tsx'
import { ProblemGroups } from '../../components/problemGroups.tsx'
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
  if (!problems) return <Loading what="findings" />
  return (
    <>
      {nothingToMove && <p className={classes.line}>There is nothing to move.</p>}
      {problems.length === 0 && !nothingToMove && <p className={classes.line}>Every file can be moved.</p>}
      {problems.length > 0 && <ProblemGroups groups={problems} details={details} />}
    </>
  )
}
