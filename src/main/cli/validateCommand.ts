import { InvalidArgumentError, type Command } from 'commander'
import { z } from 'zod'
import { checkLevels, optionLimits } from '../../shared/run.ts'
import { defaultValidation, type ValidationReport } from '../../shared/validation.ts'
import { reportFormatOf } from '../runs/reports/reportFile.ts'
import { validateRun } from '../runs/checks/validate.ts'
import { saveValidation } from '../runs/reports/validationFile.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions, checkLevel, checkLevelHelp } from './options.ts'
import { onSite, type Answer, type CommandContext } from './report.ts'
import { runOf } from './runArgument.ts'
import type { Session } from './session.ts'
import { checkText, told } from './text.ts'

/** `validate`. */
export function addValidateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('validate <run>')
    .description('verify a finished run: files, counts and what users can open (read-only)')
  addSiteOptions(command)
    .option('--level <level>', checkLevelHelp, checkLevel, defaultValidation.level)
    .option('--sample <n>', 'number of random files to check (default: all)', whole(optionLimits.sample))
    .option(
      '--documents <n>',
      'number of documents to open through Readur (needs READUR_URL and READUR_TOKEN)',
      whole(optionLimits.documents),
      defaultValidation.documents,
    )
    .option(
      '--report <file>',
      'save the report: HTML if the file name ends in .html, otherwise JSON; repeatable',
      collect,
      [],
    )
    .action((name: string) => onSite(context, command, (session) => validate(session, name, command)))
}

const collect = (file: string, earlier: string[]): string[] => [...earlier, file]

const whole =
  ({ min, max }: { min: number; max: number }) =>
  (input: string): number => {
    const value = Number(input)
    if (Number.isInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
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
    await saveValidation(report, reportFormatOf(file) === 'html' ? 'html' : 'json', file)
  }
  return { json: report, text: textOf(report), code: report.passed ? exitCode.done : exitCode.doneWithFailures }
}

function textOf({ runId, passed, counts, state, readur, readurSkipped }: ValidationReport): string[] {
  const number = (n: number): string => n.toLocaleString('en')
  const through = readur
    ? `Readur (${readur.server}): ${number(readur.same + readur.reencoded)} of ${number(readur.tried)} documents match what was uploaded, ${number(readur.differs + readur.refused)} do not`
    : `Not checked through Readur. ${readurSkipped ?? ''}`
  return [
    ...checkText(state),
    ...counts.map(
      (pair) =>
        `  ${pair.agrees ? 'match ' : 'DIFFER'}  ${pair.name}: ${number(pair.expected)}; ${pair.against}: ${number(pair.found)}`,
    ),
    `  ${through}`,
    ...(readur?.trouble ?? []).flatMap((line) => told('    ', line)),
    `Validation of run ${runId}: ${passed ? 'passed' : 'failed'}`,
  ]
}
