import { runFacts } from '../../../shared/runKind.ts'
import { quarantine } from '../keys/keyShapes.ts'
import type { RunStore } from './runStore.ts'
import { fieldOf } from './sqliteFile.ts'

/** Where an item stands, in SQL: its last outcome, or what the plan said when there is none. */
export const stateOf = ({ header }: RunStore): string => `CASE
  WHEN o.step = 'committed' THEN 'committed'
  WHEN o.step = 'restore-failed' THEN '${runFacts[header.kind].goal === 'restored' ? 'failed' : 'committed'}'
  WHEN o.step = 'failed' THEN 'failed'
  WHEN o.step = 'restored' THEN 'restored'
  WHEN o.step = 'freed' THEN 'freed'
  WHEN o.step = 'gone' OR i.verdict = 'skip' THEN 'skipped'
  WHEN i.verdict = 'blocked' THEN 'failed'
  ELSE 'pending' END`

/** The deed of a line `j` with the step `remedy`, in SQL. */
export const deedOf = (j: string): string => `CASE ${fieldOf(`${j}.data`, '$.action')}
  WHEN 'move-file' THEN iif(${fieldOf(`${j}.data`, '$.from')} GLOB '${quarantine}/*', 'put-back', 'set-aside')
  ELSE ${fieldOf(`${j}.data`, '$.action')} END`
