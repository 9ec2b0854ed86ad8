import type { Command } from 'commander'
import { type RunReport } from '../../shared/run.ts'
import { runKinds } from '../../shared/runKind.ts'
import { errorData } from '../engine/errors.ts'
import { runProblem } from '../engine/journal/problems.ts'
import type { Variables } from '../profiles/settings.ts'
import { exitCodeOf } from './exitCodes.ts'
import { siteOptionsOf, type SiteOptions } from './options.ts'
import type { Output } from './output.ts'
import { withSession, type Session } from './session.ts'
import { reportText } from './text.ts'

/** What every command gets. */
export interface CommandContext {
  /** The command line as it was typed. */
  args: readonly string[]
  variables: Variables
  output: Output
  /** The code that the program ends with. */
  finish: (code: number) => void
}

/** What a command has to say, and how the program ends. */
export interface Answer {
  /** For `--json`: printed as one object. */
  json: unknown
  text: readonly string[]
  code: number
}

export const answerOf = (report: RunReport, text: readonly string[] = reportText(report)): Answer => ({
  json: report,
  text,
  code: exitCodeOf(report),
})

/** Runs a command on a site. With `--json` exactly one object is printed, whatever happens. */
export async function onSite(
  { variables, output, finish }: CommandContext,
  command: Command,
  use: (session: Session, site: SiteOptions) => Promise<Answer>,
): Promise<void> {
  const site = siteOptionsOf(command)
  try {
    const answer = await withSession(site, variables, output, (session) => use(session, site))
    if (site.json) output.printJson(answer.json)
    else output.print(answer.text)
    finish(answer.code)
  } catch (error) {
    if (site.json) output.printJson(notStarted(error, command.name()))
    throw error
  }
}

/** The report of a run that never was; `command` was to begin it. */
export function notStarted(error: unknown, command = ''): Omit<RunReport, 'runId'> & { runId: null } {
  return {
    runId: null,
    kind: command === 'free' ? 'quarantine' : (runKinds.find((kind) => kind === command) ?? 'migrate'),
    parent: null,
    status: 'not started',
    stateFile: null,
    documents: 0,
    planned: 0,
    committed: 0,
    copied: 0,
    failed: 0,
    skipped: 0,
    restored: 0,
    freed: 0,
    remaining: 0,
    bytes: 0,
    seconds: 0,
    estimate: null,
    preview: null,
    repairs: null,
    problems: [runProblem(errorData(error))],
  }
}
