import { notSwitchedConsequence, readurStateWords } from '../../shared/readurState.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import type { Workplace } from './workplace.ts'

/**
 * What comes before the first row of a session is switched: whether Readur uses the bucket is found out and written down.
 * Whoever began the session has decided already; a Readur that is not known to use it becomes a warning of the run.
 */
export async function beforeRows(
  { readurState, context: { progress, stop } }: Workplace,
  store: RunStore,
): Promise<void> {
  const state = await readurState(stop.inOrder)
  const isSwitched = state.at === 'bucket'
  const words = readurStateWords(state)
  store.append([{ step: 'readur', data: { isSwitched, words } }])
  if (!isSwitched) progress.log('warning', `${words} ${notSwitchedConsequence}`)
}
