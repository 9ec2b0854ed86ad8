import type { Command } from 'commander'
import { z } from 'zod'
import type { CheckupOptions, Diagnostic, DiagnosticCode, RemedyAction } from '../../shared/diagnostic.ts'
import { openDataDir } from '../dataDir.ts'
import { performAction, type PerformDeps } from '../engine/doctor/perform.ts'
import { MigrateError } from '../engine/errors.ts'
import { readSettingsFile } from '../profiles/envFile.ts'
import { openProfiles } from '../profiles/headless.ts'
import { overlay, readStorageSettings, type SiteSettings } from '../profiles/settings.ts'
import {
  checkStorage,
  checkConnection,
  type CheckupRequest,
  type CheckupResult,
} from '../runs/checks/checkConnection.ts'
import { ourUploads } from '../runs/ourUploads.ts'
import { bucketOf } from '../runs/readur/lookAtReadur.ts'
import { openBucketProbe, openSite, type SshAccess } from '../site.ts'
import { checkText, checkupText, offersText } from './checkText.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions, siteOptionsOf, type SiteOptions } from './options.ts'
import { cancelOnSignals, type Output } from './output.ts'
import { notStarted, type CommandContext } from './report.ts'
import { hostKeyQuestion, openRuns, readPlace } from './session.ts'
import { sshPrompts } from './sshPrompts.ts'

/** What stands behind a checkup, to carry out what it offers. */
interface Checked extends CheckupResult {
  /** Opens what an action needs, and closes it. */
  withDeps: (use: (deps: PerformDeps) => Promise<string>) => Promise<string>
}

/** `doctor`, `test-storage`. */
export function addDoctorCommands(program: Command, context: CommandContext): void {
  const doctor = program
    .command('doctor')
    .description('check everything that a migration needs, and say how to fix what fails')
  addDoOption(addSiteOptions(doctor))
    .option('--quick', 'only what a run needs; skip samples and the speed test', false)
    .option('--no-speed', 'skip the upload speed test')
    .action(() =>
      checked(context, doctor, (onChange, signal) => {
        const depth = doctor.opts().quick === true ? 'run' : 'full'
        return checkPlace(context, siteOptionsOf(doctor), depth, { onChange, signal, without: withoutOf(doctor) })
      }),
    )

  const storage = program
    .command('test-storage')
    .description('check the bucket with temporary test objects: name, clock, keys, permissions, integrity, speed')
  addDoOption(addSiteOptions(storage))
    .option('--no-speed', 'skip the upload speed test')
    .action(() =>
      checked(context, storage, (onChange, signal) =>
        checkBucketAlone(context, siteOptionsOf(storage), { onChange, signal, without: withoutOf(storage) }),
      ),
    )
}

const addDoOption = (command: Command): Command =>
  command.option('--do <action>', 'apply the fix that a check offers under this name')

const withoutOf = (command: Command): DiagnosticCode[] => (command.opts().speed === false ? ['bucket.speed'] : [])

type OnChange = (diagnostics: Diagnostic[]) => void

type How = Pick<CheckupRequest, 'onChange' | 'signal' | 'without'>

/** Shows checks as they end, then what was offered; with `--json` exactly one object is printed, whatever happens. */
async function checked(
  { output, finish }: CommandContext,
  command: Command,
  check: (onChange: OnChange, signal: AbortSignal) => Promise<Checked>,
): Promise<void> {
  const { json } = siteOptionsOf(command)
  const wanted = z.string().optional().parse(command.opts().do)
  const say: Output['print'] = (lines) => (json ? output.note(lines) : output.print(lines))
  const said = new Set<string>()
  const onChange: OnChange = (diagnostics) => {
    for (const it of diagnostics) {
      const name = `${it.code} ${it.subject}`
      if ((it.state !== 'done' && it.state !== 'skipped') || said.has(name)) continue
      said.add(name)
      say(checkText(it))
    }
  }
  const cancel = cancelOnSignals(new MigrateError('INTERRUPTED', { message: 'The checks were canceled.' }))
  try {
    const result = await check(onChange, cancel.signal)
    const { outcome, diagnostics } = result
    say(checkupText(diagnostics, outcome))
    const done = await carryOut(result, wanted, output, say)
    if (json) output.printJson({ outcome, diagnostics, done })
    finish({ passed: exitCode.done, failed: exitCode.notStarted, cancelled: exitCode.interrupted }[outcome])
  } catch (error) {
    if (json) output.printJson(notStarted(error))
    throw error
  } finally {
    cancel.end()
  }
}

