import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { z } from 'zod'
import { checkLevels, type AuditReport } from '../../shared/run.ts'
import { audit, settleMs } from '../runs/operations.ts'
import { reportFormatOf, saveReport } from '../runs/reports/reportFile.ts'
import { auditText } from './auditText.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions, checkLevel, checkLevelHelp } from './options.ts'
import { onSite, type Answer, type CommandContext } from './report.ts'
import type { Session } from './session.ts'

/** `audit`. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const command = program
    .command('audit')
    .description('compare database, uploads folder and bucket (read-only); the result is kept as a run')
  addSiteOptions(command)
    .option('--level <level>', checkLevelHelp, checkLevel, 'exists')
    .option('--settle <minutes>', 'ignore files newer than this when looking for orphans', minutes, settleMs / minuteMs)
    .option('--report <file>', 'save all issues: CSV or HTML if the file name ends so, otherwise JSON')
    .action(() => onSite(context, command, (session) => auditOnce(session, command)))
}

const minuteMs = 60_000

const minutes = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 525_600) return value
  throw new InvalidArgumentError('It must be a whole number of minutes from 0 to 525600.')
}

const optionsSchema = z.object({
  level: z.enum(checkLevels),
  settle: z.number(),
  report: z.string().optional(),
})

async function auditOnce({ work }: Session, command: Command): Promise<Answer> {
  const { level, settle, report: file } = optionsSchema.parse(command.opts())
  const report = await audit(work, { level, settleMs: settle * minuteMs })
  if (file !== undefined) await exportFound(work, report.runId, file)
  return { json: report, text: auditText(report), code: codeOf(report) }
}

async function exportFound({ runs }: Session['work'], runId: string, file: string): Promise<void> {
  const store = runs.open(runId)
  try {
    await saveReport(store, reportFormatOf(file), resolve(file), runs.isAlive)
  } finally {
    store.close()
  }
}

function codeOf({ status, discrepancies }: AuditReport): number {
  if (status === 'interrupted') return exitCode.interrupted
  return discrepancies > 0 ? exitCode.doneWithFailures : exitCode.done
}
