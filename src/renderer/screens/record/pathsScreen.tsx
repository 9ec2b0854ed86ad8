import { Button, Table } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Pager } from '../../components/pager.tsx'
import { Panel } from '../../components/panel.tsx'
import { Screen } from '../../components/screen.tsx'
import { useShownRun, useStores } from '../../stores/context.tsx'
import { createPathsStore } from '../../stores/pages.ts'
import { texts } from '../../texts/texts.ts'
import classes from './record.module.css'

/** The paths that rows had before a run touched them: what a backup of them would hold. */
export function PathsScreen({ runId }: { runId: string }) {
  const { api } = useStores()
  const [store] = useState(() => createPathsStore(api, runId))
  const { current, page, hasNext, error, restart, next, previous } = useStore(store)
  const { load, savePaths, savedPaths } = useShownRun((state) => state)
  useEffect(() => {
    void load(runId)
    void restart()
  }, [load, restart, runId])
  return (
    <Screen
      back
      title={texts.record.originalPaths}
      subtitle={savedPaths === null ? texts.record.pathsSubtitle : texts.record.savedTo(savedPaths)}
      actions={<Button onClick={() => void savePaths()}>{texts.record.saveAsSql}</Button>}
    >
      {error && <ErrorCard error={error} onRetry={() => void restart()} />}
      {!current && !error && <Loading what={texts.record.thePaths} />}
      {current?.paths.length === 0 && (
        <Panel title={texts.record.noPathsSaved}>
          <p className={classes.none}>{texts.record.noPathsHint}</p>
        </Panel>
      )}
      {current && current.paths.length > 0 && (
        <section aria-label={texts.record.paths} className={classes.sheet}>
          <Table aria-label={texts.record.originalPaths} className={classes.table ?? ''}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{texts.record.row}</Table.Th>
                <Table.Th>{texts.record.path}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {current.paths.map(({ column, rowId, path }) => (
                <Table.Tr key={`${column} ${rowId}`}>
                  <Table.Td className={classes.row ?? ''}>
                    {column}
                    <code>{rowId}</code>
                  </Table.Td>
                  <Table.Td className={classes.path ?? ''}>{path}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Pager label={texts.record.paths} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
        </section>
      )}
    </Screen>
  )
}
