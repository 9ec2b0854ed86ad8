import { readSshConfig, type ConfigHost } from './adapters/ssh/sshConfig.ts'
import { errorData } from './engine/errors.ts'
import type { ServerSettings } from '../shared/profile.ts'
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
export async function resolveSshHost(name: string, given: Pick<ServerSettings, 'user' | 'port'>): Promise<SshHostView> {
  const config = await readSshConfig()
  try {
    return viewOf(name, config.resolve(name, given))
  } catch (error) {
    return { alias: name, problem: errorData(error).message }
  }
}

const viewOf = (alias: string, { host, port, user, keys, jumps, proxy }: ConfigHost): SshHostView => ({
  alias,
  problem: null,
  host,
  port,
  user,
  keys: keys.map(({ path }) => path),
  jumps,
  proxyCommand: proxy?.text ?? null,
})
