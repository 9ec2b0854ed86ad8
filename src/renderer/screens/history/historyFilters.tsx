import { runWords } from '../../../shared/runWords.ts'
import { NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { useRef } from 'react'
import { runKinds } from '../../../shared/runKind.ts'
import { useHistory, useProfiles } from '../../stores/context.tsx'
import { type Period, periods, type ResultGroup, resultGroups } from '../../stores/history.ts'
import { texts } from '../../texts/texts.ts'
import classes from './history.module.css'

const searchAfterMs = 200

const resultWords: Record<ResultGroup, string> = {
  done: texts.history.completed,
  failures: texts.history.withFailures,
  interrupted: texts.history.interrupted,
  cutover: texts.history.copiedNotSwitched,
  undone: texts.history.rolledBack,
  planned: texts.history.plannedOrNotStarted,
}

const results = Object.keys(resultWords)
const isPeriod = (value: string): value is Period => Object.hasOwn(periods, value)
const isResult = (value: string): value is ResultGroup => Object.hasOwn(resultGroups, value)

/** Narrows the list of runs: by words, connection, time, by what they do, by how they ended. */
export function HistoryFilters() {
  const filter = useHistory((state) => state.filter)
  const narrow = useHistory((state) => state.narrow)
  const field = useRef<HTMLInputElement>(null)
  const setText = useHistory((state) => state.setText)
  const profiles = useProfiles((state) => state.profiles) ?? []
  const restart = useHistory((state) => state.restart)
  const search = useDebouncedCallback(() => void restart(), searchAfterMs)
  useHotkeys([['mod+F', () => field.current?.focus()]], [])
  return (
    <search className={classes.filters} aria-label={texts.history.runs}>
      <TextInput
        ref={field}
        aria-label={texts.history.searchLabel}
        placeholder={texts.history.searchPlaceholder}
        aria-keyshortcuts="Control+F"
        value={filter.text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          search()
        }}
      />
      <NativeSelect
        aria-label={texts.history.connection}
        value={filter.profileId ?? ''}
        onChange={(event) => void narrow({ profileId: event.currentTarget.value || null })}
        data={[
          { value: '', label: texts.history.allConnections },
          ...profiles.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <NativeSelect
        aria-label={texts.history.time}
        value={filter.period ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          void narrow({ period: isPeriod(value) ? value : null })
        }}
        data={[
          { value: '', label: texts.history.anyTime },
          ...Object.keys(periods)
            .filter(isPeriod)
            .map((period) => ({ value: period, label: texts.history.periods[period] })),
        ]}
      />
      <NativeSelect
        aria-label={texts.history.kind}
        value={filter.kind ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          void narrow({ kind: runKinds.find((kind) => kind === value) ?? null })
        }}
        data={[
          { value: '', label: texts.history.allKinds },
          ...runKinds.map((kind) => ({ value: kind, label: runWords[kind].name })),
        ]}
      />
      <NativeSelect
        aria-label={texts.history.result}
        value={filter.result ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          void narrow({ result: isResult(value) ? value : null })
        }}
        data={[
          { value: '', label: texts.history.allResults },
          ...results.filter(isResult).map((result) => ({ value: result, label: resultWords[result] })),
        ]}
      />
    </search>
  )
}
