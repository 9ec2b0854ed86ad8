import type { TestPart } from '../../../shared/connectionTest.ts'
import type { Tone } from '../../format/status.ts'
import { partWord } from '../../format/connectionTest.ts'
import { useConnectionTest } from '../../stores/context.tsx'
import { useEditor } from './editor.ts'

/** How the last test of a part went, as long as it is of the settings as they stand. */
export function useOutcome(part: TestPart): { tone: Tone; state: string | null } {
  const { form } = useEditor()
  const steps = useConnectionTest((state) => (state.subject === form ? (state.snapshot?.steps ?? null) : null))
  const word = partWord(steps?.filter((step) => step.part === part) ?? [])
  return { tone: word?.tone ?? 'neutral', state: word?.label ?? null }
}
