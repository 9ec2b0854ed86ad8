import { areComparable, runFacts } from '../../../shared/runKind.ts'
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { CopyButton } from '../copyButton.tsx'
import { Panel } from '../panel.tsx'
import { useNavigation, useShownRun, useSupport } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { CompareDialog } from './compareDialog.tsx'
import { ForgetDialog } from './forgetDialog.tsx'
import { ReportButtons } from './reportButtons.tsx'
import classes from './sideList.module.css'

/** Where the record of the run lies in forms that other programs read. */
export function RecordPanel({ details }: { details: RunDetails }) {
  const [asked, setAsked] = useState<'compare' | 'forget' | null>(null)
  const close = () => setAsked(null)
  // An audit and what is put right of it have moved nothing that a state file could tell of.
  const hasFiles = details.totals !== null && runFacts[details.kind].noun === 'file'
  return (
    <Panel title={texts.result.record}>
      {hasFiles && <StateFile path={details.stateFile} runId={details.runId} />}
      {hasFiles && details.kind === 'migrate' && details.status !== 'not started' && (
        <SavedPaths runId={details.runId} />
      )}
      <ReportButtons runId={details.runId} />
      <SupportBundle runId={details.runId} profileId={details.profileId} />
      <div className={classes.part}>
        <p className={classes.heading}>{texts.result.run}</p>
        <code className={classes.path}>{details.runId}</code>
        <div className={classes.buttons}>
          <CopyButton text={details.runId} what={texts.result.runId} />
          {areComparable(details, details) && (
            <Button size="compact-sm" variant="default" onClick={() => setAsked('compare')}>
              {texts.result.compareTo}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => setAsked('forget')}>
            {texts.result.forget}
          </Button>
        </div>
      </div>
      {asked === 'compare' && <CompareDialog details={details} onClose={close} />}
      {asked === 'forget' && <ForgetDialog details={details} onClose={close} />}
    </Panel>
  )
}

/** For somebody who helps. */
function SupportBundle(subject: { runId: string; profileId: string }) {
  const open = useSupport((state) => state.open)
  return (
    <section aria-label={texts.result.supportBundle} className={classes.part}>
      <p className={classes.heading}>{texts.result.needHelp}</p>
      <span className={classes.detail}>{texts.result.supportBundleMeans}</span>
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={() => open(subject)}>
          {texts.result.createSupportBundle}
        </Button>
      </div>
    </section>
  )
}

/** In the shape that Readur's own tool uses; written when there is none. */
function StateFile({ path, runId }: { path: string | null; runId: string }) {
  const go = useNavigation((state) => state.go)
  const exportState = useShownRun((state) => state.exportState)
  const reveal = useShownRun((state) => state.reveal)
  return (
    <section aria-label={texts.result.stateFile} className={classes.part}>
      <p className={classes.heading}>{texts.result.stateFile}</p>
      {path === null ? (
        <>
          <span className={classes.path}>{texts.result.notWrittenYet}</span>
          <div className={classes.buttons}>
            <Button size="compact-sm" variant="default" onClick={() => void exportState()}>
              {texts.result.writeStateFile}
            </Button>
          </div>
        </>
      ) : (
        <>
          <code className={classes.path}>{path}</code>
          <div className={classes.buttons}>
            <Button size="compact-sm" variant="default" onClick={() => go({ name: 'state', runId })}>
              {texts.result.viewStateFile}
            </Button>
            <CopyButton text={path} what={texts.result.pathOfTheStateFile} />
            <Button size="compact-sm" variant="default" onClick={() => void reveal()}>
              {texts.result.showInFolder}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}

/** The backup of last resort: needs nothing of this program to be used. */
function SavedPaths({ runId }: { runId: string }) {
  const go = useNavigation((state) => state.go)
  const savePaths = useShownRun((state) => state.savePaths)
  const saved = useShownRun((state) => state.savedPaths)
  return (
    <section aria-label={texts.result.originalPaths} className={classes.part}>
      <p className={classes.heading}>{texts.result.originalPaths}</p>
      <span className={classes.detail}>
        {saved === null ? texts.result.savePathsMeans : texts.result.savedTo}
        {saved !== null && <code className={classes.path}>{saved}</code>}
      </span>
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={() => go({ name: 'paths', runId })}>
          {texts.result.viewPaths}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void savePaths()}>
          {texts.result.saveAsSql}
        </Button>
      </div>
    </section>
  )
}
