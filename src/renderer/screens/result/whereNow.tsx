import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import classes from '../../components/run/sideList.module.css'
import type { RunDetails } from '../../../shared/record.ts'
import { runWords } from '../../../shared/runWords.ts'
import type { OutcomeFacts } from '../../components/run/outcome.ts'
import { afterRepair, afterUndo } from '../../components/run/repairWords.ts'

/** What lies where after the run. */
export function WhereNow({ lines }: { lines: string[] }) {
  if (lines.length === 0) return null
  return (
    <Panel title={texts.result.whereNow}>
      <ul className={classes.lines}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Panel>
  )
}

/** Where everything is after a run, one thing a line, with nothing left out. Empty for a run that has touched nothing. */
export function whereNow(
  details: OutcomeFacts & Pick<RunDetails, 'runId' | 'database' | 'bucket' | 'rollbackOptions' | 'repairs'>,
): string[] {
  const { kind, committed, restored, freed, failed, remaining, copied, bucket, effects } = details
  const words = texts.whereNow
  const lines: string[] = []
  const say = (count: number, line: (count: number) => string) => {
    if (count > 0) lines.push(line(count))
  }
  switch (kind) {
    case 'repair':
      return afterRepair(details)
    case 'unrepair':
      return afterUndo(details)
    case 'migrate':
    case 'import':
    case 'recover':
      say(committed, (count) => words.onS3({ count, bucket }))
      say(copied, (count) => words.copied({ count, bucket }))
      say(restored, words.localAgain)
      say(kind === 'migrate' ? failed + remaining - copied : 0, words.notMoved)
      break
    case 'return':
      say(restored, words.putBack)
      say(failed + remaining, words.notPutBack)
      break
    case 'rollback':
      say(restored, words.localAgain)
      say(effects.filesFetched, words.downloaded)
      if (restored > 0) lines.push(objectsLine(details))
      say(effects.objectsLeft, words.objectsLeft)
      say(failed + remaining, words.stillOnS3)
      break
    case 'quarantine':
    case 'purge':
      say(freed, (count) => words.freed({ count, done: runWords[kind].done }))
      say(restored, words.putBack)
      say(failed + remaining, words.stayed)
      break
    case 'audit':
      break
  }
  return lines
}

const objectsLine = ({
  bucket,
  effects,
  rollbackOptions,
}: Pick<RunDetails, 'bucket' | 'effects' | 'rollbackOptions'>): string =>
  rollbackOptions?.keepObjects === true
    ? texts.whereNow.objectsKept(bucket)
    : texts.whereNow.objectsRemoved({ count: effects.objectsRemoved, bucket })
