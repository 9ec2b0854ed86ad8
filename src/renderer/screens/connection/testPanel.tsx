import { Button, VisuallyHidden } from '@mantine/core'
import { ErrorCard } from '../../components/errorCard.tsx'
import { CheckList } from '../../components/checkList.tsx'
import { testSentence } from '../../format/diagnostic.ts'
import { useConnectionTest } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { useEditor } from './editor.ts'
import classes from './testPanel.module.css'

/** The test of what the form says: what it will do, what it does, what came of it. */
export function TestPanel({ onTest }: { onTest: () => void }) {
  const { form } = useEditor()
  const { subject, snapshot, error, running, cancel } = useConnectionTest((state) => state)
  const outcome = snapshot?.outcome ?? null
  const isOld = subject !== null && subject !== form
  return (
    <section aria-label={texts.connection.connectionTest} className={classes.panel} aria-busy={running}>
      <div className={classes.head}>
        <h2 className={classes.title}>{texts.connection.test}</h2>
        {running ? (
          <Button variant="default" size="compact-sm" onClick={() => void cancel()}>
            {texts.connection.cancelTest}
          </Button>
        ) : (
          (snapshot ?? error) && (
            <Button variant="default" size="compact-sm" onClick={onTest}>
              {texts.connection.testAgain}
            </Button>
          )
        )}
      </div>
      <VisuallyHidden role="status" aria-live="polite">
        {snapshot && testSentence(snapshot.diagnostics, snapshot.outcome)}
      </VisuallyHidden>
      {isOld && !running && <p className={classes.old}>{texts.connection.testIsOld}</p>}
      {outcome === 'passed' && !isOld && (
        <p className={classes.outcome} data-tone="good">
          {texts.connection.testPassed}
        </p>
      )}
      {outcome === 'cancelled' && <p className={classes.old}>{texts.connection.testCancelled}</p>}
      {error && <ErrorCard error={error} />}
      {snapshot ? (
        <CheckList diagnostics={snapshot.diagnostics} label={texts.connection.testSteps} />
      ) : (
        !error && <Expectation running={running} />
      )}
    </section>
  )
}

function Expectation({ running }: { running: boolean }) {
  return <p className={classes.promise}>{running ? texts.connection.readingTheSettings : texts.connection.testMeans}</p>
}
