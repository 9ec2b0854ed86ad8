import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { Choice } from '../../components/choice.tsx'
import { CopyButton } from '../../components/copyButton.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Pager } from '../../components/pager.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { stateLines, type StateLine } from './stateLines.ts'
import { useShownRun, useStores } from '../../stores/context.tsx'
import { createStateFileStore } from '../../stores/pages.ts'
import { texts } from '../../texts/texts.ts'
import classes from './record.module.css'

type View = 'tree' | 'raw'

/** The state file of a run, to read or as it is, some hundred documents at a time. */
export function StateFileScreen({ runId }: { runId: string }) {
  const { api } = useStores()
  const [store] = useState(() => createStateFileStore(api, runId))
  const { current, page, hasNext, error, restart, next, previous } = useStore(store)
  const [view, setView] = useState<View>('tree')
  const load = useShownRun((state) => state.load)
  const exportState = useShownRun((state) => state.exportState)
  useEffect(() => {
    void load(runId)
    void restart()
  }, [load, restart, runId])
  return (
    <Screen
      back
      title={texts.record.stateFile}
      subtitle={
        current && (
          <>
            <code>{current.path}</code>, {formatBytes(current.size)}
          </>
        )
      }
      actions={
        <Button variant="default" onClick={() => void exportState().then(restart)}>
          {texts.record.writeAgain}
        </Button>
      }
    >
      {error && <ErrorCard error={error} onRetry={() => void restart()} />}
      {!current && !error && <Loading what={texts.record.theStateFile} />}
      {current && (
        <section aria-label={texts.record.stateFile} className={classes.sheet}>
          <div className={classes.bar}>
            <Choice
              label={texts.record.view}
              value={view}
              onChange={setView}
              options={[
                { value: 'tree', label: texts.record.formatted },
                { value: 'raw', label: texts.record.raw },
              ]}
            />
            <CopyButton text={current.text} what={texts.record.thisPage} />
          </div>
          {view === 'tree' ? (
            <Tree text={current.text} />
          ) : (
            <pre className={classes.raw} tabIndex={0}>
              {current.text}
            </pre>
          )}
          <Pager label={texts.record.stateFile} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
        </section>
      )}
    </Screen>
  )
}

function Tree({ text }: { text: string }) {
  return (
    <div className={classes.tree}>
      {stateLines(text).map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </div>
  )
}

function Line({ line }: { line: StateLine }) {
  switch (line.kind) {
    case 'value':
      return (
        <p className={classes.value}>
          <span>{line.name}</span> <code>{line.value}</code>
        </p>
      )
    case 'list':
      return <h2 className={classes.listName}>{line.name}</h2>
    case 'entry':
      return (
        <details className={classes.entry}>
          <summary>{line.name}</summary>
          <dl>
            {line.fields.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )
    case 'text':
      return <p className={classes.value}>{line.text}</p>
  }
}
