import { runWords } from '../../../shared/runWords.ts'
import { Table } from '@mantine/core'
import type { RunKind } from '../../../shared/runKind.ts'
import type { Comparison, Difference } from '../../../shared/record.ts'
import { Badge } from '../../components/badge.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { Screen } from '../../components/screen.tsx'
import { comparedLines } from './comparedLines.ts'
import { itemWord, wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from './record.module.css'

/** Two runs side by side: figures, settings, and the files that stand otherwise in one than in the other. */
export function CompareScreen({ first, second }: { first: string; second: string }) {
  const { value: compared, error } = useRead(`${first} ${second}`, (api) => api.records.compare(first, second))
  return (
    <Screen
      back
      title={texts.record.comparisonOfTwoRuns}
      subtitle={
        compared && texts.record.twoProfiles({ first: compared.first.profile, second: compared.second.profile })
      }
    >
      {error && <ErrorCard error={error} />}
      {!compared && !error && <Loading what={texts.record.bothRunsFileByFile} />}
      {compared && <Compared compared={compared} />}
    </Screen>
  )
}

function Compared({ compared }: { compared: Comparison }) {
  const { first, second, alike, differences } = compared
  const other = differences.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <Notice
        tone={other === 0 ? 'good' : 'neutral'}
        title={other === 0 ? texts.record.alike(alike) : texts.record.differing({ other, alike })}
      />
      <section aria-label={texts.record.sideBySide} className={classes.sheet}>
        <Table aria-label={texts.record.sideBySide} className={classes.table ?? ''}>
          <Table.Thead>
            <Table.Tr>
              <Table.Td />
              {[first, second].map((run) => (
                <Table.Th key={run.runId} scope="col">
                  {runWords[run.kind].name}, {formatMoment(run.createdAt)} <Badge word={wordOfRun(run)} />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {comparedLines(first, second).map(({ name, values: [a, b] }) => (
              <Table.Tr key={name} data-differs={a !== b} className={classes.pair ?? ''}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td>{a}</Table.Td>
                <Table.Td>{b}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {differences.map((difference) => (
        <Differing key={`${difference.from ?? ''} ${difference.to ?? ''}`} difference={difference} kind={first.kind} />
      ))}
    </>
  )
}

const word = (state: Difference['from'], kind: RunKind): string =>
  state === null ? texts.record.notInThisRun : itemWord(state, kind).label

function Differing({ difference: { from, to, count, examples }, kind }: { difference: Difference; kind: RunKind }) {
  return (
    <Panel
      title={texts.record.fromTo({ from: word(from, kind), to: word(to, kind) }).replace(/^n/, 'N')}
      aside={texts.nouns.file(count)}
    >
      <ul className={classes.examples}>
        {examples.map(({ documentId, filename, path }) => (
          <li key={`${documentId} ${path}`}>
            {filename} <code>{path}</code>
          </li>
        ))}
      </ul>
      {count > examples.length && <p className={classes.none}>{texts.record.andMore(count - examples.length)}</p>}
    </Panel>
  )
}
