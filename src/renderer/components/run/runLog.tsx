import { useEffect, useRef } from 'react'
import type { LogLine } from '../../../shared/run.ts'
import { Panel } from '../panel.tsx'
import type { Tone } from '../../format/status.ts'
import { formatClock } from '../../format/time.ts'
import { texts } from '../../texts/texts.ts'
import classes from './runLog.module.css'

/** How near to the end counts as "reading the newest lines". */
const nearEndPx = 24

const tones: Record<LogLine['level'], Tone> = { info: 'neutral', warning: 'warn', error: 'bad' }

/** The log of what is under way, on a surface of its own. */
export function RunLog({ lines }: { lines: LogLine[] }) {
  return (
    <Panel title={texts.run.log} flush>
      <LogLines lines={lines} />
    </Panel>
  )
}

/** The latest lines of the run's log. Follows the end, unless the reader has scrolled up. */
export function LogLines({ lines }: { lines: LogLine[] }) {
  const box = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  useEffect(() => {
    if (box.current && following.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines])
  return (
    <div
      ref={box}
      role="log"
      aria-label={texts.run.log}
      aria-live="off"
      tabIndex={0}
      className={classes.log}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        following.current = scrollHeight - scrollTop - clientHeight < nearEndPx
      }}
    >
      {lines.length === 0 && <span className={classes.nothing}>{texts.run.logEmpty}</span>}
      {lines.map((line, index) => (
        <div key={`${line.at} ${index}`} className={classes.line} data-tone={tones[line.level]}>
          <time className={classes.time}>{formatClock(line.at)}</time>
          <span className={classes.text}>{line.text}</span>
        </div>
      ))}
    </div>
  )
}
