import { Button, Modal, Switch } from '@mantine/core'
import icon from '../../../../resources/icon.svg'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import dialog from '../../components/dialog.module.css'
import { CopyButton } from '../../components/copyButton.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { useAppInfo } from '../../components/useAppInfo.ts'
import { useNavigation, useSettings } from '../../stores/context.tsx'
import classes from './settings.module.css'

/** Version, and what the program is made of. */
export function About() {
  const info = useAppInfo()
  const wanted = useNavigation(({ screen }) => screen.name === 'settings' && screen.licences === true)
  const replace = useNavigation((state) => state.replace)
  const text = info ? texts.settings.version({ version: info.version, runtime: info.runtime }) : ''
  const checks = useSettings(({ settings }) => settings.checkForUpdates)
  const change = useSettings((state) => state.change)
  return (
    <>
      <div className={classes.about}>
        <img src={icon} alt="" width={40} height={40} />
        <div>
          <p className={classes.product}>{texts.settings.programVersion(info?.version ?? '')}</p>
          <p className="hint">{info && texts.settings.runtime(info.runtime)}</p>
        </div>
      </div>
      <div className={classes.buttons}>
        <Button variant="default" size="compact-sm" onClick={() => replace({ name: 'settings', licences: true })}>
          {texts.settings.licences}
        </Button>
        <CopyButton text={text} what={texts.settings.versionToCopy} />
      </div>
      <Switch
        label={texts.settings.checkForUpdates}
        description={texts.settings.whatUpdatesAsk}
        checked={checks}
        onChange={(event) => void change({ checkForUpdates: event.currentTarget.checked })}
      />
      {wanted && <LicencesDialog onClose={() => replace({ name: 'settings' })} />}
    </>
  )
}

function LicencesDialog({ onClose }: { onClose: () => void }) {
  const { value: licences, error } = useRead('licences', (api) => api.app.licences())
  return (
    <Modal.Root opened onClose={onClose} centered size={680}>
      <Modal.Overlay />
      <Modal.Content className={dialog.dialog ?? ''}>
        <Modal.Title className={dialog.title ?? ''}>
          {texts.settings.licencesTitle}
          {licences && texts.settings.ofPackages(licences.packages.length)}
        </Modal.Title>
        <div className={classes.licences} tabIndex={0} role="region" aria-label={texts.settings.packages}>
          {error && <ErrorCard error={error} />}
          {!licences && !error && <Loading what={texts.settings.theLicences} />}
          {licences?.packages.map(({ name, version, licence, text }) => (
            <details key={`${name} ${version}`} className={classes.licence}>
              <summary>
                {name} {version} <span>{licence}</span>
              </summary>
              <pre>{(text === null ? undefined : licences.texts[text]) ?? texts.settings.licence(licence)}</pre>
            </details>
          ))}
        </div>
        <div className={dialog.actions}>
          <Button data-autofocus onClick={onClose}>
            {texts.settings.close}
          </Button>
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
