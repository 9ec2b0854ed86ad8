import type { ActiveFile } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/number.ts'
import classes from './filesInFlight.module.css'

/** The files that are being sent at this moment. Keeps its height however many they are. */
export function FilesInFlight({ files }: { files: ActiveFile[] }) {
  return (
    <Panel title="In flight" aside={formatCount(files.length, 'file')} flush>
      <ul className={classes.list} aria-label="Files in flight" tabIndex={0}>
        {files.map((file) => (
          <li key={file.seq} className={classes.file}>
            <span className={classes.name} title={file.filename}>
              {file.filename}
            </span>
            <span className={classes.size}>
              {formatBytes(file.bytes)} of {formatBytes(file.size)}
            </span>
            <ProgressBar
              label={file.filename}
              share={file.size > 0 ? Math.min(1, file.bytes / file.size) : 0}
              valueText={`${formatBytes(file.bytes)} of ${formatBytes(file.size)}`}
              size="small"
            />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