/** What the user has named, or says yes to. Returns what was done. */
async function carryOut(
  result: Checked,
  wanted: string | undefined,
  { ask, note }: Pick<Output, 'ask' | 'note'>,
  say: Output['print'],
): Promise<string[]> {
  const offered = result.diagnostics.flatMap(({ remedy }) => remedy?.actions ?? [])
  if (wanted !== undefined && !offered.some(({ id }) => id === wanted)) {
    throw new MigrateError('ACTION_GONE', {
      message: `No check currently offers “${wanted}”.`,
      subject: wanted,
    })
  }
  const isMeant = async ({ id, consequence }: RemedyAction): Promise<boolean> => {
    if (wanted !== undefined) return id === wanted
    if (!ask) return false
    note(['', consequence])
    return ask('Do this now? [y/N] ')
  }
  const done: string[] = []
  for (const offer of offered) {
    const action = (await isMeant(offer)) ? result.action(offer.id) : null
    if (!action) continue
    const sentence = await result.withDeps((deps) => performAction(action, deps, AbortSignal.timeout(60_000)))
    say(`${sentence} Run the checks again.`)
    done.push(sentence)
  }
  if (wanted === undefined && !ask) say(offersText(result.diagnostics))
  return done
}

async function checkPlace(
  { variables, output }: CommandContext,
  site: SiteOptions,
  depth: CheckupOptions['depth'],
  how: How,
): Promise<Checked> {
  const { settings, profile } = await readPlace(site, variables, output)
  const ssh: SshAccess = {
    hostKeys: openDataDir(variables).hostKeys,
    accept: site.acceptNewHostKey ?? [],
    prompts: sshPrompts(variables, output, () => () => undefined),
    judgeHostKey: async ({ code, hostKey }) =>
      code === 'SSH_HOST_KEY_UNKNOWN' && (await output.ask?.(hostKeyQuestion(hostKey))) === true,
    configFile: site.sshConfig,
  }
  const { runs, readurs } = openRuns(variables)
  const isOurs = ourUploads(runs)
  const memory = readurs.of(profile.id, bucketOf(settings))
  const result = await checkConnection({
    settings,
    ssh,
    memory,
    dataFolder: runs.dir,
    options: { depth },
    ...how,
    isOurs,
  })
  const setVariable: PerformDeps['setVariable'] = (name, value) => {
    const profiles = openProfiles(openDataDir(variables).root)
    const known = site.connection === undefined ? null : profiles.find(profile.id)
    if (known?.envFile !== null) throw standsInFile(profile.name, name, value)
    profiles.save({ ...known, variables: { ...known.variables, [name]: value } })
  }
  return { ...result, withDeps: (use) => withSite(settings, ssh, (deps) => use({ ...deps, setVariable })) }
}

const standsInFile = (place: string, name: string, value: string): MigrateError =>
  new MigrateError('SETTING_INVALID', {
    message: `The settings are in ${place}: set ${name}=${value} there.`,
    subject: name,
  })

async function withSite(
  settings: SiteSettings,
  ssh: SshAccess,
  use: (deps: Omit<PerformDeps, 'setVariable'>) => Promise<string>,
): Promise<string> {
  const { site, probes, close } = await openSite(settings, ssh)
  try {
    return await use({ ...probes, places: site })
  } finally {
    await close()
  }
}

/** Only the bucket has to be known: from a connection, an env file or the environment. */
async function checkBucketAlone({ variables, output }: CommandContext, site: SiteOptions, how: How): Promise<Checked> {
  const file = site.envFile === undefined ? {} : await readSettingsFile(site.envFile, false)
  const s3 =
    site.connection === undefined
      ? readStorageSettings(overlay(variables, file))
      : (await readPlace(site, variables, output)).settings.s3
  const result = await checkStorage({ s3, ...how, isOurs: ourUploads(openRuns(variables).runs) })
  return {
    ...result,
    withDeps: async (use) => {
      const { bucket, close } = openBucketProbe(s3)
      try {
        return await use({
          bucket,
          places: null,
          condition: { endSession: () => Promise.resolve('gone') },
          setVariable: (name, value) => {
            throw standsInFile(site.envFile ?? site.connection ?? 'the environment', name, value)
          },
        })
      } finally {
        close()
      }
    },
  }
}
