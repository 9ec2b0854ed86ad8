import { Button, CloseButton } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { FoundReadur } from '../../../shared/discovery.ts'
import { Choice } from '../../components/choice.tsx'
import { Notice } from '../../components/notice.tsx'
import { fill } from '../../connection/fill.ts'
import type { ConnectionForm } from '../../connection/form.ts'
import { freeName } from '../../connection/freeName.ts'
import { useDiscovery, useDrafts, useNotices, useProfiles } from '../../stores/context.tsx'
import { idOf, testButtonId, useEditor } from './editor.ts'
import classes from './foundPanel.module.css'
import { FoundRow, MissingRow } from './foundRow.tsx'

/** What was found: each setting with the place that it stands at, and what is still to be said. */
export function FoundPanel({ found, chosen }: { found: FoundReadur[]; chosen: number }) {
  const { form } = useEditor()
  const choose = useDiscovery((state) => state.choose)
  const forget = useDiscovery((state) => state.forget)
  const [place, setPlace] = useState(form.place)
  const panel = useRef<HTMLElement>(null)
  // What has come is seen and heard, wherever the cursor stood.
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'start' })
    panel.current?.focus({ preventScroll: true })
  }, [])
  const one = found[chosen]
  if (!one) return null
  return (
    <section ref={panel} tabIndex={-1} aria-label="Settings that were found" className={classes.panel}>
      <div className={classes.head}>
        <div>
          <h2 className={classes.title}>Settings found</h2>
          <p className={classes.source}>{one.source}</p>
          <p className={classes.lead}>
            <IconCheck size={15} stroke={2.5} aria-hidden className={classes.certain} data-tone="good" /> stands there
            as written. Look it over, then take it into the form; secrets are taken without being shown.
          </p>
        </div>
        <CloseButton aria-label="Dismiss what was found" onClick={forget} />
      </div>
      {found.length > 1 && (
        <Choice
          label="Readur to take"
          value={chosen.toString()}
          onChange={(index) => choose(Number(index))}
          options={found.map(({ source }, index) => ({ value: index.toString(), label: source }))}
        />
      )}
      <FoundTable found={one} />
      {one.notes.map(({ message, remedy }) => (
        <Notice key={message} tone="warn" title={message}>
          {remedy !== null && <p>{remedy}</p>}
        </Notice>
      ))}
      <div className={classes.foot}>
        {isOfServer(one) && <PlaceChoice place={place} onChange={setPlace} />}
        <TakeButton place={place} />
      </div>
    </section>
  )
}

function FoundTable({ found: { settings, missing } }: { found: FoundReadur }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Value</th>
          <th scope="col">Where it stands</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <FoundRow key={setting.setting} found={setting} />
        ))}
        {missing.map((one) => (
          <MissingRow key={one.setting} missing={one} />
        ))}
      </tbody>
    </table>
  )
}

/** Its addresses and folders are those of the computer that Docker runs on, and no file says which one that is. */
const isOfServer = ({ settings }: FoundReadur): boolean => settings.some(({ chosen }) => chosen.onServer)

type Place = ConnectionForm['place']

function PlaceChoice({ place, onChange }: { place: Place; onChange: (place: Place) => void }) {
  return (
    <div className={classes.place}>
      <span>This Readur runs on</span>
      <Choice
        label="This Readur runs on"
        value={place}
        onChange={onChange}
        options={[
          { value: 'here', label: 'this computer' },
          { value: 'server', label: 'a server, over SSH' },
        ]}
      />
    </div>
  )
}

function TakeButton({ place }: { place: Place }) {
  const { form, key, change } = useEditor()
  const picks = useDiscovery((state) => state.picks)
  const forget = useDiscovery((state) => state.forget)
  const reset = useDrafts((state) => state.reset)
  const show = useNotices((state) => state.show)
  const others = useProfiles(({ profiles }) => profiles)
  const take = () => {
    const isNamed = form.name.trim() !== ''
    const name = isNamed ? form.name : freeName((others ?? []).map((other) => other.name))
    change({ ...fill(form, picks), name, place })
    forget()
    show('The settings were taken into the form.', { label: 'Undo', run: () => reset(key, form) })
    const next = !isNamed ? idOf('name') : place === 'server' ? idOf('sshHost') : testButtonId
    requestAnimationFrame(() => {
      const element = document.getElementById(next)
      element?.focus()
      // Who wants another name types it.
      if (element instanceof HTMLInputElement) element.select()
    })
  }
  return <Button onClick={take}>Use these settings</Button>
}
