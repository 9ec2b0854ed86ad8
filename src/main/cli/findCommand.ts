import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { quoted } from '../../shared/shellWord.ts'
import { openDataDir } from '../dataDir.ts'
import { withQuestions, type Boundary } from '../discovery/boundary.ts'
import { describeOrigin, secretSettings, type Discovered, type Note } from '../discovery/discovered.ts'
import { discoverFiles } from '../discovery/files.ts'
import { Secret } from '../discovery/secret.ts'
import type { ServerSearch } from '../discovery/searchServer.ts'
import { toVariables } from '../discovery/variables.ts'
import { MigrateError } from '../engine/errors.ts'
import { StopControl } from '../engine/stop.ts'
import { unwritable } from '../engine/wholeFile.ts'
import { openProfiles } from '../profiles/headless.ts'
import { ownSettings } from '../profiles/ownSettings.ts'
import { idOf } from '../profiles/profile.ts'
import type { Variables } from '../profiles/settings.ts'
import { searchFor } from '../serverSearch.ts'
import { told } from './text.ts'
import { addServerOptions, serverOptionsOf } from './options.ts'
import { stopOnSignals, type Output } from './output.ts'
import { serverOf, withHostKeys } from './session.ts'
import { sshPrompts } from './sshPrompts.ts'

const optionsSchema = z.object({
  save: z.string().optional(),
  write: z.string().optional(),
  number: z.coerce.number().int().min(1).default(1),
  allowFile: z.array(z.string()),
})

/** `connections find`: Readur's settings, as found in files or on a server. */
export function addFindCommand(connections: Command, variables: Variables, output: Output): void {
  const command = connections
    .command('find [files...]')
    .description(
      "find Readur's settings in docker-compose.yml, .env or Kubernetes files, or with --ssh in the containers of a server",
    )
    .option('--save <name>', 'save them as a connection, without the secrets')
    .option('--write <file>', 'write them to a new env file that only you can read, including the secrets')
    .option('--number <n>', 'which one to save, if several were found', '1')
    .option(
      '--allow-file <path>',
      'also read this file, which a Compose file names outside its own folder; repeatable',
      (path: string, earlier: string[]) => [...earlier, path],
      [],
    )
  addServerOptions(command).action(async (files: string[]) => {
    const { save, write, number, allowFile } = optionsSchema.parse(command.opts())
    const server = serverOptionsOf(command)
    const isHere = files.length > 0
    const look = (boundary: Boundary): Promise<Pick<ServerSearch, 'found' | 'notes'>> =>
      isHere
        ? discoverFiles(files, boundary).then((found) => ({ found, notes: [] }))
        : onServer(server, boundary, variables, output)
    const allowed = isHere ? allowFile.map((path) => resolve(path)) : allowFile
    const { found, notes } = await withQuestions(look, allowed, (outside) => mayRead(outside, output))
    output.print(foundText(found, notes))
    const chosen = found[number - 1]
    if (save === undefined && write === undefined) return
    if (!chosen) throw nothingToSave(number, found.length)
    if (write !== undefined) await writeEnvFile(chosen, write, output)
    if (save !== undefined) saveProfile(chosen, save, write, serverOf(server), variables, output)
  })
}

async function onServer(
  options: ReturnType<typeof serverOptionsOf>,
  boundary: Boundary,
  variables: Variables,
  output: Output,
): Promise<Pick<ServerSearch, 'found' | 'notes'>> {
  const stop = new StopControl()
  const endSignals = stopOnSignals(stop, output)
  try {
    return await withHostKeys(options.acceptNewHostKey, output, (accept) =>
      searchFor(
        { server: serverOf(options) },
        {
          hostKeys: openDataDir(variables).hostKeys,
          accept,
          prompts: sshPrompts(variables, output, () => () => undefined),
          configFile: options.sshConfig,
        },
        stop.now,
        boundary,
      ),
    )
  } finally {
    endSignals()
  }
}

