import type { ActiveFile } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/number.ts'
import classes from './filesInFlight.module.css'

interface FilesInFlightProps {
  files: ActiveFile[]
  /** They are sent, and how much of each is known; else they are read and compared. */
  sending: boolean
}

/** The files that are worked on at this moment. Keeps its height however many they are. */
export function FilesInFlight({ files, sending }: FilesInFlightProps) {
  const title = sending ? 'In flight' : 'Being checked'
  return (
    <Panel title={title} aside={formatCount(files.length, 'file')} flush>
      <ul className={classes.list} aria-label={sending ? 'Files in flight' : 'Files being checked'} tabIndex={0}>
        {files.map((file) => (
          <li key={file.seq} className={classes.file}>
            <span className={classes.name} title={file.filename}>
              {file.filename}
            </span>
            <span className={classes.size}>
              {sending && `${formatBytes(file.bytes)} of `}
              {formatBytes(file.size)}
            </span>
            {sending && (
              <ProgressBar
                label={file.filename}
                share={file.size > 0 ? Math.min(1, file.bytes / file.size) : 0}
                valueText={`${formatBytes(file.bytes)} of ${formatBytes(file.size)}`}
                size="small"
              />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
