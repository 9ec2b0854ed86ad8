import { InvalidArgumentError, type Command } from 'commander'
import { z } from 'zod'
import { checkLevels, optionLimits } from '../../shared/run.ts'
import { defaultValidation, type ValidationReport } from '../../shared/validation.ts'
import { reportFormatOf } from '../runs/reportFile.ts'
import { validateRun } from '../runs/validate/validate.ts'
import { saveValidation } from '../runs/validate/validationFile.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions, checkLevel } from './options.ts'
import { onSite, type Answer, type CommandContext } from './report.ts'
import { runOf } from './runArgument.ts'
import type { Session } from './session.ts'
import { checkText, told } from './text.ts'

/** `validate`. */
export function addValidateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('validate <run>')
    .description(
      'look from all sides at what a run has left: its files, all counts, and what users get; changes nothing',
    )
  addSiteOptions(command)
    .option('--level <level>', checkLevels.join(', '), checkLevel, defaultValidation.level)
    .option('--sample <n>', 'only so many files of the run, chosen at random', whole(optionLimits.sample))
    .option(
      '--documents <n>',
      'documents to ask Readur for (READUR_URL, READUR_TOKEN)',
      whole(optionLimits.documents),
      defaultValidation.documents,
    )
    .option('--report <file>', 'keep it: HTML where the name ends so, else JSON; repeatable', collect, [])
    .action((name: string) => onSite(context, command, 8, (session) => validate(session, name, command)))
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
    ? `Readur (${readur.server}): ${number(readur.same + readur.reencoded)} of ${number(readur.tried)} documents are what was uploaded, ${number(readur.differs + readur.refused)} are not`
    : `Readur was not asked. ${readurSkipped ?? ''}`
  return [
    ...checkText(state),
    ...counts.map(
      (pair) =>
        `  ${pair.agrees ? 'agree ' : 'DIFFER'}  ${pair.name}: ${number(pair.expected)}; ${pair.against}: ${number(pair.found)}`,
    ),
    `  ${through}`,
    ...(readur?.trouble ?? []).flatMap((line) => told('    ', line)),
    `Validation of run ${runId}: ${passed ? 'passed' : 'not passed'}`,
  ]
}
