import { Accordion } from '@mantine/core'
import type { RunDetails } from '../../../shared/record.ts'
import { ItemList } from './itemList.tsx'
import { Panel } from '../panel.tsx'
import { texts } from '../../texts/texts.ts'
import { groupStyles } from './problemGroups.tsx'
import groups from './problemGroups.module.css'
import { formatNumber } from '../../format/number.ts'

/** What a repair does, or takes back, by kind; each opens to the things themselves, with from where to where. */
export function RepairDeeds({ details, planned }: { details: RunDetails; planned: boolean }) {
  const { runId, kind, repairs } = details
  if (!repairs || repairs.length === 0) return null
  const back = kind === 'unrepair'
  return (
    <Panel title={planned ? texts.undo.whatARepairWouldDo : texts.undo.whatWasDone} flush>
      <Accordion multiple order={3} chevronPosition="left" keepMounted={false} classNames={groupStyles}>
        {(back ? repairs.toReversed() : repairs).map(({ deed, planned: count }) => {
          const { does, undoes, detail } = texts.repair.deeds[deed]
          const title = back ? undoes : does
          return (
            <Accordion.Item key={deed} value={deed}>
              <Accordion.Control>
                <span className={groups.line}>
                  <span className={groups.title}>{title}</span>
                  {!back && <span className={groups.kind}>{detail}</span>}
                  <span className={groups.count} data-tone="active">
                    {formatNumber(count)}
                  </span>
                </span>
              </Accordion.Control>
              <Accordion.Panel>
                <ItemList
                  runId={runId}
                  filter={{ deed }}
                  label={title}
                  planned={planned}
                  back={back}
                  kind="repair"
                  noun="finding"
                />
              </Accordion.Panel>
            </Accordion.Item>
          )
        })}
      </Accordion>
    </Panel>
  )
}
