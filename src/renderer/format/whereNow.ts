import { runWords } from '../../shared/runWords.ts'
import type { RunDetails } from '../../shared/run.ts'
import { formatCount } from './number.ts'
import type { OutcomeFacts } from './outcome.ts'
import { afterRepair, afterTakingBack } from './repair.ts'

/**
 * What lies where after a run, in sentences: rows, files and objects, with nothing left out. Empty for a run that has
 * not touched anything.
 */
export function whereNow(
  details: OutcomeFacts & Pick<RunDetails, 'runId' | 'bucket' | 'rollbackOptions' | 'repairs'>,
  locale?: string,
): string[] {
  const { kind, committed, restored, freed, failed, remaining, copied, bucket, effects } = details
  const files = (count: number) => formatCount(count, 'file', locale)
  const are = (count: number) => (count === 1 ? 'is' : 'are')
  const lines: string[] = []
  const say = (count: number, line: string) => {
    if (count > 0) lines.push(line)
  }
  if (kind === 'repair') return afterRepair(details, locale)
  if (kind === 'unrepair') return afterTakingBack(details, locale)
  switch (kind) {
    case 'migrate':
    case 'import':
    case 'recover':
      say(committed, `${files(committed)} ${are(committed)} in bucket ${bucket}, and the rows point there.`)
      say(copied, `${files(copied)} ${are(copied)} in bucket ${bucket} too, but the rows point at the local files.`)
      say(restored, `${files(restored)} ${are(restored)} local again.`)
      say(
        kind === 'migrate' ? failed + remaining - copied : 0,
        `${files(failed + remaining - copied)} ${are(failed + remaining - copied)} where they were; no row of them was changed.`,
      )
      break
    case 'return':
      say(restored, `${files(restored)} ${are(restored)} back in place.`)
      say(failed + remaining, `${files(failed + remaining)} ${are(failed + remaining)} not back in place.`)
      break
    case 'rollback':
      say(restored, `${files(restored)} ${are(restored)} local again.`)
      say(effects.filesFetched, `${files(effects.filesFetched)} of these came from S3.`)
      if (restored > 0) lines.push(objectsLine(details, locale))
      say(
        effects.objectsLeft,
        `${formatCount(effects.objectsLeft, 'object', locale)} could not be removed; no row needs them.`,
      )
      say(
        failed + remaining,
        `${files(failed + remaining)} ${are(failed + remaining)} still on S3, whole, and the rows point there.`,
      )
      break
    case 'quarantine':
    case 'purge':
      say(freed, `${files(freed)} ${are(freed)} ${runWords[kind].done}: on S3, each read back and found whole before.`)
      say(restored, `${files(restored)} ${are(restored)} back in place.`)
      say(failed + remaining, `${files(failed + remaining)} ${are(failed + remaining)} where they were.`)
      break
    case 'audit':
      break
  }
  return lines
}

function objectsLine(
  { bucket, effects, rollbackOptions }: Pick<RunDetails, 'bucket' | 'effects' | 'rollbackOptions'>,
  locale: string | undefined,
): string {
  if (rollbackOptions?.keepObjects === true) return `All objects stay in bucket ${bucket}, as was chosen.`
  return `${formatCount(effects.objectsRemoved, 'object', locale)} ${effects.objectsRemoved === 1 ? 'was' : 'were'} removed from bucket ${bucket}.`
}
