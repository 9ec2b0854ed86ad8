import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { AuditDialog } from '../../components/run/auditDialog.tsx'
import { RunTable } from '../../components/run/runTable.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Panel } from '../../components/panel.tsx'
import { Screen } from '../../components/screen.tsx'
import { useBusy, useConnectionRuns, useLive } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { PlaceHead } from './placeHead.tsx'

/** The audits of a connection, and the way to another one. */
export function AuditTab({ profile }: { profile: ProfileSummary }) {
  const [asking, setAsking] = useState(false)
  const busy = useBusy()
  const refused = useLive((state) => state.error)
  const runs = useConnectionRuns((state) => state.lists[profile.id])
  const audits = runs?.filter(({ kind }) => kind === 'audit')
  return (
    <Screen
      title={profile.name}
      subtitle={<PlaceHead profile={profile} />}
      actions={
        <Button disabled={busy || profile.problem !== null} onClick={() => setAsking(true)}>
          {texts.shell.auditAction}
        </Button>
      }
    >
      <RunUnderWay />
      {refused && <ErrorCard error={refused} />}
      {audits && audits.length > 0 ? (
        <RunTable runs={audits} label={texts.shell.audits} />
      ) : (
        <Panel title={texts.shell.noAudit}>
          <p className="hint">{texts.shell.auditMeans}</p>
        </Panel>
      )}
      {asking && <AuditDialog profile={profile} onClose={() => setAsking(false)} />}
    </Screen>
  )
}
