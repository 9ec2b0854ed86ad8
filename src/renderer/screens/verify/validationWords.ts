import type { CountPair, ThroughReadur, ValidationReport } from '../../../shared/validation.ts'
import { texts } from '../../texts/texts.ts'
import type { Tone, Word } from '../../format/status.ts'

/** What a validation has come to, in one sentence. */
export function validationSentence(report: ValidationReport): { text: string; tone: Tone } {
  const { passed, counts, state, readur } = report
  if (passed) {
    const users = readur === null ? '' : texts.validate.fromReadur(readur.tried - readur.unknown)
    return {
      text: texts.validate.passed({ checked: state.checked, users }),
      tone: 'good',
    }
  }
  const differing = counts.filter(({ agrees }) => !agrees).length
  const parts = [
    ...(state.sound < state.checked
      ? [texts.validate.someFilesDiffer({ differing: state.checked - state.sound, checked: state.checked })]
      : []),
    ...(differing > 0 ? [texts.validate.countsDiffer(differing)] : []),
    ...(readur && readur.differs + readur.refused > 0
      ? [texts.validate.wrongInReadur(readur.differs + readur.refused)]
      : []),
  ]
  return { text: texts.validate.validationFailed(parts.join('; ')), tone: 'warn' }
}

export const pairWord = ({ agrees }: Pick<CountPair, 'agrees'>): Word =>
  agrees ? { label: texts.validate.match, tone: 'good' } : { label: texts.validate.differ, tone: 'bad' }

/** What users got, one thing a line. */
export function readurLines({ tried, same, reencoded, unknown, differs, refused }: ThroughReadur): string[] {
  const say = (count: number, words: (count: number) => string): string[] => (count > 0 ? [words(count)] : [])
  return [
    texts.validate.downloaded(tried),
    ...say(same, texts.validate.same),
    ...say(reencoded, texts.validate.rotated),
    ...say(unknown, texts.validate.unhashed),
    ...say(differs, texts.validate.differs),
    ...say(refused, texts.validate.refused),
  ]
}
