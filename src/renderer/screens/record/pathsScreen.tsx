import { Button, Table } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Pager } from '../../components/pager.tsx'
import { Panel } from '../../components/panel.tsx'
import { Screen } from '../../components/screen.tsx'
import { useShownRun, useStores } from '../../stores/context.tsx'
import { createPathsStore } from '../../stores/record.ts'
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
      title="Paths of before the run"
      subtitle={savedPaths === null ? 'Saved before the first row was switched.' : `Saved to ${savedPaths}`}
      actions={<Button onClick={() => void savePaths()}>Save as SQL…</Button>}
    >
      {error && <ErrorCard error={error} onRetry={() => void restart()} />}
      {!current && !error && <Loading what="the paths" />}
      {current?.paths.length === 0 && (
        <Panel title="None saved">
          <p className={classes.none}>
            They are saved when the rows of a run are about to be switched for the first time.
          </p>
        </Panel>
      )}
      {current && current.paths.length > 0 && (
        <section aria-label="Paths" className={classes.sheet}>
          <Table aria-label="Paths of before the run" className={classes.table ?? ''}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Row</Table.Th>
                <Table.Th>Path</Table.Th>
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
          <Pager label="Paths" page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
        </section>
      )}
    </Screen>
  )
}
