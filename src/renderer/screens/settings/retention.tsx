import { NativeSelect } from '@mantine/core'
import { useSettings } from '../../stores/context.tsx'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from './settings.module.css'

const choices = [
  { value: '', label: texts.settings.keepAll },
  { value: '30', label: texts.settings.forgetAfter30Days },
  { value: '90', label: texts.settings.forgetAfter90Days },
  { value: '365', label: texts.settings.forgetAfterAYear },
]

/** How long records of runs are kept; one that a rollback still needs is never among those that go by themselves. */
export function Retention() {
  const days = useSettings(({ settings }) => settings.keepRunsDays)
  const change = useSettings((state) => state.change)
  const value = days === null ? '' : String(days)
  const known = choices.some((choice) => choice.value === value)
  return (
    <>
      <NativeSelect
        label={texts.settings.oldRecords}
        value={value}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          void change({ keepRunsDays: chosen === '' ? null : Number(chosen) })
        }}
        data={known ? choices : [...choices, { value, label: texts.settings.forgetAfterDays(Number(value)) }]}
      />
      {days === null ? <p className="hint">{texts.settings.keepAllMeans}</p> : <Outlook days={days} />}
    </>
  )
}

function Outlook({ days }: { days: number }) {
  const { value: outdated } = useRead(days, (api, older) => api.records.outdated(older))
  if (!outdated) return <p className="hint">{texts.settings.counting}</p>
  return (
    <p className={classes.outlook} role="status">
      {texts.settings.outlook({
        free: outdated.free,
        kept: outdated.kept > 0 ? texts.settings.olderKept(outdated.kept) : texts.settings.resumableKept,
      })}
    </p>
  )
}
