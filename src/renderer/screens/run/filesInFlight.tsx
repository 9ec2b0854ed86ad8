import type { ActiveFile } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

interface FilesInFlightProps {
  files: ActiveFile[]
  /** They are sent, and how much of each is known; else they are read and compared. */
  sending: boolean
}

/** The files that are worked on at this moment. Keeps its height however many they are. */
export function FilesInFlight({ files, sending }: FilesInFlightProps) {
  const title = sending ? texts.run.inProgress : texts.run.beingChecked
  return (
    <Panel title={title} aside={texts.nouns.file(files.length)} flush>
      <ul
        className={classes.list}
        aria-label={sending ? texts.run.filesInProgress : texts.run.filesBeingChecked}
        tabIndex={0}
      >
        {files.map((file) => (
          <li key={file.seq} className={classes.file}>
            <span className={classes.name} title={file.filename}>
              {file.filename}
            </span>
            <span className={classes.size}>
              {sending && texts.run.sentOf(formatBytes(file.bytes))}
              {formatBytes(file.size)}
              {sending && file.bytesPerSecond !== null && ` · ${formatRate(file.bytesPerSecond)}`}
            </span>
            {sending && (
              <ProgressBar
                label={file.filename}
                share={file.size > 0 ? Math.min(1, file.bytes / file.size) : 0}
                valueText={texts.run.bytesOf({ bytes: formatBytes(file.bytes), size: formatBytes(file.size) })}
                size="small"
              />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
