import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { checkupDepths, type CheckupDepth, diagnosticAreas } from '../../../shared/diagnostic.ts'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Choice } from '../../components/choice.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { checkupSentence } from '../../format/checkup.ts'
import { areaWords, checkWord } from '../../format/diagnostic.ts'
import { useDoctor, useProfiles, useSupport } from '../../stores/context.tsx'
import { AreaPanel } from './areaPanel.tsx'
import classes from './doctor.module.css'

const depthWords: Record<CheckupDepth, { label: string; detail: string }> = {
  connection: { label: 'Connection', detail: 'Everything is reached. Changes nothing.' },
  run: { label: 'Ready for a run', detail: 'And all that a run needs: a small object is written and removed again.' },
  full: { label: 'In depth', detail: 'And samples of files and documents, speed, what is left over.' },
}

/** The checks of a connection: what was found, how bad it is, and what to do about it. */
export function DoctorScreen({ profileId }: { profileId: string }) {
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  const isRead = useProfiles((state) => state.profiles !== null)
  if (profile) return <DoctorView profile={profile} />
  return (
    <Screen back title="Checks">
      {isRead ? <p>This connection was deleted.</p> : <Loading what="the connection" />}
    </Screen>
  )
}

function DoctorView({ profile }: { profile: ProfileSummary }) {
  const { id, problem } = profile
  const mine = useDoctor((state) => state.profileId === id)
  const state = useDoctor((all) => all)
  const { start, cancel } = state
  const support = useSupport((all) => all.open)
  const snapshot = mine ? state.snapshot : null
  const running = mine && state.running
  const [depth, setDepth] = useState<CheckupDepth>('run')
  // What was found stays while one looks at other things; a connection that was not looked at yet is.
  useEffect(() => {
    if (!mine && problem === null) void start(id, 'run')
  }, [id, mine, problem, start])
  const troubles = (running ? [] : (snapshot?.diagnostics ?? [])).filter(
    ({ severity }) => severity === 'blocking' || severity === 'warning',
  )
  const sentence = snapshot && checkupSentence(snapshot)
  return (
    <Screen
      back
      title={`Checks of ${profile.name}`}
      subtitle={<Route database={profile.database} bucket={profile.bucket} />}
      actions={
        running ? (
          <Button variant="default" onClick={() => void cancel()}>
            Cancel
          </Button>
        ) : (
          <Button disabled={problem !== null} onClick={() => void start(id, depth)}>
            {snapshot ? 'Run all again' : 'Run the checks'}
          </Button>
        )
      }
    >
      {problem !== null && (
        <p role="alert" className={classes.problem} data-tone="bad">
          {problem}
        </p>
      )}
      <Choice
        label="How far"
        value={depth}
        onChange={setDepth}
        options={checkupDepths.map((value) => ({ value, ...depthWords[value] }))}
      />
      {mine && state.error && <ErrorCard error={state.error} onRetry={() => void start(id, depth)} />}
      {mine && state.done !== null && <Notice tone="good" title={state.done} />}
      {sentence && (
        <Notice tone={sentence.tone} title={sentence.text}>
          {troubles.map(({ code, area, subject, finding }) => (
            <p key={`${code} ${subject}`}>
              {areaWords[area]}: {checkWord(code)} – {finding}
            </p>
          ))}
        </Notice>
      )}
      {running && !snapshot && <Loading what="the settings" />}
      {snapshot &&
        diagnosticAreas.map((area) => (
          <AreaPanel
            key={area}
            area={area}
            diagnostics={snapshot.diagnostics.filter((it) => it.area === area)}
            running={running}
            onAgain={() => void start(id, depth, [area])}
          />
        ))}
      {snapshot && !running && (
        <Panel title="Is somebody to help?">
          <p className={classes.help}>
            A support bundle has what they will ask for, without a secret: checks, errors, settings, versions. You see
            what is in it before it is written.
          </p>
          <Button variant="default" onClick={() => support({ profileId: id, runId: null })}>
            Write a support bundle…
          </Button>
        </Panel>
      )}
    </Screen>
  )
}
