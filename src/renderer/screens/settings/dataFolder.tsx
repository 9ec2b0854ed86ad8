import { Button } from '@mantine/core'
import type { AppInfo } from '../../../shared/ipc.ts'
import { CopyButton } from '../../components/copyButton.tsx'
import { useStores } from '../../stores/context.tsx'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from './settings.module.css'

/** Where everything of this program lies, to be seen and backed up. */
export function DataFolder() {
  const { api } = useStores()
  const info = useAppInfo()
  if (!info) return null
  return (
    <>
      <code className={classes.path}>{info.dataDir}</code>
      <div className={classes.buttons}>
        <Button variant="default" size="compact-sm" onClick={() => void api.app.openDataDir()}>
          {texts.settings.open}
        </Button>
        <CopyButton text={info.dataDir} what={texts.settings.pathOfTheDataFolder} />
      </div>
      <p className="hint">
        {texts.settings.connectionsRunRecordsStateFilesAnd(<code>{texts.settings.readurMigrateHome}</code>)}
      </p>
    </>
  )
}

/** Version and folder; null until they are known. */
export const useAppInfo = (): AppInfo | null => useRead('app', (api) => api.app.info()).value
