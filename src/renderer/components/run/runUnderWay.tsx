import { Button } from '@mantine/core'
import { holdOf } from '../../../shared/hold.ts'
import { activityWords, shareWords } from './progress.ts'
import { isUnderWay } from '../../format/status.ts'
import { useLive, useNavigation, useProfiles } from '../../stores/context.tsx'
import { screenOfActivity } from '../../stores/navigation.ts'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

/** Leads back to what goes on while the user looks at other things. */
export function RunUnderWay() {
  const snapshot = useLive((state) => state.snapshot)
  const go = useNavigation((state) => state.go)
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === snapshot?.profileId))
  if (!snapshot || !isUnderWay(snapshot.status)) return null
  const share = [holdOf(snapshot), shareWords(snapshot)].filter(Boolean).join(' ')
  return (
    <section aria-label={texts.home.runInProgress} className={classes.banner} data-tone="active">
      <span>
        {activityWords(snapshot)} {profile?.name ?? texts.home.aConnection}
        {share !== '' && ` – ${share}`}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => go(screenOfActivity(snapshot))}>
        {texts.home.show}
      </Button>
    </section>
  )
}
