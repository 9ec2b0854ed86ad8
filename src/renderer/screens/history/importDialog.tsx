import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { useBusy, useImporting, useLive, useProfiles, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './history.module.css'

/** Takes a state file into the history: which file, and for which profile its documents are looked for. */
export function ImportDialog() {
  const { opened, path, error, choose, close } = useImporting((state) => state)
  const profiles = useProfiles((state) => state.profiles) ?? []
  const refused = useLive((state) => state.error)
  const pending = useLive((state) => state.pending === 'import')
  const busy = useBusy()
  const { importState } = useStores()
  const [chosen, setChosen] = useState<string | null>(null)
  const profileId = profiles.find(({ id }) => id === chosen)?.id ?? profiles[0]?.id ?? null
  const trouble = error ?? (opened ? refused : null)
  return (
    <Dialog
      opened={opened}
      title={texts.history.importTitle}
      onClose={close}
      action={
        <Button
          disabled={path === null || profileId === null || (busy && !pending)}
          loading={pending}
          onClick={() => {
            if (profileId !== null) void importState(profileId)
          }}
        >
          {texts.history.import}
        </Button>
      }
    >
      <p className={classes.importLine}>
        {texts.history.stateFileBecomesRun(<code>{texts.history.migrationStateJson}</code>)}
      </p>
      {profiles.length === 0 && <p className={classes.importLine}>{texts.history.importNeedsConnection}</p>}
      <div className={classes.file}>
        <code className={classes.path}>{path ?? texts.history.noFileChosen}</code>
        <Button variant="default" size="compact-sm" onClick={() => void choose()}>
          {texts.history.choose}
        </Button>
      </div>
      {profiles.length > 1 && (
        <NativeSelect
          label={texts.history.connection}
          value={profileId ?? ''}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      {trouble && <ErrorCard error={trouble} />}
    </Dialog>
  )
}
