import type { Command } from 'commander'
import { z } from 'zod'
import type { RunStatus } from '../../shared/run.ts'
import { openDataDir } from '../dataDir.ts'
import { openProfiles } from '../profiles/headless.ts'
import type { Variables } from '../profiles/settings.ts'
import { writeBundle, type BundleFile } from '../runs/support/bundle.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import { gatherBundle, knownVariables } from '../runs/support/gather.ts'
import { backupStoreOf } from './backupCommands.ts'
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
    .description('create a support bundle without secrets; shows its contents first')
  addSiteOptions(command)
    .option('--run <run>', 'the run it is about (default: the latest that did anything)')
    .option(
      '--readur-container <name>',
      'include the end of its log (NAME, podman:NAME, kubernetes:NAMESPACE/KIND/NAME)',
    )
    .option(
      '--postgres-container <name>',
      'include the end of its log (NAME, podman:NAME, kubernetes:NAMESPACE/KIND/NAME)',
    )
    .option('--yes', 'do not ask for confirmation', false)
    .action((file: string) =>
      onSite(context, command, (session, site) => bundle(session, site, file, command, context)),
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
    backupStore: backupStoreOf(variables),
    command: ['readur-migrate', ...args],
    variables: await knownVariables(variables, sourceOf(site, variables)),
    runId: options.run ?? latestBegun(work.runs),
    readurContainer: options.readurContainer ?? null,
    postgresContainer: options.postgresContainer ?? null,
  })
  await confirm(session, output, options.yes, contents(files, file), 'This writes the file.')
  const path = await writeBundle(files, file)
  const listed = files.map(({ name, about, text }) => ({ name, about, bytes: Buffer.byteLength(text) }))
  return { json: { path, files: listed }, text: [...contents(files, path), `Saved to ${path}.`], code: exitCode.done }
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
  { connection, envFile }: SiteOptions,
  variables: Variables,
): { envFile: string | null; variables: Variables } {
  if (connection !== undefined) return openProfiles(openDataDir(variables).root).findByName(connection)
  return { envFile: envFile ?? null, variables: {} }
}

function contents(files: readonly BundleFile[], path: string): string[] {
  const lines = files.map(
    ({ name, about, text }) => `  ${name.padEnd(20)} ${bytes(Buffer.byteLength(text)).padStart(9)}  ${about}`,
  )
  return [
    `Contents of ${path}, with every known secret replaced by ***:`,
    ...lines,
    '  It includes names of files, users and servers. Review it before you share it.',
  ]
}
