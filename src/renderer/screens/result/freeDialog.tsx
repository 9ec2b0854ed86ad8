import { Anchor, Button, Checkbox, Radio } from '@mantine/core'
import { useState } from 'react'
import { missingBeforeFree, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/record.ts'
import type { RunSummary } from '../../../shared/run.ts'
import type { FreeKind } from '../../../shared/runKind.ts'
import { Dialog } from '../../components/dialog.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation, useReadurState, useShownRun } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from '../../components/dialog.module.css'

interface FreeDialogProps {
  details: Pick<RunDetails, 'runId' | 'profileId' | 'validated'>
  onClose: () => void
  /** `anyway`: although something is missing before that. */
  onChosen: (mode: FreeKind, anyway: boolean) => void
}

const notLookedAt: ReadurState = { at: 'unknown', why: texts.result.notCheckedYet, canConfirm: true }

/** The two steps in which local files go whose documents are on S3: set aside, then deleted. */
export function FreeDialog({ details, onClose, onChosen }: FreeDialogProps) {
  const { runId, profileId, validated } = details
  const readur = useReadurState(profileId) ?? notLookedAt
  const family = useShownRun((state) => (state.runId === runId ? state.family : null))
  const aside = asideOf(family?.children ?? [])
  const missing = missingBeforeFree(readur, validated)
  const [anyway, setAnyway] = useState(false)
  const [chosen, setChosen] = useState<FreeKind | null>(null)
  const mode = chosen ?? (aside ? 'purge' : 'quarantine')
  return (
    <Dialog
      opened
      title={texts.result.freeUpSpaceTitle}
      onClose={onClose}
      action={
        <Button disabled={missing.length > 0 && !anyway} onClick={() => onChosen(mode, anyway)}>
          {texts.result.preview}
        </Button>
      }
    >
      <p className={classes.lead}>{texts.result.freePreviewMeans}</p>
      <Radio.Group
        aria-label={texts.result.freeModes}
        value={mode}
        onChange={(value) => setChosen(value === 'purge' ? 'purge' : 'quarantine')}
      >
        <Radio
          value="quarantine"
          label={texts.result.setAside}
          description={texts.result.setAsideMeans}
          className={classes.choice ?? ''}
        />
        <Radio
          value="purge"
          disabled={aside === null}
          label={texts.result.deleteAside}
          description={aside ? texts.result.deleteAsideMeans(aside) : texts.result.deleteAsideLater}
          className={classes.choice ?? ''}
        />
      </Radio.Group>
      {missing.length > 0 && (
        <>
          <Missing details={details} readur={readur} missing={missing} />
          <Checkbox
            label={texts.result.freeAnyway}
            checked={anyway}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
        </>
      )}
    </Dialog>
  )
}

/** What the runs over a run have set aside and not deleted since; null where there is nothing. */
function asideOf(children: readonly RunSummary[]): { files: number; size: string; at: string } | null {
  const sum = (kind: FreeKind, of: (run: RunSummary) => number): number =>
    children.reduce((total, run) => (run.kind === kind && run.freed > 0 ? total + of(run) : total), 0)
  const files = sum('quarantine', ({ freed }) => freed) - sum('purge', ({ freed }) => freed)
  if (files <= 0) return null
  const bytes = sum('quarantine', (run) => run.bytes) - sum('purge', (run) => run.bytes)
  const latest = children.findLast(({ kind, freed }) => kind === 'quarantine' && freed > 0)
  return {
    files,
    size: formatBytes(Math.max(0, bytes)),
    at: formatMoment(latest?.finishedAt ?? latest?.createdAt ?? 0),
  }
}

interface MissingProps {
  details: Pick<RunDetails, 'runId' | 'profileId' | 'validated'>
  readur: ReadurState
  missing: readonly string[]
}

/** What has to be so before, and the way to each. */
function Missing({ details: { runId, profileId, validated }, readur, missing }: MissingProps) {
  const go = useNavigation((state) => state.go)
  return (
    <div className={classes.missing}>
      <ul aria-label={texts.result.whatIsMissing}>
        {missing.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {validated !== true && (
        <Anchor component="button" onClick={() => go({ name: 'validate', runId })}>
          {texts.result.goAndValidate}
        </Anchor>
      )}{' '}
      {readur.at !== 'bucket' && (
        <Anchor component="button" onClick={() => go({ name: 'connection', profileId, tab: 'overview' })}>
          {texts.result.goAndSwitchReadur}
        </Anchor>
      )}
    </div>
  )
}
