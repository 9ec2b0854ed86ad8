import { Table } from '@mantine/core'
import type { ProblemGroup } from '../../../shared/run.ts'
import type { RunNoun } from '../../../shared/runKind.ts'
import { texts } from '../../texts/texts.ts'
import classes from './itemList.module.css'

interface ProblemExamplesProps {
  group: Pick<ProblemGroup, 'title' | 'count' | 'examples'>
  /** What one of them is called. */
  noun?: RunNoun
}

/** The first few files of a group of problems. */
export function ProblemExamples({ group, noun = 'file' }: ProblemExamplesProps) {
  if (group.examples.length === 0) return null
  const more = group.count - group.examples.length
  return (
    <div className={classes.frame}>
      <Table className={classes.table ?? ''} aria-label={texts.components.examplesOf(group.title)}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{noun === 'file' ? texts.components.file : texts.components.what}</Table.Th>
            <Table.Th>{texts.components.foundHead}</Table.Th>
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
          {texts.components.firstOf({ shown: group.examples.length, count: texts.nouns[noun](group.count) })}
        </p>
      )}
    </div>
  )
}
