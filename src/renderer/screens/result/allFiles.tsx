import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { ItemState } from '../../../shared/run.ts'
import { ItemList } from '../../components/itemList.tsx'
import { Panel } from '../../components/panel.tsx'
import { itemWord } from '../../format/status.ts'

type Choice = ItemState | 'all'

const choices: Choice[] = ['all', 'committed', 'failed', 'skipped', 'restored', 'pending']

/** Every file of the run, or those of one outcome. */
export function AllFiles({ runId }: { runId: string }) {
  const [choice, setChoice] = useState<Choice>('all')
  return (
    <Panel
      title="Files"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Outcome"
          value={choice}
          onChange={setChoice}
          data={choices.map((value) => ({ value, label: value === 'all' ? 'All' : itemWord(value).label }))}
        />
      }
    >
      <ItemList
        key={choice}
        runId={runId}
        filter={choice === 'all' ? {} : { state: choice }}
        label="Files of this run"
        pageSize={20}
      />
    </Panel>
  )
}