/** Asks on a terminal; elsewhere it says how to allow it. */
async function mayRead(outside: readonly string[], output: Output): Promise<boolean> {
  output.note(['The Compose file names files outside its own folder:', ...outside.map((path) => `  ${path}`)])
  if (output.ask) return output.ask('Read them? Only say yes if they belong to this Readur server. [y/N] ')
  output.note(['They were not read. To read them, add:', ...outside.map((path) => `  --allow-file ${quoted(path)}`)])
  return false
}

async function writeEnvFile(found: Discovered, file: string, output: Output): Promise<void> {
  const lines = Object.entries(toVariables(found)).map(([name, value]) => `${name}=${envWord(name, value ?? '')}\n`)
  await writeFile(file, lines.join(''), { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw unwritable(resolve(file), 'SETTING_INVALID', cause)
  })
  output.print(`Wrote ${file}, including the secrets found. Only you can read it.`)
}

/** As Compose, and so this program, reads it back. */
function envWord(name: string, value: string): string {
  if (/^[\w.:/@%+=?&,-]*$/.test(value)) return value
  if (!/\\('|$)|[\r\0]/.test(value)) return `'${value.replaceAll("'", "\\'")}'`
  throw new MigrateError('SETTING_INVALID', {
    message: `${name} cannot be written to an env file: it has a backslash before a quote or at the end, or a character that an env file cannot hold.`,
    subject: name,
  })
}

function saveProfile(
  found: Discovered,
  name: string,
  envFile: string | undefined,
  server: ReturnType<typeof serverOf>,
  variables: Variables,
  output: Output,
): void {
  const own = ownSettings(toVariables(found))
  const profiles = openProfiles(openDataDir(variables).root)
  profiles.save({
    id: idOf(name),
    name,
    server,
    envFile: envFile === undefined ? null : resolve(envFile),
    variables: envFile === undefined ? own.variables : {},
  })
  const secrets = Object.keys(own.secrets)
  const rest =
    envFile !== undefined || secrets.length === 0
      ? ''
      : ` Its secrets (${secrets.join(', ')}) were not saved: set them in the environment, or enter them when asked.`
  const missing = found.missing
    .map(({ setting }) => setting)
    .filter((setting) => !secretSettings.some((it) => it === setting))
  const open = missing.length === 0 ? '' : ` Still missing: ${missing.join(', ')}. Enter these in the window.`
  output.print(`Saved “${name}”.${rest}${open}`)
}

const nothingToSave = (number: number, count: number): MigrateError =>
  new MigrateError('READUR_NOT_FOUND', {
    message:
      count === 0 ? 'No settings were found that could be saved.' : `There is no number ${number}; ${count} found.`,
  })

/** What was found, for a terminal: each value with its source; secrets are named and never shown. */
function foundText(found: readonly Discovered[], notes: readonly Note[]): string[] {
  const parts = found.map((one, at) => textOf(one, found.length > 1 ? `${at + 1}. ` : ''))
  const none = found.length === 0 ? ['No Readur server found.'] : []
  return [none, ...parts, ...notes.map(noteText)].flatMap((part) => (part.length > 0 ? [...part, ''] : [])).slice(0, -1)
}

function textOf({ source, settings, secrets, missing, notes }: Discovered, number: string): string[] {
  const rows = Object.entries({ ...settings, ...secrets }).map(([name, { value, origin, confidence }]) => {
    const shown = value instanceof Secret ? '(found, hidden)' : value
    const doubt = confidence === 'certain' ? '' : ` (${confidence})`
    return `  ${name.padEnd(18)} ${shown}${doubt}   ${describeOrigin(origin)}`
  })
  const questions = missing.flatMap(({ setting, question, reason, suggestions }) => {
    const offered = suggestions.flatMap(({ value }) => (value instanceof Secret ? [] : [value]))
    return [
      `  ${setting.padEnd(18)} ? ${question}`,
      ...(reason === null ? [] : [`                       ${reason}`]),
      ...(offered.length === 0 ? [] : [`                       Suggestions: ${offered.join(', ')}`]),
    ]
  })
  return [`${number}Found in ${source}:`, ...rows, ...questions, ...notes.flatMap(noteText)]
}

const noteText = ({ message, remedy }: Note): string[] =>
  told('  ', `Note: ${message}${remedy === null ? '' : ` ${remedy}`}`)
