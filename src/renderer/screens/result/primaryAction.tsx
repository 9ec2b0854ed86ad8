import { Button } from '@mantine/core'
import { useLive } from '../../stores/context.tsx'
import type { Action, ActionName } from './actions.ts'

interface PrimaryActionProps {
  actions: Action[]
  disabled: boolean
  onAct: (name: ActionName) => void
}

/** Steps that somebody who looks at such a run most likely wants. */
const likely: ReadonlySet<ActionName> = new Set(['resume', 'cutover', 'retry', 'rest'])

/** The next step of a run that is not done yet; nothing for one that is. */
export function PrimaryAction({ actions, disabled, onAct }: PrimaryActionProps) {
  const pending = useLive((state) => state.pending)
  const [first] = actions
  if (!first || !likely.has(first.name)) return null
  return (
    <Button disabled={disabled} loading={pending === first.name} onClick={() => onAct(first.name)}>
      {first.label}
    </Button>
  )
}

/** What is left for the list beside the result. */
export const otherActions = (actions: Action[]): Action[] =>
  actions[0] && likely.has(actions[0].name) ? actions.slice(1) : actions
