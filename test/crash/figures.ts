import { steps } from './phases.ts'

/** What a campaign came to. */
export interface Figures {
  seed: string
  killed: number
  /** Kills by phase and step: `migrate · put after`. */
  byStep: ReadonlyMap<string, number>
  sessions: number
  resumes: number
  rounds: number
  /** Looks at the whole world from outside. */
  checks: number
  seconds: number
  /** Sessions that slept while another computer was at work. */
  slept: number
  puts: number
  parts: number
  /** Whole objects that were sent once more, since no journal said that they are there. */
  refused: number
  violations: readonly string[]
}

export const anyInstant = 'any instant'

export const nameOf = (phase: string, at: string): string => `${phase} · ${at}`

/** The figures of a campaign, for people. */
export function figuresText(figures: Figures): string {
  const byStep = [...figures.byStep].sort(([one], [other]) => one.localeCompare(other))
  const atInstants = byStep.filter(([name]) => name.endsWith(anyInstant)).reduce((sum, [, kills]) => sum + kills, 0)
  const all = [...new Set(steps.map(({ at }) => at))]
  const missed = all.filter((at) => !byStep.some(([name]) => name.endsWith(` · ${at}`)))
  return [
    'kills by phase and step',
    ...byStep.map(([name, kills]) => `${String(kills).padStart(5)}  ${name}`),
    `seed ${figures.seed}`,
    `${figures.killed} kills: ${atInstants} at random instants, the others at ${all.length - missed.length} of ${all.length} named steps`,
    ...(missed.length > 0 ? [`none at: ${missed.join(', ')}`] : []),
    `${figures.slept} slept while another computer was at work`,
    `${figures.rounds} rounds, ${figures.sessions} sessions, ${figures.resumes} of them resumes, ${figures.seconds} s`,
    `${figures.checks} looks at every row, file and object after a session`,
    `${figures.puts} puts, ${figures.parts} parts; whole objects sent once more for want of a record: ${figures.refused}`,
    `${figures.violations.length} violations`,
    ...figures.violations.map((line) => `  ${line}`),
  ].join('\n')
}
