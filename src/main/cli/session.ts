import { resolve } from 'node:path'
import type { ProfileSecret, ServerSettings } from '../../shared/profile.ts'
import { openDataDir } from '../dataDir.ts'
import { MigrateError } from '../engine/errors.ts'
import { closeCommand, openFileText, othersCanRead } from '../engine/privacy.ts'
import { StopControl } from '../engine/stop.ts'
import { parseServer, secretFilesOf, settingsOf } from '../profiles/connection.ts'
import { folderOf, readSettingsFile } from '../profiles/envFile.ts'
import { openProfiles } from '../profiles/headless.ts'
import { overlay, readSettings, type SiteSettings, type Variables } from '../profiles/settings.ts'
import { ProgressMeter } from '../runs/progressMeter.ts'
import { ReadurStateStore } from '../runs/readur/readurStateStore.ts'
import { RunFolder } from '../runs/runFolder.ts'
import { openWorkplace, type OpenedWorkplace, type Workplace } from '../runs/workplace.ts'
import { HostKeyError } from '../site.ts'
import type { SiteOptions } from './options.ts'
import { showProgress, stopOnSignals, type Output } from './output.ts'
import { sshPrompts } from './sshPrompts.ts'

/** What a command works with. */
export interface Session {
  work: OpenedWorkplace
  /** Stops drawing progress, so that a question can be asked; the returned function resumes it. */
  pause: () => () => void
}

/** Our own folders; nothing of the site is needed to browse them. */
export function openRuns(variables: Variables): { runs: RunFolder; states: string; readurs: ReadurStateStore } {
  const dataDir = openDataDir(variables)
  const runs = new RunFolder(dataDir.runs)
  runs.sweep()
  return { runs, states: dataDir.states, readurs: new ReadurStateStore(dataDir.root) }
}

type Use<T> = (session: Session) => Promise<T>

/**
 * Opens the site, shows progress, listens to Ctrl-C, and ends all of that when `use` has ended. An unknown host key is asked
 * about on a terminal; then everything starts over, since nothing was started before the server could be reached.
 */
export function withSession<T>(site: SiteOptions, variables: Variables, output: Output, use: Use<T>): Promise<T> {
  return withHostKeys(site.acceptNewHostKey ?? [], output, (acceptNewHostKey) =>
    onceWithSession({ ...site, acceptNewHostKey }, variables, output, use),
  )
}

/** Does `once`, and again with each key of a server that is not known and that a person at the terminal accepts. */
export async function withHostKeys<T>(
  given: readonly string[],
  output: Output,
  once: (accepted: string[]) => Promise<T>,
): Promise<T> {
  const accepted = [...given]
  for (;;) {
    try {
      return await once([...accepted])
    } catch (error) {
      if (!(error instanceof HostKeyError) || error.code !== 'SSH_HOST_KEY_UNKNOWN' || !output.ask) throw error
      if (!(await output.ask(hostKeyQuestion(error.hostKey)))) throw error
      accepted.push(error.hostKey.fingerprint)
    }
  }
}

export const hostKeyQuestion = ({ host, port, type, fingerprint }: HostKeyError['hostKey']): string =>
  `Unknown host key for ${host.includes(':') ? `[${host}]` : host}:${port} (${type} ${fingerprint}). Trust it? [y/N] `

async function onceWithSession<T>(site: SiteOptions, variables: Variables, output: Output, use: Use<T>): Promise<T> {
  const { settings, profile } = await readPlace(site, variables, output)
  const progress = new ProgressMeter()
  const stop = new StopControl()
  const endSignals = stopOnSignals(stop, output)
  let endProgress = showProgress(progress, stop, output)
  const pause = (): (() => void) => {
    endProgress()
    return () => {
      endProgress = showProgress(progress, stop, output)
    }
  }
  const ssh = {
    hostKeys: openDataDir(variables).hostKeys,
    accept: site.acceptNewHostKey ?? [],
    prompts: sshPrompts(variables, output, pause),
    configFile: site.sshConfig,
  }
  const folders = openRuns(variables)
  const work = await openWorkplace({ ...folders, profile, settings, ssh, progress, stop })
  try {
    return await use({ work, pause })
  } finally {
    endProgress()
    endSignals()
    await work.close()
  }
}

