import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { errorCatalogue, type ErrorCode } from '../../../shared/errors.ts'
import type { PlanFacets, PlanFilter } from '../../../shared/planTable.ts'
import { typeWord } from './fileType.ts'
import { ColumnChoice } from './columnChoice.tsx'
import type { Columns } from './columns.ts'
import { listedWords, statesOf, wordOfState, type Listed } from './itemsListed.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'
import classes from './files.module.css'
import { findingFilter, findingValue, isNarrowed, sizeFilter, sizeRanges, sizes, sizeValue, tidy } from './filter.ts'

const searchAfterMs = 250
/** Stands for items without a type; no MIME type is a single space. */
const noType = ' '

interface FileFiltersProps {
  listed: Listed
  filter: PlanFilter
  facets: PlanFacets | null
  columns: Columns
  onColumns: (columns: Columns) => void
  onChange: (filter: PlanFilter) => void
}

/** Narrows the files of a plan: by words, finding, type, size and user. */
export function FileFilters({ listed, filter, facets, columns, onColumns, onChange }: FileFiltersProps) {
  const [text, setText] = useState(filter.text ?? '')
  const field = useRef<HTMLInputElement>(null)
  const change = (part: PlanFilter) => onChange(tidy({ ...filter, text, ...part }))
  const search = useDebouncedCallback((value: string) => change({ text: value }), searchAfterMs)
  useHotkeys([['mod+F', () => field.current?.focus()]], [])
  return (
    <search className={classes.filters} aria-label={listedWords[listed.of].list}>
      <TextInput
        ref={field}
        aria-label={listedWords[listed.of].search}
        placeholder={texts.plan.searchPlaceholder}
        aria-keyshortcuts="Control+F"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          search(event.currentTarget.value)
        }}
      />
      <FindingSelect listed={listed} filter={filter} facets={facets} onChange={change} />
      <NativeSelect
        aria-label={texts.plan.fileType}
        value={filter.type === null ? noType : (filter.type ?? '')}
        onChange={(event) => {
          const { value } = event.currentTarget
          change({ type: value === '' ? undefined : value === noType ? null : value })
        }}
        data={[
          { value: '', label: texts.plan.allTypes },
          ...(facets?.types ?? []).map(({ type, items }) => ({
            value: type ?? noType,
            label: `${typeWord(type)} (${formatNumber(items)})`,
          })),
        ]}
      />
      <NativeSelect
        aria-label={texts.plan.size}
        value={sizeValue(filter)}
        onChange={(event) =>
          change({ sizeFrom: undefined, sizeBelow: undefined, ...sizeFilter(event.currentTarget.value) })
        }
        data={[
          { value: '', label: texts.plan.allSizes },
          ...sizeRanges.map((value) => ({ value, label: sizes[value].label })),
        ]}
      />
      <NativeSelect
        aria-label={texts.plan.user}
        value={filter.userId ?? ''}
        onChange={(event) => change({ userId: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: texts.plan.allUsers },
          ...(facets?.users ?? []).map(({ userId, name, items, example }) => ({
            value: userId,
            label:
              name === null
                ? texts.plan.userWithFiles({ user: userId.slice(0, 8), items, example })
                : texts.plan.namedUser({ name, items }),
          })),
        ]}
      />
      <Button
        variant="subtle"
        disabled={!isNarrowed({ ...filter, text })}
        onClick={() => {
          setText('')
          onChange({})
        }}
      >
        {texts.plan.clear}
      </Button>
      <ColumnChoice columns={columns} onChange={onColumns} />
    </search>
  )
}

interface FindingSelectProps {
  listed: Listed
  filter: PlanFilter
  facets: PlanFacets | null
  onChange: (part: PlanFilter) => void
}

function FindingSelect({ listed, filter, facets, onChange }: FindingSelectProps) {
  const listedCodes = new Map<ErrorCode, number>()
  for (const { code, state, items } of facets?.codes ?? []) {
    if (state !== 'pending' && state !== 'committed') listedCodes.set(code, (listedCodes.get(code) ?? 0) + items)
  }
  const codes = [...listedCodes].map(([code, items]) => ({ code, items }))
  return (
    <NativeSelect
      aria-label={texts.plan.finding}
      value={findingValue(filter)}
      onChange={(event) => onChange({ state: undefined, code: undefined, ...findingFilter(event.currentTarget.value) })}
      data={[
        { value: '', label: listedWords[listed.of].all },
        ...statesOf(listed).map((state) => ({ value: state, label: wordOfState(listed, state).label })),
        ...(codes.length > 0
          ? [
              {
                group: texts.plan.reason,
                items: codes.map(({ code, items }) => ({
                  value: `code ${code}`,
                  label: `${errorCatalogue[code].title} (${formatNumber(items)})`,
                })),
              },
            ]
          : []),
      ]}
    />
  )
}
