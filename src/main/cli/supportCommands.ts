import type { Command } from 'commander'
import { z } from 'zod'
import type { RunStatus } from '../../shared/run.ts'
import { openDataDir } from '../dataDir.ts'
import { openProfiles } from '../profiles/headless.ts'
import type { Variables } from '../profiles/settings.ts'
import { writeBundle, type BundleFile } from '../runs/support/bundle.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import { gatherBundle, knownVariables } from '../runs/support/gather.ts'
import { bookOf } from './backupCommands.ts'
import { confirm } from './confirm.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions, type SiteOptions } from './options.ts'
import { onSite, type Answer, type CommandContext } from './report.ts'
import type { Session } from './session.ts'
import { bytes } from './text.ts'

/** `support-bundle`. */
export function addSupportCommands(program: Command, context: CommandContext): void {
  const command = program
    .command('support-bundle <file>')
    .description('gather what somebody who helps will ask for, without secrets; shows first what is in it')
  addSiteOptions(command)
    .option('--run <run>', 'the run that it is about (else the latest that was begun)')
    .option('--readur-container <name>', 'with the end of its log (NAME, podman:NAME, kubernetes:NAMESPACE/KIND/NAME)')
    .option(
      '--postgres-container <name>',
      'with the end of its log (NAME, podman:NAME, kubernetes:NAMESPACE/KIND/NAME)',
    )
    .option('--yes', 'do not ask', false)
    .action((file: string) =>
      onSite(context, command, 1, (session, site) => bundle(session, site, file, command, context)),
    )
}

const optionsSchema = z.object({
  run: z.string().optional(),
  readurContainer: z.string().optional(),
  postgresContainer: z.string().optional(),
  yes: z.boolean(),
})

async function bundle(
  session: Session,
  site: SiteOptions,
  file: string,
  command: Command,
  { args, variables, output }: CommandContext,
): Promise<Answer> {
  const { work } = session
  const options = optionsSchema.parse(command.opts())
  const files = await gatherBundle({
    work,
    book: bookOf(variables),
    command: ['readur-migrate', ...args],
    variables: await knownVariables(variables, sourceOf(site, variables)),
    runId: options.run ?? latestBegun(work.runs),
    readurContainer: options.readurContainer ?? null,
    postgresContainer: options.postgresContainer ?? null,
  })
  await confirm(session, output, options.yes, contents(files, file), 'The file above is written.')
  const path = await writeBundle(files, file)
  const listed = files.map(({ name, about, text }) => ({ name, about, bytes: Buffer.byteLength(text) }))
  return { json: { path, files: listed }, text: [...contents(files, path), `Written to ${path}.`], code: exitCode.done }
}

const idle = new Set<RunStatus>(['planned', 'planning', 'not started', 'unreadable'])

/** The latest run that did something: plans that were only looked at are nothing to report. */
function latestBegun(runs: RunFolder): string | null {
  for (const { runId, status } of runs.summaries()) {
    if (!idle.has(status)) return runId
  }
  return null
}

/** Where the settings come from beside the environment. */
function sourceOf(
  { profile, envFile }: SiteOptions,
  variables: Variables,
): { envFile: string | null; variables: Variables } {
  if (profile !== undefined) return openProfiles(openDataDir(variables).root).findByName(profile)
  return { envFile: envFile ?? null, variables: {} }
}

function contents(files: readonly BundleFile[], path: string): string[] {
  const lines = files.map(
    ({ name, about, text }) => `  ${name.padEnd(20)} ${bytes(Buffer.byteLength(text)).padStart(9)}  ${about}`,
  )
  return [
    `${path} will hold, with every known secret replaced by ***:`,
    ...lines,
    '  Names of files, users and servers are in it. Look into it before you pass it on.',
  ]
}
