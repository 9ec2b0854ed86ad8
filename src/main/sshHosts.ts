import { readSshConfig, type ConfigHost } from './adapters/ssh/sshConfig.ts'
import { errorData } from './engine/errors.ts'
import type { SshHostView } from '../shared/ssh.ts'

/** Every host of ~/.ssh/config with what it stands for. Throws SSH_CONFIG_INVALID. */
export async function sshHosts(): Promise<SshHostView[]> {
  const config = await readSshConfig()
  return config
    .listHosts()
    .map((it) =>
      'host' in it ? viewOf(it.alias, it.host) : { alias: it.alias, problem: errorData(it.problem).message },
    )
}

/** What stands for a name, whether the configuration knows it or not. Throws SSH_CONFIG_INVALID. */
export async function resolveSshHost(name: string): Promise<SshHostView> {
  const config = await readSshConfig()
  try {
    return viewOf(name, config.resolve(name))
  } catch (error) {
    return { alias: name, problem: errorData(error).message }
  }
}

const viewOf = (alias: string, { host, port, user, keys, jumps }: ConfigHost): SshHostView => ({
  alias,
  problem: null,
  host,
  port,
  user,
  keys: keys.map(({ path }) => path),
  jumps,
})
