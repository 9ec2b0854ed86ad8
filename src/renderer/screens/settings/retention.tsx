import { NativeSelect } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Outdated } from '../../../shared/record.ts'
import { formatCount, formatNumber } from '../../format/number.ts'
import { useSettings, useStores } from '../../stores/context.tsx'
import classes from './settings.module.css'

const choices = [
  { value: '', label: 'Keep all' },
  { value: '30', label: 'Forget after 30 days' },
  { value: '90', label: 'Forget after 90 days' },
  { value: '365', label: 'Forget after a year' },
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
        label="Old records"
        value={value}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          void change({ keepRunsDays: chosen === '' ? null : Number(chosen) })
        }}
        data={known ? choices : [...choices, { value, label: `Forget after ${value} days` }]}
      />
      {days === null ? (
        <p className="hint">Records take little space: about a megabyte for a thousand documents.</p>
      ) : (
        <Outlook days={days} />
      )}
    </>
  )
}

function Outlook({ days }: { days: number }) {
  const { api } = useStores()
  const [outdated, setOutdated] = useState<Outdated | null>(null)
  useEffect(() => {
    let wanted = true
    void api.records.outdated(days).then((reply) => {
      if (wanted && reply.ok) setOutdated(reply.value)
    })
    return () => {
      wanted = false
    }
  }, [api, days])
  if (!outdated) return <p className="hint">Counting…</p>
  return (
    <p className={classes.outlook} role="status">
      At the next start {formatCount(outdated.free, 'record')} {outdated.free === 1 ? 'goes' : 'go'}.{' '}
      {outdated.kept > 0
        ? `${formatNumber(outdated.kept)} older ${outdated.kept === 1 ? 'one is' : 'ones are'} kept: what they did can still be rolled back or gone on with, and without the record it could not. Such a run is only forgotten by hand, in its own page.`
        : 'A run that can still be rolled back or gone on with is always kept.'}{' '}
      Documents, objects and state files are never touched.
    </p>
  )
}
