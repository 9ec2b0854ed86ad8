import { doneOf, runWords } from '../../../shared/runWords.ts'
import { Button } from '@mantine/core'
import { IconPlayerPause } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../shared/run.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useInterrupted, useNavigation, useProfiles } from '../../stores/context.tsx'
import { ResumeDialog } from './resumeDialog.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './interruptedRuns.module.css'

/** Interrupted runs that can be resumed. */
export function useInterruptedRuns(): RunSummary[] {
  const runs = useInterrupted(({ value }) => value) ?? []
  const profiles = useProfiles((state) => state.profiles)
  return runs.filter(({ profileId }) => profiles?.some(({ id }) => id === profileId))
}

/** Offers to resume interrupted runs; takes no room when there is none. */
export function InterruptedRuns({ runs }: { runs: RunSummary[] }) {
  if (runs.length === 0) return null
  return (
    <section aria-label={texts.home.interruptedRuns} className={classes.runs}>
      {runs.map((run) => (
        <Offer key={run.runId} run={run} />
      ))}
    </section>
  )
}

function Offer({ run }: { run: RunSummary }) {
  const [asking, setAsking] = useState(false)
  const go = useNavigation((state) => state.go)
  const busy = useBusy()
  const { runId, kind, profile, createdAt, planned, copied } = run
  const name = texts.home.runOf({ name: runWords[kind].name, createdAt: formatMoment(createdAt) })
  return (
    <div className={classes.offer} data-tone="warn">
      <IconPlayerPause size={20} aria-hidden className={classes.icon} />
      <div className={classes.text}>
        <p className={classes.title}>
          {texts.home.interruptedRun({ profile, done: doneOf(run), planned })}
          {copied > 0 && texts.home.copied(copied)}
        </p>
        <p className={classes.what}>{texts.home.runIsSafe(name)}</p>
      </div>
      <div className={classes.actions}>
        <Button
          size="sm"
          variant="light"
          disabled={busy}
          aria-label={texts.home.resumeOf(name)}
          onClick={() => setAsking(true)}
        >
          {texts.home.resume}
        </Button>
        {kind === 'migrate' && (
          <Button
            size="sm"
            variant="default"
            disabled={busy}
            aria-label={texts.home.rollBackOf(name)}
            onClick={() => go({ name: 'undo', runId })}
          >
            {texts.home.rollBack}
          </Button>
        )}
        <Button
          size="sm"
          variant="default"
          aria-label={texts.home.detailsOf(name)}
          onClick={() => go({ name: 'run', runId })}
        >
          {texts.home.details}
        </Button>
      </div>
      <ResumeDialog run={run} opened={asking} onClose={() => setAsking(false)} />
    </div>
  )
}
