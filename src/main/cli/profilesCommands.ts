import { z } from 'zod'
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openDataDir } from '../dataDir.ts'
import { openProfiles } from '../profiles/headless.ts'
import { MigrateError } from '../engine/errors.ts'
import { noSecrets, parseServer, serverText, settingsOf } from '../profiles/connection.ts'
import type { Profile } from '../profiles/profile.ts'
import type { ProfileStore } from '../profiles/profileStore.ts'
import type { Variables } from '../profiles/settings.ts'
import { addFindCommand } from './findCommand.ts'
import type { Output } from './output.ts'

/** `profiles add`, `profiles list`, `profiles remove`: what the window offers to migrate. */
export function addProfilesCommands(program: Command, variables: Variables, output: Output): void {
  const store = (): ProfileStore => openProfiles(openDataDir(variables).root)
  const profiles = program.command('profiles').description('the profiles that the window shows')

  const added = profiles
    .command('add <name> <env-file>')
    .description("add or replace a profile; its settings stay in the file with Readur's variables")
    .option('--ssh <[user@]host[:port]>', 'database and uploads lie on this server')
    .option('--ssh-proxy-command <command>', 'allow this ProxyCommand of ~/.ssh/config to run, word for word')
  added.action(async (name: string, envFile: string) => {
    const known = store()
      .all()
      .find((it) => it.name === name)
    const profile: Profile = {
      id: known?.id ?? idOf(name),
      name,
      server: serverOf(added.opts()),
      envFile: resolve(envFile),
      variables: {},
    }
    await settingsOf(profile, noSecrets)
    store().save(profile)
    output.print(`Added “${name}”.`)
  })

  addFindCommand(profiles, variables, output)

  profiles
    .command('list')
    .description('all profiles')
    .action(() => {
      const all = store().all()
      const lines = all.map(
        ({ name, envFile, server }) =>
          `${name}  ${envFile ?? 'own settings'}${server ? `  on ${serverText(server)}` : ''}`,
      )
      output.print(lines.length > 0 ? lines : 'There are no profiles yet.')
    })

  profiles
    .command('remove <name>')
    .description('forget a profile; its file and its runs stay')
    .action((name: string) => {
      store().remove(store().findByName(name).id)
      output.print(`Removed “${name}”.`)
    })
}

const serverOptions = z.object({ ssh: z.string().optional(), sshProxyCommand: z.string().optional() })

function serverOf(options: unknown): Profile['server'] {
  const { ssh, sshProxyCommand: proxyCommand } = serverOptions.parse(options)
  if (ssh === undefined) return null
  const server = parseServer(ssh)
  if (server) return { ...server, keyFiles: [], jumps: [], ...(proxyCommand !== undefined && { proxyCommand }) }
  const message = `--ssh: “${ssh}” is not of the form [user@]host[:port].`
  throw new MigrateError('SETTING_INVALID', { message, scope: 'run' })
}

/** Any name makes an id, whatever it is written in. */
export const idOf = (name: string): string =>
  createHash('sha256').update(name.trim().toLowerCase()).digest('hex').slice(0, 16)
