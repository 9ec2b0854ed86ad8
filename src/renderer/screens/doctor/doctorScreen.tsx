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
import { checkupSentence } from './checkup.ts'
import { areaWords, checkWord } from '../../format/diagnostic.ts'
import { useDoctor, useProfiles, useSupport } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { AreaPanel } from './areaPanel.tsx'
import classes from './doctor.module.css'

const depthWords: Record<CheckupDepth, { label: string; detail: string }> = {
  connection: { label: texts.doctor.connection, detail: texts.doctor.connectionMeans },
  run: { label: texts.doctor.readyForARun, detail: texts.doctor.readyForARunMeans },
  full: { label: texts.doctor.inDepth, detail: texts.doctor.inDepthMeans },
}

/** The checks of a connection: what was found, how bad it is, and what to do about it. */
export function DoctorScreen({ profileId }: { profileId: string }) {
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  const isRead = useProfiles((state) => state.profiles !== null)
  if (profile) return <DoctorView profile={profile} />
  return (
    <Screen back title={texts.doctor.checks}>
      {isRead ? <p>{texts.doctor.thisConnectionWasDeleted}</p> : <Loading what={texts.doctor.theConnection} />}
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
      title={texts.doctor.checksOf(profile.name)}
      subtitle={<Route database={profile.database} bucket={profile.bucket} />}
      actions={
        running ? (
          <Button variant="default" onClick={() => void cancel()}>
            {texts.doctor.cancel}
          </Button>
        ) : (
          <Button disabled={problem !== null} onClick={() => void start(id, depth)}>
            {snapshot ? texts.doctor.runAllAgain : texts.doctor.runChecks}
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
        label={texts.doctor.depth}
        value={depth}
        onChange={setDepth}
        options={checkupDepths.map((value) => ({ value, ...depthWords[value] }))}
      />
      {mine && state.error && <ErrorCard error={state.error} onRetry={() => void start(id, depth)} />}
      {mine && state.done !== null && <Notice tone="good" title={state.done} />}
      {sentence && (
        <Notice tone={sentence.tone} title={sentence.text}>
          {troubles.map(({ code, area, subject }) => (
            <p key={`${code} ${subject}`}>{[...new Set([areaWords[area], checkWord(code)])].join(': ')}</p>
          ))}
        </Notice>
      )}
      {running && !snapshot && <Loading what={texts.doctor.theSettings} />}
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
        <Panel title={texts.doctor.needHelp}>
          <p className={classes.help}>{texts.doctor.supportBundleMeans}</p>
          <Button variant="default" onClick={() => support({ profileId: id, runId: null })}>
            {texts.doctor.createSupportBundle}
          </Button>
        </Panel>
      )}
    </Screen>
  )
}
