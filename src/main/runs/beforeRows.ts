import { notSwitchedConsequence, readurStateWords } from '../../shared/readurState.ts'
import { MigrateError } from '../engine/errors.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import type { Workplace } from './workplace.ts'

type Place = Pick<Workplace, 'readurState'> & { context: Pick<Workplace['context'], 'progress' | 'stop'> }

/**
 * What comes before the first row of a session is switched: whether Readur uses the bucket is found out and written down.
 * Where somebody has decided to switch all the same, that becomes a warning of the run. Throws READUR_ELSEWHERE where nobody
 * has: what was known when the session was asked for may be days old.
 */
export async function beforeRows(
  { readurState, context: { progress, stop } }: Place,
  store: RunStore,
  isDecided: boolean,
): Promise<void> {
  const state = await readurState(stop.inOrder)
  const isSwitched = state.at === 'bucket'
  const words = readurStateWords(state)
  store.append([{ step: 'readur', data: { isSwitched, words } }])
  if (isSwitched) return
  const message = `${words} ${notSwitchedConsequence}`
  if (!isDecided) throw new MigrateError('READUR_ELSEWHERE', { message, subject: store.header.id })
  progress.log('warning', message)
}
