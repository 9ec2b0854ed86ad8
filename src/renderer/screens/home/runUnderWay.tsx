import { Button } from '@mantine/core'
import { formatPercent } from '../../format/number.ts'
import { runShare } from '../../format/progress.ts'
import { isUnderWay, runWord } from '../../format/status.ts'
import { useLive, useNavigation, useProfiles } from '../../stores/context.tsx'
import classes from './runUnderWay.module.css'

/** Leads back to the run that goes on while the user looks at other things. */
export function RunUnderWay() {
  const snapshot = useLive((state) => state.snapshot)
  const go = useNavigation((state) => state.go)
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === snapshot?.profileId))
  if (!snapshot || !isUnderWay(snapshot.status)) return null
  const share = snapshot.status === 'running' ? ` – ${formatPercent(runShare(snapshot))}` : ''
  return (
    <section aria-label="Run under way" className={classes.banner} data-tone="active">
      <span>
        {profile && `${profile.name}: `}
        {runWord(snapshot.status).label}
        {share}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => go({ name: 'run', runId: snapshot.runId })}>
        Show
      </Button>
    </section>
  )
}
