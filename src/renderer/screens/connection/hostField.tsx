import { Autocomplete, Checkbox } from '@mantine/core'
import { useEffect } from 'react'
import type { SshHostView } from '../../../shared/ssh.ts'
import type { ConnectionForm } from '../../connection/form.ts'
import { useDrafts, useSshHosts } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { idOf, useEditor } from './editor.ts'
import classes from './fields.module.css'

/** The server: one of ~/.ssh/config with what it stands for, or any other. */
export function HostField() {
  const { form, key, errors, change, leave } = useEditor()
  const learn = useDrafts((state) => state.resolve)
  const hosts = useSshHosts((state) => state.hosts)
  const resolved = useSshHosts((state) => state.resolved)
  const error = useSshHosts((state) => state.error)
  const load = useSshHosts((state) => state.load)
  const resolve = useSshHosts((state) => state.resolve)
  const host = form.sshHost.trim()
  useEffect(() => void load(), [load])
  const user = form.sshUser.trim() === '' ? null : form.sshUser.trim()
  const port = /^\d{1,5}$/.test(form.sshPort.trim()) ? Number(form.sshPort) : null
  useEffect(() => void resolve(host, { user, port }), [resolve, host, user, port, hosts])
  const standsFor = resolved?.alias === host && resolved.problem === null ? resolved.host : null
  useEffect(() => learn(key, standsFor), [learn, key, standsFor])
  const command = resolved?.alias === host && resolved.problem === null ? resolved.proxyCommand : null
  const byAlias = new Map(hosts.map((it) => [it.alias, it]))
  return (
    <div>
      <Autocomplete
        id={idOf('sshHost')}
        label={texts.connection.host}
        placeholder={hosts.length > 0 ? texts.connection.sshHostLabel : texts.connection.exampleHost}
        data={hosts.map(({ alias }) => alias)}
        value={form.sshHost}
        error={errors.sshHost}
        spellCheck={false}
        autoComplete="off"
        maxDropdownHeight={260}
        renderOption={({ option }) => <HostOption alias={option.value} host={byAlias.get(option.value)} />}
        // What was agreed to is for one server.
        onChange={(sshHost) => change({ sshHost, allowsSshRsa: false })}
        onBlur={() => {
          change(takenApart(form))
          leave('sshHost')
        }}
      />
      <p className={classes.resolved} role="status">
        {host === '' ? (error?.message ?? texts.connection.sshHostHint) : wordsOf(host, resolved)}
      </p>
      {command !== null && form.jumps.length === 0 && (
        <Checkbox
          label={<>{texts.connection.allow(<code>{command}</code>)}</>}
          description={texts.connection.proxyCommandMeans}
          checked={form.proxyCommand === command}
          onChange={(event) => change({ proxyCommand: event.currentTarget.checked ? command : '' })}
        />
      )}
    </div>
  )
}

function HostOption({ alias, host }: { alias: string; host: SshHostView | undefined }) {
  return (
    <span className={classes.option}>
      <span className={classes.alias}>{alias}</span>
      {host && <span className={classes.stands}>{host.problem ?? addressOf(host)}</span>}
    </span>
  )
}

type Resolved = Extract<SshHostView, { problem: null }>

const addressOf = ({ user, host, port, jumps }: Resolved): string =>
  [`${user}@${host}${port === 22 ? '' : `:${port}`}`, ...jumps.map((jump) => texts.connection.via(jump))].join(', ')

function wordsOf(host: string, resolved: SshHostView | null): string {
  if (resolved?.alias !== host) return '\u00a0'
  if (resolved.problem !== null) return resolved.problem
  const keys = resolved.keys.map((path) => path.split(/[\\/]/).at(-1) ?? path)
  return texts.connection.resolvesTo({
    address: addressOf(resolved),
    keys: keys.length > 0 ? texts.connection.usingKey(keys.slice(0, 3).join(' or ')) : '',
  })
}

/** `user@host:port`, typed or pasted at once, goes into the fields that there are for it. */
function takenApart({ sshHost, sshUser, sshPort }: ConnectionForm): Partial<ConnectionForm> {
  const [, user, host, port] = /^(?:ssh\s+)?(?:([^\s@]+)@)?([^\s@:]+)(?::(\d+))?$/.exec(sshHost.trim()) ?? []
  if (host === undefined || host === sshHost) return {}
  return { sshHost: host, sshUser: user ?? sshUser, sshPort: port ?? sshPort }
}
