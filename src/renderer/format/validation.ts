import type { CountPair, ThroughReadur, ValidationReport } from '../../shared/validation.ts'
import { formatCount, formatNumber } from './number.ts'
import type { Tone, Word } from './status.ts'

/** What a validation has come to, in one sentence. */
export function validationSentence(report: ValidationReport, locale?: string): { text: string; tone: Tone } {
  const { passed, counts, state, readur } = report
  if (passed) {
    const users =
      readur === null
        ? ''
        : ` ${formatCount(readur.tried - readur.unknown, 'document', locale)} came from Readur as uploaded.`
    return {
      text: `Passed: ${formatCount(state.checked, 'file', locale)} as recorded, and all counts agree.${users}`,
      tone: 'good',
    }
  }
  const parts = [
    ...(state.sound < state.checked
      ? [
          `${formatNumber(state.checked - state.sound, locale)} of ${formatCount(state.checked, 'file', locale)} not as recorded`,
        ]
      : []),
    ...some(counts.filter(({ agrees }) => !agrees).length, 'count', 'does not agree', 'do not agree', locale),
    ...(readur && readur.differs + readur.refused > 0
      ? [`${formatNumber(readur.differs + readur.refused, locale)} not right through Readur`]
      : []),
  ]
  return { text: `Not passed: ${parts.join('; ')}.`, tone: 'warn' }
}

const some = (count: number, noun: string, one: string, many: string, locale?: string): string[] =>
  count > 0 ? [`${formatCount(count, noun, locale)} ${count === 1 ? one : many}`] : []

export const pairWord = ({ agrees }: Pick<CountPair, 'agrees'>): Word =>
  agrees ? { label: 'Agree', tone: 'good' } : { label: 'Differ', tone: 'bad' }

/** What users got, one thing a line. */
export function readurLines(
  { tried, same, reencoded, unknown, differs, refused }: ThroughReadur,
  locale?: string,
): string[] {
  const say = (count: number, words: string): string[] => (count > 0 ? [`${formatNumber(count, locale)} ${words}`] : [])
  return [
    `${formatCount(tried, 'document', locale)} downloaded, chosen at random.`,
    ...say(same, 'are what was uploaded, byte for byte.'),
    ...say(reencoded, 'are images that Readur has turned upright.'),
    ...say(unknown, 'came whole; Readur recorded no hash to compare them with.'),
    ...say(differs, 'have other bytes than were uploaded.'),
    ...say(refused, 'could not be had.'),
  ]
}
