import { Button, CloseButton } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { FoundReadur } from '../../../shared/discovery.ts'
import { Choice } from '../../components/choice.tsx'
import { Notice } from '../../components/notice.tsx'
import { fill, freeName } from '../../connection/fill.ts'
import type { ConnectionForm } from '../../connection/form.ts'
import { useDiscovery, useDrafts, useNotices, useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
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
    <section ref={panel} tabIndex={-1} aria-label={texts.connection.settingsFound} className={classes.panel}>
      <div className={classes.head}>
        <div>
          <h2 className={classes.title}>{texts.connection.settingsFound}</h2>
          <p className={classes.source}>{one.source}</p>
          <p className={classes.lead}>
            <IconCheck size={15} stroke={2.5} aria-hidden className={classes.certain} data-tone="good" />{' '}
            {texts.connection.asWrittenLegend}
          </p>
        </div>
        <CloseButton aria-label={texts.connection.dismissFoundSettings} onClick={forget} />
      </div>
      {found.length > 1 && (
        <Choice
          label={texts.connection.readurServer}
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
          <th scope="col">{texts.connection.setting}</th>
          <th scope="col">{texts.connection.value}</th>
          <th scope="col">{texts.connection.source}</th>
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
      <span>{texts.connection.foundRunsOn}</span>
      <Choice
        label={texts.connection.foundRunsOn}
        value={place}
        onChange={onChange}
        options={[
          { value: 'here', label: texts.connection.thisComputer },
          { value: 'server', label: texts.connection.aServerOverSsh },
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
    show(texts.connection.settingsApplied, { label: texts.connection.undo, run: () => reset(key, form) })
    const next = !isNamed ? idOf('name') : place === 'server' ? idOf('sshHost') : testButtonId
    requestAnimationFrame(() => {
      const element = document.getElementById(next)
      element?.focus()
      // Who wants another name types it.
      if (element instanceof HTMLInputElement) element.select()
    })
  }
  return (
    <Button variant="light" onClick={take}>
      {texts.connection.applySettings}
    </Button>
  )
}
