import { z } from 'zod'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openDataDir } from '../dataDir.ts'
import { openProfiles } from '../profiles/headless.ts'
import { noSecrets, serverText, settingsOf } from '../profiles/connection.ts'
import { idOf, type Profile } from '../profiles/profile.ts'
import type { ProfileStore } from '../profiles/profileStore.ts'
import type { Variables } from '../profiles/settings.ts'
import { addFindCommand } from './findCommand.ts'
import type { Output } from './output.ts'
import { serverOf } from './session.ts'

/** `connections add`, `list`, `remove` and `find`: the connections that the window shows. `profiles` is their former name. */
export function addConnectionsCommands(program: Command, variables: Variables, output: Output): void {
  for (const [name, hidden] of [
    ['connections', false],
    ['profiles', true],
  ] as const) {
    addSubcommands(
      program.command(name, { hidden }).description('the connections shown in the window'),
      variables,
      output,
    )
  }
}

function addSubcommands(connections: Command, variables: Variables, output: Output): void {
  const store = (): ProfileStore => openProfiles(openDataDir(variables).root)

  const added = connections
    .command('add <name> <env-file>')
    .description('add or replace a connection; its settings stay in the env file')
    .option('--ssh <[user@]host[:port]>', 'database and uploads are on this server')
    .option('--ssh-proxy-command <command>', 'allow exactly this ProxyCommand from ~/.ssh/config to run')
  added.action(async (name: string, envFile: string) => {
    const known = store()
      .all()
      .find((it) => it.name === name)
    const profile: Profile = {
      id: known?.id ?? idOf(name),
      name,
      server: serverOf(serverOptions.parse(added.opts())),
      envFile: resolve(envFile),
      variables: {},
    }
    await settingsOf(profile, noSecrets)
    store().save(profile)
    output.print(`Added “${name}”.`)
  })

  addFindCommand(connections, variables, output)

  connections
    .command('list')
    .description('list all connections')
    .action(() => {
      const all = store().all()
      const lines = all.map(
        ({ name, envFile, server }) =>
          `${name}  ${envFile ?? 'no env file'}${server ? `  on ${serverText(server)}` : ''}`,
      )
      output.print(lines.length > 0 ? lines : 'There are no connections yet.')
    })

  connections
    .command('remove <name>')
    .description('remove a connection; its env file and its runs are kept')
    .action((name: string) => {
      store().remove(store().findByName(name).id)
      output.print(`Removed “${name}”.`)
    })
}

const serverOptions = z.object({ ssh: z.string().optional(), sshProxyCommand: z.string().optional() })
