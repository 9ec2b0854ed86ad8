import type { TestPart, TestStep, TestStepKind } from '../../shared/connectionTest.ts'
import type { Tone, Word } from './status.ts'

export const partWords: Record<TestPart, string> = {
  server: 'Server',
  database: 'Database',
  uploads: 'Uploads folder',
  bucket: 'Bucket',
}

const stepWords: Record<TestStepKind, string> = {
  name: 'Name',
  tcp: 'Port',
  forward: 'Way there',
  'host key': 'Host key',
  login: 'Login',
  connect: 'Connection and login',
  tables: 'Tables',
  folder: 'Folder',
  reach: 'Storage service',
  list: 'Bucket',
}

export const stepWord = (kind: TestStepKind): string => stepWords[kind]

/** The state of a step as a screen reader says it. */
export const stateWords: Record<TestStep['state'], string> = {
  waiting: 'not begun',
  begun: 'under way',
  done: 'done',
  failed: 'failed',
  skipped: 'not tried',
}

export const stepTones: Record<TestStep['state'], Tone> = {
  waiting: 'neutral',
  begun: 'active',
  done: 'good',
  failed: 'bad',
  skipped: 'neutral',
}

/** How a part stands; null before it was begun. */
export function partWord(steps: readonly TestStep[]): Word | null {
  const has = (state: TestStep['state']) => steps.some((step) => step.state === state)
  if (has('failed')) return { label: 'Failed', tone: 'bad' }
  if (has('skipped')) return { label: 'Not tried', tone: 'neutral' }
  if (has('begun') || (has('waiting') && has('done'))) return { label: 'Testing…', tone: 'active' }
  return steps.length > 0 && steps.every(({ state }) => state === 'done') ? { label: 'Reached', tone: 'good' } : null
}

/** A group of steps that reach one thing. */
export interface StepGroup {
  part: TestPart
  subject: string
  steps: TestStep[]
}

/** Steps in the order in which they are reached, one group for each server, the database and so on. */
export function groupsOf(steps: readonly TestStep[]): StepGroup[] {
  const groups: StepGroup[] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (last?.part === step.part && last.subject === step.subject) last.steps.push(step)
    else groups.push({ part: step.part, subject: step.subject, steps: [step] })
  }
  return groups
}

/** `12 ms`, `1.4 s`. */
export function formatMilliseconds(milliseconds: number, locale?: string): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  return `${seconds.format(milliseconds / 1000)} s`
}

/** What has come of a test, or what it is doing, in one sentence. */
export function testSentence(
  steps: readonly TestStep[],
  outcome: 'running' | 'passed' | 'failed' | 'cancelled',
): string {
  const failed = steps.filter(({ state }) => state === 'failed')
  switch (outcome) {
    case 'passed':
      return 'Everything can be reached.'
    case 'cancelled':
      return 'The test was cancelled.'
    case 'failed':
      return `Failed: ${failed.map(({ part, kind }) => `${partWords[part]}, ${stepWords[kind].toLowerCase()}`).join('; ')}.`
    case 'running': {
      const now = steps.find(({ state }) => state === 'begun')
      return now ? `Testing: ${partWords[now.part]}, ${stepWords[now.kind].toLowerCase()}.` : 'Testing.'
    }
  }
}
