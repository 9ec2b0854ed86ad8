import { runWords } from '../../../shared/runWords.ts'
import { NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { useRef } from 'react'
import { runKinds } from '../../../shared/runKind.ts'
import { useHistory } from '../../stores/context.tsx'
import { type ResultGroup, resultGroups } from '../../stores/history.ts'
import classes from './history.module.css'

const searchAfterMs = 200

const resultWords: Record<ResultGroup, string> = {
  done: 'Completed',
  failures: 'With failures',
  interrupted: 'Interrupted',
  cutover: 'Awaiting cutover',
  undone: 'Rolled back',
  planned: 'Planned or not started',
}

const results = Object.keys(resultWords)
const isResult = (value: string): value is ResultGroup => Object.hasOwn(resultGroups, value)

/** Narrows the list of runs: by words, by what they do, by how they ended. */
export function HistoryFilters() {
  const filter = useHistory((state) => state.filter)
  const narrow = useHistory((state) => state.narrow)
  const field = useRef<HTMLInputElement>(null)
  const setText = useHistory((state) => state.setText)
  const restart = useHistory((state) => state.restart)
  const search = useDebouncedCallback(() => void restart(), searchAfterMs)
  useHotkeys([['mod+F', () => field.current?.focus()]], [])
  return (
    <search className={classes.filters} aria-label="Runs">
      <TextInput
        ref={field}
        aria-label="Find runs by connection, server, bucket or id"
        placeholder="Connection, server, bucket or id"
        aria-keyshortcuts="Control+F"
        value={filter.text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          search()
        }}
      />
      <NativeSelect
        aria-label="What they do"
        value={filter.kind ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          void narrow({ kind: runKinds.find((kind) => kind === value) ?? null })
        }}
        data={[
          { value: '', label: 'All kinds' },
          ...runKinds.map((kind) => ({ value: kind, label: runWords[kind].name })),
        ]}
      />
      <NativeSelect
        aria-label="How they ended"
        value={filter.result ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          void narrow({ result: isResult(value) ? value : null })
        }}
        data={[
          { value: '', label: 'All results' },
          ...results.filter(isResult).map((result) => ({ value: result, label: resultWords[result] })),
        ]}
      />
    </search>
  )
}
