import { Button, Modal, VisuallyHidden } from '@mantine/core'
import { useCallback, useEffect } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { texts } from '../../texts/texts.ts'
import dialog from '../dialog.module.css'
import { ErrorCard } from '../errorCard.tsx'
import { Loading } from '../loading.tsx'
import { CheckList } from '../checkList.tsx'
import { testSentence } from '../../format/diagnostic.ts'
import { useConnectionTest, useNavigation, useStores } from '../../stores/context.tsx'

/** The test of a connection as it is kept, step by step. Closing it ends the test. */
export function TestDialog({ profile, onClose }: { profile: ProfileSummary; onClose: () => void }) {
  const { testProfile } = useStores()
  const { snapshot, running, error, cancel, forget } = useConnectionTest((state) => state)
  const go = useNavigation((state) => state.go)
  const begin = useCallback(() => void testProfile(profile.id), [testProfile, profile.id])
  useEffect(() => {
    begin()
    return forget
  }, [begin, forget])
  return (
    <Modal.Root opened onClose={onClose} centered size={520}>
      <Modal.Overlay />
      <Modal.Content className={dialog.dialog ?? ''}>
        <Modal.Title className={dialog.title ?? ''}>{texts.home.testOf(profile.name)}</Modal.Title>
        <div className={dialog.body} aria-busy={running}>
          <VisuallyHidden role="status" aria-live="polite">
            {snapshot && testSentence(snapshot.diagnostics, snapshot.outcome)}
          </VisuallyHidden>
          {error && <ErrorCard error={error} />}
          {snapshot ? (
            <CheckList diagnostics={snapshot.diagnostics} label={texts.home.testSteps} />
          ) : (
            !error && <Loading what={texts.home.theSettings} />
          )}
        </div>
        <div className={dialog.actions}>
          <Button variant="subtle" onClick={() => go({ name: 'connection', profileId: profile.id, tab: 'settings' })}>
            {texts.home.edit}
          </Button>
          {running ? (
            <Button variant="default" onClick={() => void cancel()}>
              {texts.home.cancelTest}
            </Button>
          ) : (
            <Button variant="default" onClick={begin}>
              {texts.home.testAgain}
            </Button>
          )}
          <Button data-autofocus onClick={onClose}>
            {texts.home.close}
          </Button>
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
