import { Table } from '@mantine/core'
import type { ProblemGroup } from '../../shared/run.ts'
import { formatCount, formatNumber } from '../format/number.ts'
import classes from './fileTable.module.css'

interface ProblemExamplesProps {
  group: Pick<ProblemGroup, 'title' | 'count' | 'examples'>
  /** What one of them is called. */
  noun?: string
}

/** The first few files of a group of problems. */
export function ProblemExamples({ group, noun = 'file' }: ProblemExamplesProps) {
  if (group.examples.length === 0) return null
  const more = group.count - group.examples.length
  return (
    <div className={classes.frame}>
      <Table className={classes.table ?? ''} aria-label={`Examples: ${group.title}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{noun === 'file' ? 'File' : 'What'}</Table.Th>
            <Table.Th>What was found</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {group.examples.map((example, index) => (
            <Table.Tr key={`${example.documentId} ${index}`}>
              <Table.Td>
                <div className={classes.name}>{example.filename}</div>
                <div className={classes.path}>{example.path}</div>
              </Table.Td>
              <Table.Td className={classes.message ?? ''}>{example.message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {more > 0 && (
        <p className={classes.more}>
          The first {formatNumber(group.examples.length)} of {formatCount(group.count, noun)}.
        </p>
      )}
    </div>
  )
}
