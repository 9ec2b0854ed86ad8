import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { useProfiles, useStores, useSupport } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { BundleContents } from './bundleContents.tsx'
import { BundleForm } from './bundleForm.tsx'
import classes from './support.module.css'

/** A support bundle: what is to be in it, what is in it, and only then the file. */
export function SupportDialog() {
  const asked = useSupport((state) => state.asked)
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === asked?.profileId))
  return asked ? <OpenDialog key={`${asked.profileId} ${asked.runId}`} profile={profile} runId={asked.runId} /> : null
}

const name = (text: string): string | null => (text.trim() === '' ? null : text.trim())

function OpenDialog({ profile, runId }: { profile: ProfileSummary | undefined; runId: string | null }) {
  const { gathering, preview, error, close, gather } = useSupport((state) => state)
  const { writeBundle } = useStores()
  const [containers, setContainers] = useState({ readur: '', postgres: '' })
  const start = () =>
    void gather({ readurContainer: name(containers.readur), postgresContainer: name(containers.postgres) })
  return (
    <Dialog
      opened
      size={preview ? 900 : 560}
      title={preview ? texts.support.contentsOfTheSupportBundle : texts.support.createSupportBundle}
      onClose={close}
      action={
        preview ? (
          <Button onClick={() => void writeBundle()}>{texts.support.save}</Button>
        ) : (
          <Button loading={gathering} disabled={!profile} onClick={start}>
            {texts.support.preview}
          </Button>
        )
      }
    >
      <div className={classes.body}>
        {error && <ErrorCard error={error} />}
        {!profile && <p>{texts.support.connectionDeleted}</p>}
        {preview && <BundleContents entries={preview.entries} />}
        {!preview && profile && (
          <BundleForm
            profile={profile}
            ofRun={runId !== null}
            draft={containers}
            disabled={gathering}
            onDraft={setContainers}
          />
        )}
        {gathering && (
          <>
            <ProgressBar
              label={texts.support.supportBundle}
              share={null}
              valueText={texts.support.collecting}
              size="small"
            />
            <p className={classes.quiet}>{texts.support.collectingMeans}</p>
          </>
        )}
      </div>
    </Dialog>
  )
}
