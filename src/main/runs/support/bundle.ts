import { arch, cpus, release, totalmem, type } from 'node:os'
import { resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { zipSync, type Zippable } from 'fflate'
import type { Diagnostic } from '../../../shared/diagnostic.ts'
import { auditFindings } from '../../engine/audit/exportAudit.ts'
import { commandRunner, type Commands } from '../../engine/commands.ts'
import { asMigrateError } from '../../engine/errors.ts'
import type { RunStore } from '../../engine/journal/runStore.ts'
import { stateText } from '../../engine/journal/stateText.ts'
import { describeRun, reportOf } from '../../engine/journal/summary.ts'
import { writeWhole } from '../../engine/wholeFile.ts'
import type { SiteSettings, Variables } from '../../profiles/settings.ts'
import { openContainer } from '../../site.ts'
import { appVersion } from '../../version.ts'
import { checklist } from './checklist.ts'
import { errorLines, journalExcerpt, savedPathsOf } from './runExcerpt.ts'
import { Redactor, secretsOf, shownVariables } from './redact.ts'

/** Of a text; the last part of what is longer. Nobody reads more, and a mail takes no more. */
const longest = 4 * 1024 ** 2

export interface BundleRequest {
  /** As it was typed. */
  command: readonly string[]
  settings: SiteSettings
  variables: Variables
  diagnostics: readonly Diagnostic[]
  /** The run that it is about; null for none. */
  run: RunStore | null
  /** Texts of logs by their names. */
  logs: Readonly<Record<string, string>>
  /** Versions of programs on the server, by name. */
  versions: Readonly<Record<string, string>>
  backupAt: number | null
  now: number
  signal: AbortSignal
}

/** One file of a bundle, before it is written. */
export interface BundleFile {
  name: string
  /** What is in it. */
  about: string
  text: string
}

/**
 * Everything that somebody who helps will ask for. Every text has gone through the redactor, whose secrets are all that
 * settings and environment hold; nothing is written yet. Others get their turn while texts are cleaned. Throws the reason
 * of `signal`.
 */
export async function bundleFiles(request: BundleRequest): Promise<BundleFile[]> {
  const redactor = new Redactor(secretsOf(request.settings, request.variables))
  const { run, logs, signal } = request
  const pause = async (): Promise<void> => {
    await setImmediate()
    signal.throwIfAborted()
  }
  const errors = run && [...errorLines(run)]
  const files: BundleFile[] = [
    { name: 'command.txt', about: 'the command', text: request.command.join(' ') },
    { name: 'versions.json', about: 'versions of program, system and server', text: json(versionsOf(request)) },
    { name: 'settings.json', about: 'the settings, without secrets', text: json(settingsOf(request)) },
    { name: 'checks.json', about: 'what the checks have found', text: json(request.diagnostics) },
    {
      name: 'checklist.md',
      about: 'the checklist of Readur’s guide, filled in',
      text: checklist({
        diagnostics: request.diagnostics,
        logs: Object.keys(logs),
        command: request.command.join(' '),
        errors: errors?.length ?? null,
        backupAt: request.backupAt,
        savedPaths: run ? savedPathsOf(run) : 0,
      }),
    },
  ]
  if (run) {
    files.push(
      { name: 'run/report.json', about: 'the report of the run', text: json(reportOf(run)) },
      {
        name: 'run/details.json',
        about: 'how the run stands, its options and history',
        text: json(describeRun(run, () => false)),
      },
      { name: 'run/errors.json', about: 'its errors in full', text: json(errors) },
      { name: 'run/journal.jsonl', about: 'the end of its journal', text: [...journalExcerpt(run)].join('\n') },
      run.header.kind === 'audit'
        ? { name: 'run/findings.json', about: 'what it has found', text: head(auditFindings(run, 'json')) }
        : { name: 'run/state.json', about: 'its state file', text: head(stateText(run)) },
    )
  }
  for (const [name, text] of Object.entries(logs))
    files.push({ name: `logs/${name}.log`, about: `log of ${name}`, text })
  const cleaned: BundleFile[] = []
  for (const { name, about, text } of files) {
    cleaned.push({ name, about, text: await cleanTail(text, (part) => redactor.clean(part, pause)) })
  }
  return cleaned
}

/** Writes the bundle, readable for its owner alone; whole or not at all. Returns its path. Throws REPORT_UNWRITABLE, DISK_FULL. */
export async function writeBundle(files: readonly BundleFile[], file: string): Promise<string> {
  const path = resolve(file)
  const zipped: Zippable = {}
  for (const { name, text } of files) zipped[name] = new Uint8Array(Buffer.from(text))
  await writeWhole(path, [zipSync(zipped)], 'REPORT_UNWRITABLE')
  return path
}

const linesOfLog = 1000

/** The last lines of a container's log; why there are none is as good to know. */
export async function containerLog(commands: Commands, container: string, signal: AbortSignal): Promise<string> {
  try {
    return await said(commands, await openContainer(commands, container).logCommand(linesOfLog, signal), signal)
  } catch (cause) {
    signal.throwIfAborted()
    return `The log could not be had: ${asMigrateError(cause).message}\n`
  }
}

const asksVersion = [
  ['docker', '--version'],
  ['podman', '--version'],
  ['kubectl', 'version', '--client'],
  ['psql', '--version'],
  ['pg_dump', '--version'],
] as const

/** What a program says of its version, by name; what is not there is left out. */
export async function serverVersions(commands: Commands, signal: AbortSignal): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const argv of asksVersion) {
    try {
      versions[`${argv[0]} on ${commands.label}`] = firstLine(await said(commands, argv, signal))
    } catch {
      signal.throwIfAborted()
    }
  }
  return versions
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200)

