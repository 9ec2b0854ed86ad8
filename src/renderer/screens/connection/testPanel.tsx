import { Button, VisuallyHidden } from '@mantine/core'
import { ErrorCard } from '../../components/errorCard.tsx'
import { CheckList } from '../../components/checkList.tsx'
import { testSentence } from '../../format/diagnostic.ts'
import { useConnectionTest } from '../../stores/context.tsx'
import { useEditor } from './editor.ts'
import classes from './testPanel.module.css'

/** The test of what the form says: what it will do, what it does, what came of it. */
export function TestPanel({ onTest }: { onTest: () => void }) {
  const { form } = useEditor()
  const { subject, snapshot, error, running, cancel } = useConnectionTest((state) => state)
  const outcome = snapshot?.outcome ?? null
  const isOld = subject !== null && subject !== form
  return (
    <section aria-label="Test of the connection" className={classes.panel} aria-busy={running}>
      <div className={classes.head}>
        <h2 className={classes.title}>Test</h2>
        {running ? (
          <Button variant="default" size="compact-sm" onClick={() => void cancel()}>
            Cancel the test
          </Button>
        ) : (
          (snapshot ?? error) && (
            <Button variant="default" size="compact-sm" onClick={onTest}>
              Test again
            </Button>
          )
        )}
      </div>
      <VisuallyHidden role="status" aria-live="polite">
        {snapshot && testSentence(snapshot.diagnostics, snapshot.outcome)}
      </VisuallyHidden>
      {isOld && !running && <p className={classes.old}>The settings were changed since this test.</p>}
      {outcome === 'passed' && !isOld && (
        <p className={classes.outcome} data-tone="good">
          Everything can be reached.
        </p>
      )}
      {outcome === 'cancelled' && <p className={classes.old}>The test was cancelled.</p>}
      {error && <ErrorCard error={error} />}
      {snapshot ? (
        <CheckList diagnostics={snapshot.diagnostics} label="Steps of the test" />
      ) : (
        !error && <Expectation running={running} />
      )}
    </section>
  )
}

function Expectation({ running }: { running: boolean }) {
  return (
    <p className={classes.promise}>
      {running
        ? 'Reading the settings…'
        : 'Reaches, one step after the other, everything that a plan needs, and says at which step something is amiss. It only looks: nothing is changed.'}
    </p>
  )
}