/** The settings that the options name: a connection, or Readur's variables from a file and the environment. */
export async function readPlace(
  site: SiteOptions,
  variables: Variables,
  output: Output,
): Promise<{ settings: SiteSettings; profile: Workplace['profile'] }> {
  const place = await placeOf(site, variables, output)
  for (const file of place.settings.secretFiles ?? []) {
    if (await othersCanRead(file)) output.note(`Warning: ${openFileText(file)} Fix it with: ${closeCommand(file)}`)
  }
  return place
}

async function placeOf(site: SiteOptions, variables: Variables, output: Output): ReturnType<typeof readPlace> {
  if (site.connection !== undefined) {
    if (site.envFile !== undefined || site.ssh !== undefined) {
      throw invalid('--connection', '--connection cannot be combined with --env-file or --ssh.')
    }
    const profile = openProfiles(openDataDir(variables).root).findByName(site.connection)
    const secrets = profile.envFile === null ? await askForSecrets(variables, output) : {}
    return { settings: await settingsOf(profile, (name) => secrets[name] ?? null), profile }
  }
  const server = serverOf(site)
  const file = site.envFile === undefined ? {} : await readSettingsFile(site.envFile, server !== null)
  const folder = site.envFile === undefined || file.UPLOAD_PATH === undefined ? undefined : folderOf(site.envFile)
  const settings = {
    ...readSettings(overlay(variables, file), { ...site, server, folder }),
    settingsFile: site.envFile === undefined ? undefined : resolve(site.envFile),
    secretFiles: secretFilesOf(site.envFile ?? null, file, server),
  }
  const name = site.envFile === undefined ? 'environment' : resolve(site.envFile)
  return { settings, profile: { id: 'environment', name } }
}

/** The server that the options name; null: this computer. Throws SETTING_INVALID. */
export function serverOf({
  ssh,
  sshKey = [],
  sshJump = [],
  sshProxyCommand: proxyCommand,
}: Pick<SiteOptions, 'ssh' | 'sshKey' | 'sshJump' | 'sshProxyCommand'>): ServerSettings | null {
  if (ssh === undefined) {
    if (sshKey.length + sshJump.length > 0 || proxyCommand !== undefined)
      throw invalid('--ssh-key', '--ssh-key, --ssh-jump and --ssh-proxy-command need --ssh.')
    return null
  }
  const server = parseServer(ssh)
  if (server === null) throw invalid('--ssh', `--ssh: “${ssh}” is not of the form [user@]host[:port].`)
  return { ...server, keyFiles: sshKey.map((path) => resolve(path)), jumps: [...sshJump], proxyCommand }
}

const invalid = (subject: string, message: string): MigrateError =>
  new MigrateError('SETTING_INVALID', { message, subject })

const asked = { POSTGRES_PASSWORD: 'Database password: ', S3_SECRET_ACCESS_KEY: 'Secret key for the bucket: ' }

/** Secrets of a connection where no keychain is available: from the environment, else from the person at the terminal. */
async function askForSecrets(variables: Variables, output: Output): Promise<Partial<Record<ProfileSecret, string>>> {
  const secrets: Partial<Record<ProfileSecret, string>> = {}
  for (const name of ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY'] as const) {
    const value = variables[name] ?? (await output.askText?.(asked[name], true))
    if (value) secrets[name] = value
  }
  // Only some checks need it: nobody is asked for it.
  if (variables.READUR_TOKEN) secrets.READUR_TOKEN = variables.READUR_TOKEN
  return secrets
}