/** Both streams of a program: containers write their logs to either. Throws when it failed. */
async function said(commands: Commands, argv: readonly string[], signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await commandRunner(commands)(argv, signal)
  if (code !== 0) throw new Error(`${argv.slice(0, 2).join(' ')} ended with ${code}: ${stderr.trim()}`)
  return stderr === '' ? stdout : `${stdout}\n--- standard error, its end ---\n${stderr}`
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** What is cut off where a secret may be cut in two: more than any secret has. */
const seam = 64 * 1024

/** The last part of a text, cleaned before its beginning is cut off, so that no part of a secret stays behind. */
async function cleanTail(text: string, clean: (text: string) => Promise<string>): Promise<string> {
  if (text.length <= longest) return clean(text)
  return `… the beginning was left out\n${(await clean(text.slice(-longest - seam))).slice(seam)}`
}

function head(pieces: Iterable<string>): string {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length > longest) return `${text.slice(0, longest)}\n… the rest was left out\n`
  }
  return text
}

function versionsOf({ versions, now, run }: BundleRequest): unknown {
  const { node, electron } = process.versions
  return {
    'readur-migrate': appVersion,
    run_made_by: run?.header.appVersion ?? null,
    node,
    electron,
    system: `${type()} ${release()} ${arch()}`,
    processors: cpus().length,
    memory_bytes: totalmem(),
    ...versions,
    written_at: new Date(now).toISOString(),
  }
}

function settingsOf({ settings, variables }: BundleRequest): unknown {
  const { server, database, uploads, s3, readur } = settings
  const url = new URL(database.url)
  return {
    server,
    database: {
      label: database.label,
      user: decodeURIComponent(url.username),
      parameters: [...url.searchParams.keys()],
      timeout_seconds: database.timeoutMs / 1000,
    },
    uploads,
    s3: { endpoint: s3.endpoint ?? null, region: s3.region, bucket: s3.bucket, path_style: s3.forcePathStyle },
    readur: { url: readur.url },
    variables: shownVariables(variables),
  }
}
