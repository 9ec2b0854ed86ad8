import { doneOf, runWords } from '../../../shared/runWords.ts'
import { Button } from '@mantine/core'
import { IconPlayerPause } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { formatNumber } from '../../format/number.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useInterrupted, useLive, useNavigation, useProfiles } from '../../stores/context.tsx'
import { ResumeDialog } from '../result/resumeDialog.tsx'
import classes from './interruptedRuns.module.css'

/** Offers to go on with what was begun and not ended; takes no room when there is nothing. */
export function InterruptedRuns() {
  const runs = useInterrupted((state) => state.runs)
  const profiles = useProfiles((state) => state.profiles)
  const error = useLive((state) => state.error)
  const usable = runs.filter(({ profileId }) => profiles?.some(({ id }) => id === profileId))
  if (usable.length === 0) return null
  return (
    <section aria-label="Interrupted runs" className={classes.runs}>
      {error && <ErrorCard error={error} />}
      {usable.map((run) => (
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
  const name = `${runWords[kind].name} of ${formatMoment(createdAt)}`
  return (
    <div className={classes.offer} data-tone="warn">
      <IconPlayerPause size={20} aria-hidden className={classes.icon} />
      <div className={classes.text}>
        <p className={classes.title}>
          Interrupted: {profile}, {formatNumber(doneOf(run))} of {formatNumber(planned)} files done
          {copied > 0 && `, ${formatNumber(copied)} copied`}
        </p>
        <p className={classes.what}>{name}. Nothing is broken; the rest can be done now or later.</p>
      </div>
      <div className={classes.actions}>
        <Button size="sm" disabled={busy} aria-label={`Resume: ${name}`} onClick={() => setAsking(true)}>
          Resume
        </Button>
        {kind === 'migrate' && (
          <Button
            size="sm"
            variant="default"
            disabled={busy}
            aria-label={`Roll back: ${name}`}
            onClick={() => go({ name: 'undo', runId })}
          >
            Roll back…
          </Button>
        )}
        <Button size="sm" variant="default" aria-label={`Details: ${name}`} onClick={() => go({ name: 'run', runId })}>
          Details
        </Button>
      </div>
      <ResumeDialog run={run} opened={asking} onClose={() => setAsking(false)} />
    </div>
  )
}
