import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ItemState, ItemView } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { runFacts, type RunKind } from '../../../shared/runKind.ts'
import { ItemList } from '../../components/run/itemList.tsx'
import { Panel } from '../../components/panel.tsx'
import { awaitsCutover, itemWord } from '../../format/status.ts'
import { useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { actionsOf } from './actions.ts'
import classes from './result.module.css'

type Choice = ItemState | 'all'

const choices: Record<RunKind, Choice[]> = {
  migrate: ['all', 'committed', 'failed', 'skipped', 'restored', 'pending'],
  import: ['all', 'committed', 'failed', 'skipped', 'restored'],
  recover: ['all', 'committed', 'failed', 'skipped', 'restored'],
  rollback: ['all', 'restored', 'failed', 'skipped', 'pending'],
  quarantine: ['all', 'freed', 'failed', 'skipped', 'restored', 'pending'],
  purge: ['all', 'freed', 'failed', 'skipped', 'pending'],
  return: ['all', 'restored', 'failed', 'skipped', 'pending'],
  audit: ['all', 'failed', 'skipped'],
  repair: ['all', 'committed', 'failed', 'skipped', 'restored', 'pending'],
  unrepair: ['all', 'restored', 'failed', 'skipped', 'pending'],
}

const searchAfterMs = 200

/** Every file of the run, or those of one outcome, or those that are searched for. */
export function AllFiles({ details }: { details: RunDetails }) {
  const { runId, kind } = details
  const isCopied = awaitsCutover(details)
  const [choice, setChoice] = useState<Choice>('all')
  const [search, setSearch] = useState('')
  const [text] = useDebouncedValue(search.trim(), searchAfterMs)
  const canRollBack = actionsOf(details).some(({ name }) => name === 'rollback')
  const filter = { ...(choice !== 'all' && { state: choice }), ...(text !== '' && { text }) }
  return (
    <Panel title={texts.result.files}>
      <div className={classes.filters}>
        <TextInput
          aria-label={texts.result.searchLabel}
          placeholder={texts.result.searchPlaceholder}
          className={classes.search ?? ''}
          size="xs"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <SegmentedControl
          size="xs"
          aria-label={texts.result.outcome}
          value={choice}
          onChange={setChoice}
          data={choices[kind].map((value) => ({
            value,
            label: value === 'all' ? texts.result.all : itemWord(value, kind, isCopied).label,
          }))}
        />
      </div>
      <ItemList
        key={`${choice} ${text}`}
        runId={runId}
        filter={filter}
        label={texts.result.filesOfThisRun}
        pageSize={20}
        compact
        kind={kind}
        isCopied={isCopied}
        back={runFacts[kind].goal === 'restored'}
        action={canRollBack ? (item) => <RollBackOne runId={runId} item={item} /> : undefined}
      />
    </Panel>
  )
}

/** Leads to the rollback of one document. */
function RollBackOne({ runId, item }: { runId: string; item: ItemView }) {
  const go = useNavigation((state) => state.go)
  if (item.state !== 'committed' || item.kind !== 'document') return null
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      aria-label={texts.result.rollBackOf(item.filename)}
      onClick={() => go({ name: 'undo', runId, documentId: item.documentId })}
    >
      {texts.result.rollBack}
    </Button>
  )
}
