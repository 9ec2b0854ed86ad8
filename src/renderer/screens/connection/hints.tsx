import { Button } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { addressHere, isShortName } from '../../connection/fill.ts'
import { isLoopback } from '../../../shared/webAddress.ts'
import { texts } from '../../texts/texts.ts'
import { useEditor } from './editor.ts'
import classes from './hints.module.css'

/** An address that this computer may not be able to reach, with the one to use instead where it is known. */
export function StorageAddressHint() {
  const { form, draft, change } = useEditor()
  const onServer = draft.notes.endpoint?.taken?.piece.onServer ?? null
  if (form.endpoint === '' && onServer !== null) return <Hint words={texts.connection.onlyOnServer(onServer)} />
  if (!URL.canParse(form.endpoint)) return null
  const url = new URL(form.endpoint)
  const [server, port] = [draft.serverHost ?? form.sshHost.trim(), url.port === '' ? '' : `:${url.port}`]
  const local = `${url.protocol}//127.0.0.1${port}`
  const here = form.place === 'here' ? local : addressHere(local, form, draft.serverHost)
  const use = here === null ? null : { label: texts.connection.useAddress(here), run: () => change({ endpoint: here }) }
  if (isShortName(url.hostname) && url.hostname !== server && url.hostname !== form.sshHost.trim()) {
    return <Hint words={texts.connection.dockerName(url.hostname)} use={use} />
  }
  const isServers = form.place === 'server' && isLoopback(url.hostname) && !isLoopback(server)
  return isServers ? <Hint words={texts.connection.thisComputersAddress(url.hostname)} use={use} /> : null
}

/** A name of Docker's is known in its network alone. */
export function DatabaseHostHint() {
  const { form, change } = useEditor()
  const host = form.dbHost.trim()
  if (host === '' || host.startsWith('/') || !isShortName(host)) return null
  const use = { label: texts.connection.useAddress('127.0.0.1'), run: () => change({ dbHost: '127.0.0.1' }) }
  const words = form.place === 'server' ? texts.connection.dockerHostThere(host) : texts.connection.dockerHost(host)
  return <Hint words={words} use={use} />
}

export function Hint({ words, use = null }: { words: string; use?: { label: string; run: () => void } | null }) {
  return (
    <p className={classes.hint} role="note" data-tone="warn">
      <IconInfoCircle size={16} aria-hidden className={classes.icon} />
      <span>{words}</span>
      {use && (
        <Button size="compact-xs" variant="default" onClick={use.run}>
          {use.label}
        </Button>
      )}
    </p>
  )
}
