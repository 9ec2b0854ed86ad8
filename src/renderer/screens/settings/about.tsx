import { Button, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Licences } from '../../../shared/settings.ts'
import icon from '../../../../resources/icon.svg'
import dialog from '../../components/dialog.module.css'
import { CopyButton } from '../../components/copyButton.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import type { ErrorData } from '../../../shared/errors.ts'
import { formatCount } from '../../format/number.ts'
import { useNavigation, useStores } from '../../stores/context.tsx'
import { useAppInfo } from './dataFolder.tsx'
import classes from './settings.module.css'

/** Version, and what the program is made of. */
export function About() {
  const info = useAppInfo()
  const wanted = useNavigation(({ screen }) => screen.name === 'settings' && screen.licences === true)
  const replace = useNavigation((state) => state.replace)
  const text = info ? `Readur Migrate ${info.version} (${info.runtime})` : ''
  return (
    <>
      <div className={classes.about}>
        <img src={icon} alt="" width={40} height={40} />
        <div>
          <p className={classes.product}>Readur Migrate {info?.version}</p>
          <p className="hint">{info?.runtime}. MIT licence.</p>
        </div>
      </div>
      <div className={classes.buttons}>
        <Button variant="default" size="compact-sm" onClick={() => replace({ name: 'settings', licences: true })}>
          Licences…
        </Button>
        <CopyButton text={text} what="version" />
      </div>
      {wanted && <LicencesDialog onClose={() => replace({ name: 'settings' })} />}
    </>
  )
}

function LicencesDialog({ onClose }: { onClose: () => void }) {
  const { api } = useStores()
  const [licences, setLicences] = useState<Licences | null>(null)
  const [error, setError] = useState<ErrorData | null>(null)
  useEffect(() => {
    void api.app.licences().then((reply) => {
      if (reply.ok) setLicences(reply.value)
      else setError(reply.error)
    })
  }, [api])
  return (
    <Modal.Root opened onClose={onClose} centered size={680}>
      <Modal.Overlay />
      <Modal.Content className={dialog.dialog ?? ''}>
        <Modal.Title className={dialog.title ?? ''}>
          Licences{licences && ` of ${formatCount(licences.packages.length, 'package')}`}
        </Modal.Title>
        <div className={classes.licences} tabIndex={0} role="region" aria-label="Packages">
          {error && <ErrorCard error={error} />}
          {!licences && !error && <Loading what="the licences" />}
          {licences?.packages.map(({ name, version, licence, text }) => (
            <details key={`${name} ${version}`} className={classes.licence}>
              <summary>
                {name} {version} <span>{licence}</span>
              </summary>
              <pre>{(text === null ? undefined : licences.texts[text]) ?? `Licence: ${licence}`}</pre>
            </details>
          ))}
        </div>
        <div className={dialog.actions}>
          <Button data-autofocus onClick={onClose}>
            Close
          </Button>
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
