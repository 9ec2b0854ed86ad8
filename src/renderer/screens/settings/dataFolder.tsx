import { Button } from '@mantine/core'
import { CopyButton } from '../../components/copyButton.tsx'
import { useAppInfo } from '../../components/useAppInfo.ts'
import { useStores } from '../../stores/context.tsx'
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
      <p className="hint">{texts.settings.dataFolderMeans(<code>{texts.settings.readurMigrateHome}</code>)}</p>
    </>
  )
}
