import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { AppInfo } from '../../../shared/ipc.ts'
import { CopyButton } from '../../components/copyButton.tsx'
import { useStores } from '../../stores/context.tsx'
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
          Open
        </Button>
        <CopyButton text={info.dataDir} what="path of the data folder" />
      </div>
      <p className="hint">
        Connections, records of runs, state files and known servers. Back it up with the rest: without the record of a
        run its rollback has to be rebuilt first. Another folder: start the program with{' '}
        <code>READUR_MIGRATE_HOME</code> set.
      </p>
    </>
  )
}

/** Version and folder; null until they are known. */
export function useAppInfo(): AppInfo | null {
  const { api } = useStores()
  const [info, setInfo] = useState<AppInfo | null>(null)
  useEffect(() => {
    void api.app.info().then((reply) => {
      if (reply.ok) setInfo(reply.value)
    })
  }, [api])
  return info
}
