import { Button } from '@mantine/core'
import { useState } from 'react'
import { defaultMigrateOptions } from '../../../shared/run.ts'
import { useSettings } from '../../stores/context.tsx'
import { draftOf, type OptionsDraft, parseOptions } from '../../components/options/options.ts'
import { OptionsForm } from '../../components/options/optionsForm.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './settings.module.css'

/** What the options of a new plan begin with. */
export function PlanDefaults() {
  const defaults = useSettings(({ settings }) => settings.defaults)
  const change = useSettings((state) => state.change)
  // What is half typed stays in the form until it can be kept.
  const [typed, setTyped] = useState<OptionsDraft | null>(null)
  const draft = typed ?? draftOf(defaults)
  const parsed = parseOptions(draft)
  const take = (next: OptionsDraft) => {
    setTyped(next)
    const { ok, ...result } = parseOptions(next)
    if (ok && 'options' in result) void change({ defaults: result.options })
  }
  const isOurs = JSON.stringify(draft) === JSON.stringify(draftOf(defaultMigrateOptions))
  return (
    <>
      <p className="hint">{texts.settings.newPlansMeans}</p>
      <OptionsForm draft={draft} errors={parsed.ok ? {} : parsed.errors} onChange={take} />
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="compact-sm"
          disabled={isOurs}
          onClick={() => take(draftOf(defaultMigrateOptions))}
        >
          {texts.settings.restoreDefaults}
        </Button>
      </div>
    </>
  )
}
