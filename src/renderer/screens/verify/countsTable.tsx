import { Table } from '@mantine/core'
import type { CountPair } from '../../../shared/validation.ts'
import { Badge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { formatNumber } from '../../format/number.ts'
import { pairWord } from './validationWords.ts'
import { texts } from '../../texts/texts.ts'
import classes from './validate.module.css'

/** Figures from two places each, side by side. */
export function CountsTable({ counts }: { counts: readonly CountPair[] }) {
  return (
    <Panel title={texts.validate.countsThatMustMatch} flush>
      <Table className={classes.table ?? ''} aria-label={texts.validate.countsThatMustMatch}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.validate.counted}</Table.Th>
            <Table.Th className={classes.figure ?? ''}>{texts.validate.number}</Table.Th>
            <Table.Th>{texts.validate.comparedWith}</Table.Th>
            <Table.Th className={classes.figure ?? ''}>{texts.validate.number}</Table.Th>
            <Table.Th className={classes.word ?? ''}>{texts.validate.result}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counts.map((pair) => (
            <Table.Tr key={pair.name}>
              <Table.Td>{pair.name}</Table.Td>
              <Table.Td className={classes.figure ?? ''}>{formatNumber(pair.expected)}</Table.Td>
              <Table.Td>{pair.against}</Table.Td>
              <Table.Td className={classes.figure ?? ''}>{formatNumber(pair.found)}</Table.Td>
              <Table.Td className={classes.word ?? ''}>
                <Badge word={pairWord(pair)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
