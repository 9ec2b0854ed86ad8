import type { DiagnosticArea } from '../../../shared/diagnostic.ts'
import type { Tone } from '../../format/status.ts'
import { areaWord } from '../../format/diagnostic.ts'
import { useConnectionTest } from '../../stores/context.tsx'
import { useEditor } from './editor.ts'

/** How the last test of an area went, as long as it is of the settings as they stand. */
export function useOutcome(area: DiagnosticArea): { tone: Tone; state: string | null } {
  const { form } = useEditor()
  const tested = useConnectionTest((state) => (state.subject === form ? (state.snapshot?.diagnostics ?? null) : null))
  const word = areaWord(tested?.filter((it) => it.area === area) ?? [])
  return { tone: word?.tone ?? 'neutral', state: word?.label ?? null }
}
