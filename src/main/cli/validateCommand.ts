import { InvalidArgumentError, type Command } from 'commander'
import { z } from 'zod'
import { checkLevels } from '../../shared/run.ts'
import type { ValidationReport } from '../../shared/validation.ts'
import { writeNew } from '../engine/audit/exportAudit.ts'
import { validateRun } from '../runs/validate/validate.ts'
import { validationPage } from '../runs/validate/validationPage.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions, checkLevel } from './options.ts'
import { onSite, type Answer, type CommandContext } from './report.ts'
import { runOf } from './runArgument.ts'
import type { Session } from './session.ts'
import { checkText } from './text.ts'

const defaultDocuments = 20
const mostDocuments = 10_000

/** `validate`. */
export function addValidateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('validate <run>')
    .description(
      'look from all sides at what a run has left: its files, all counts, and what users get; changes nothing',
    )
  addSiteOptions(command)
    .option('--level <level>', checkLevels.join(', '), checkLevel, 'checksum')
    .option('--sample <n>', 'only so many files of the run, chosen at random', whole(1, 1_000_000))
    .option(
      '--documents <n>',
      'documents to ask Readur for (READUR_URL, READUR_TOKEN)',
      whole(0, mostDocuments),
      defaultDocuments,
    )
    .option('--report <file>', 'keep it: HTML where the name ends so, else JSON; repeatable', collect, [])
    .action((name: string) => onSite(context, command, 8, (session) => validate(session, name, command)))
}

const collect = (file: string, earlier: string[]): string[] => [...earlier, file]

const whole =
  (least: number, most: number) =>
  (input: string): number => {
    const value = Number(input)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }

const optionsSchema = z.object({
  level: z.enum(checkLevels),
  sample: z.number().optional(),
  documents: z.number(),
  report: z.array(z.string()),
})

async function validate(session: Session, name: string, command: Command): Promise<Answer> {
  const { report: files, ...options } = optionsSchema.parse(command.opts())
  const report = await validateRun(session.work, await runOf(session, name), options)
  for (const file of files) {
    const isPage = /\.html?$/i.test(file)
    await writeNew(file, isPage ? validationPage(report) : [`${JSON.stringify(report, null, 2)}\n`])
  }
  return { json: report, text: textOf(report), code: report.passed ? exitCode.done : exitCode.doneWithFailures }
}

function textOf({ runId, passed, counts, state, readur, readurSkipped }: ValidationReport): string {
  const number = (n: number): string => n.toLocaleString('en')
  const through = readur
    ? `Readur (${readur.server}): ${number(readur.same + readur.reencoded)} of ${number(readur.tried)} documents are what was uploaded, ${number(readur.differs + readur.refused)} are not`
    : `Readur was not asked. ${readurSkipped ?? ''}`
  return [
    checkText(state),
    ...counts.map(
      (pair) =>
        `  ${pair.agrees ? 'agree ' : 'DIFFER'}  ${pair.name}: ${number(pair.expected)}; ${pair.against}: ${number(pair.found)}`,
    ),
    `  ${through}`,
    ...(readur?.trouble ?? []).map((line) => `    ${line}`),
    `Validation of run ${runId}: ${passed ? 'passed' : 'not passed'}`,
  ].join('\n')
}
