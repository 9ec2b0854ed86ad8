import type { Command } from 'commander'
import { z } from 'zod'
import type { Diagnostic } from '../../shared/diagnostic.ts'
import { asMigrateError, MigrateError } from '../engine/errors.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { readEnvFile } from '../profiles/envFile.ts'
import type { Variables } from '../profiles/settings.ts'
import { checkUp } from '../runs/checkUp.ts'
import { bundleFiles, containerLog, serverVersions, writeBundle, type BundleFile } from '../runs/support/bundle.ts'
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
    .option('--run <run>', 'the run that it is about (else the latest)')
    .option('--readur-container <name>', 'with the end of its log, from docker there')
    .option('--postgres-container <name>', 'with the end of its log, from docker there')
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
  context: CommandContext,
): Promise<Answer> {
  const { work } = session
  const options = optionsSchema.parse(command.opts())
  const run = openRun(session, options.run)
  try {
    const files = bundleFiles({
      command: ['readur-migrate', ...context.args],
      settings: work.settings,
      variables: await variablesOf(context.variables, site),
      diagnostics: await diagnose(session),
      run,
      logs: await logsOf(session, options),
      versions: await versionsOf(session),
      backupAt: await lastBackupAt(session, context),
      now: Date.now(),
    })
    await confirm(session, context.output, options.yes, contents(files, file), 'The file above is written.')
    const path = await writeBundle(files, file)
    const listed = files.map(({ name, about, text }) => ({ name, about, bytes: Buffer.byteLength(text) }))
    return { json: { path, files: listed }, text: `${contents(files, path)}\nWritten to ${path}.`, code: exitCode.done }
  } finally {
    run?.close()
  }
}

/** All that may hold a secret. */
async function variablesOf(environment: Variables, { envFile }: SiteOptions): Promise<Variables> {
  const file = envFile === undefined ? {} : await readEnvFile(envFile)
  // A secret of either must not get out, whichever of them counts.
  const others = Object.entries(environment).map(([name, value]): [string, string | undefined] => [
    name in file ? `${name} of the environment` : name,
    value,
  ])
  return { ...Object.fromEntries(others), ...file }
}

function openRun({ work }: Session, name: string | undefined): RunStore | null {
  if (name === undefined) {
    const [latest] = work.runs.ids()
    return latest === undefined ? null : work.runs.open(latest)
  }
  if (work.runs.has(name)) return work.runs.open(name)
  throw new MigrateError('RUN_NOT_FOUND', { message: `There is no run “${name}”.`, subject: name, scope: 'run' })
}

/** What can be found out, however far that is: a bundle is wanted most where something is broken. */
async function diagnose({ work }: Session): Promise<Diagnostic[]> {
  try {
    const { diagnostics } = await checkUp({
      settings: work.settings,
      ssh: work.ssh,
      options: { depth: 'connection' },
      onChange: () => undefined,
      signal: work.context.stop.inOrder,
    })
    return diagnostics
  } catch (cause) {
    work.context.progress.log('warning', `Not checked: ${asMigrateError(cause).message}`)
    return []
  }
}

async function logsOf(
  { work }: Session,
  { readurContainer, postgresContainer }: z.infer<typeof optionsSchema>,
): Promise<Record<string, string>> {
  const logs: Record<string, string> = {}
  const wanted = { readur: readurContainer, postgres: postgresContainer }
  for (const [name, container] of Object.entries(wanted)) {
    if (container !== undefined) logs[name] = await containerLog(work.commands, container, work.context.stop.inOrder)
  }
  return logs
}

async function versionsOf({ work }: Session): Promise<Record<string, string>> {
  const { site, stop } = work.context
  const programs = await serverVersions(work.commands, stop.inOrder).catch(() => ({}))
  const database = await site.database.facts(stop.inOrder).catch(() => null)
  return { ...programs, ...(database && { postgresql: database.version }) }
}

async function lastBackupAt({ work }: Session, { variables }: CommandContext): Promise<number | null> {
  const facts = await work.context.site.database.facts(work.context.stop.inOrder).catch(() => null)
  return (facts && bookOf(variables).of(facts.identity)[0]?.at) ?? null
}

function contents(files: readonly BundleFile[], path: string): string {
  const lines = files.map(
    ({ name, about, text }) => `  ${name.padEnd(20)} ${bytes(Buffer.byteLength(text)).padStart(9)}  ${about}`,
  )
  return [
    `${path} will hold, with every known secret replaced by ***:`,
    ...lines,
    '  Names of files, users and servers are in it. Look into it before you pass it on.',
  ].join('\n')
}
