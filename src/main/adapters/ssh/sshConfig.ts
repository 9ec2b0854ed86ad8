import { existsSync } from 'node:fs'
import { homedir, hostname, platform, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import SSHConfig, { LineType, type Directive, type Line } from 'ssh-config'
import { z } from 'zod'
import { ownEnvironment } from '../environment.ts'
import { MigrateError } from '../../engine/errors.ts'
import { configError, isMatch, readConfigFile, valuesOf, type ConfigEntry } from './configFiles.ts'
import { matchesPatternList } from './patterns.ts'
import { parseProxyCommand } from './proxyCommand.ts'
import type { ProxyCommand, SshHop, SshKeyFile, SshTarget } from './target.ts'

/** What ~/.ssh/config says about one host, resolved. */
export interface ConfigHost {
  alias: string
  host: string
  port: number
  user: string
  keys: SshKeyFile[]
  identitiesOnly: boolean
  agent: string | null
  hostKeyAlias: string | undefined
  knownHosts: string[]
  revoked: string | null
  /** Jump hosts before it, each `[user@]host[:port]`, in the order in which they are reached. */
  jumps: string[]
  /** HostKeyAlgorithms names ssh-rsa. */
  allowsSshRsa: boolean
  /** The program that leads there, where no jump host does. */
  proxy: ProxyCommand | null
}

/** A host to choose: resolved, or why it can't be used. */
type HostChoice = { alias: string; host: ConfigHost } | { alias: string; problem: MigrateError }

interface ConfigSurroundings {
  home: string
  user: string
  variables: Readonly<Record<string, string | undefined>>
  /** The machine-wide file, read after the user's. */
  systemFile: string
  system: NodeJS.Platform
}

const ownSurroundings = (): ConfigSurroundings => ({
  home: homedir(),
  user: userInfo().username,
  variables: ownEnvironment,
  systemFile: '/etc/ssh/ssh_config',
  system: platform(),
})

/** Keys that OpenSSH tries when none is named, as far as they can be read here. */
const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/** OpenSSH's own agent and 1Password's both listen there. */
const windowsAgent = '\\\\.\\pipe\\openssh-ssh-agent'

/** Most jump hosts in a row. */
const longestChain = 8

/** Reads the user's configuration and the machine's. Throws SSH_CONFIG_INVALID when a file cannot be read. */
export async function readSshConfig(
  file?: string,
  surroundings: ConfigSurroundings = ownSurroundings(),
): Promise<SshConfig> {
  const { home, systemFile } = surroundings
  const folder = join(home, '.ssh')
  const path = file ?? join(folder, 'config')
  const own = await readConfigFile({ file: path, folder, home })
  const system = await readConfigFile({ file: systemFile, folder: '/etc/ssh', home })
  return new SshConfig(path, [...own, ...system], surroundings)
}

const text = z.string().optional()
const several = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()))

/** What of the computed lines we use; all names are lowercase. */
const computedSchema = z.object({
  hostname: text,
  port: text,
  user: text,
  identityfile: several,
  identitiesonly: text,
  identityagent: text,
  hostkeyalias: text,
  hostkeyalgorithms: text,
  userknownhostsfile: several,
  globalknownhostsfile: several,
  revokedhostkeys: text,
  proxyjump: text,
  proxycommand: text,
})

/** What a person has said of a host. Null or empty: as the files have it. */
interface GivenHost {
  user?: string | null
  port?: number | null
  keyFiles?: readonly string[]
  /** Each `[user@]host[:port]`. */
  jumps?: readonly string[]
  /** The command that may be run to get there, exactly as `ConfigHost.proxy` has it. */
  proxyCommand?: string | undefined
  allowsSshRsa?: boolean | undefined
}

interface Spec {
  alias: string
  jumps?: readonly string[] | undefined
  user?: string | undefined
  port?: number | undefined
}

export class SshConfig {
  readonly #path: string
  readonly #entries: readonly ConfigEntry[]
  readonly #surroundings: ConfigSurroundings

  constructor(path: string, entries: readonly ConfigEntry[], surroundings: ConfigSurroundings) {
    this.#path = path
    this.#entries = entries
    this.#surroundings = surroundings
  }

  /** Every host that has a name of its own, and what it stands for. */
  listHosts(): HostChoice[] {
    const names = this.#entries
      .flatMap(({ sections }) => sections.slice(-1))
      .filter((section) => !isMatch(section))
      .flatMap((section) => valuesOf(section.value))
      .filter((name) => !/[*?!]/.test(name))
    return [...new Set(names)].map((alias) => {
      try {
        const host = this.resolve(alias)
        this.#chain({ alias }, [])
        return { alias, host }
      } catch (problem) {
        if (problem instanceof MigrateError) return { alias, problem }
        throw problem
      }
    })
  }

  /** What stands for an alias, or for a host name that the files say nothing of. Throws SSH_CONFIG_INVALID, SSH_PROXY_COMMAND. */
  resolve(alias: string, { user, port }: Pick<GivenHost, 'user' | 'port'> = {}): ConfigHost {
    return this.#resolve({ alias, user: user ?? undefined, port: port ?? undefined })
  }

  /**
   * The way to an alias through its jump hosts. Each hop verifies host keys against the user's files and `store`. What is
   * `given` comes before what the files say.
   */
  target(alias: string, hostKeys: { store: string; accept: readonly string[] }, given: GivenHost = {}): SshTarget {
    const spec = { alias, user: given.user ?? undefined, port: given.port ?? undefined, jumps: given.jumps }
    const hosts = this.#chain(spec, [])
    const proxy = hosts[0]?.proxy ?? null
    if (proxy !== null && proxy.text !== given.proxyCommand) {
      throw proxyError(alias, `“${alias}” is reached through a program, and nobody has allowed it yet: ${proxy.text}`)
    }
    const last = hosts.at(-1)
    if (last && given.keyFiles && given.keyFiles.length > 0) last.keys = given.keyFiles.map((path) => ({ path }))
    if (last && given.allowsSshRsa === true) last.allowsSshRsa = true
    const [first, ...more] = hosts.map((host, at) => ({
      ...hopOf(host, hostKeys),
      ...(at === 0 && proxy !== null && { proxy }),
    }))
    if (first === undefined) throw configError(this.#path, `“${alias}” leads nowhere.`)
    return { hops: [first, ...more] }
  }

  /** All hops to a host, itself last. A jump host has a way of its own only where it is the first. */
  #chain(spec: Spec, before: readonly string[]): ConfigHost[] {
    if (before.includes(spec.alias)) {
      throw configError(this.#path, `ProxyJump leads in a circle: ${[...before, spec.alias].join(' → ')}.`)
    }
    if (before.length >= longestChain) throw configError(this.#path, 'ProxyJump names too many jump hosts in a row.')
    const host = this.#resolve(spec)
    if (spec.jumps && spec.jumps.length > 0) host.jumps = [...spec.jumps]
    const [first, ...rest] = host.jumps.map((jump) => this.#parseJump(jump))
    if (first === undefined) return [host]
    return [...this.#chain(first, [...before, spec.alias]), ...rest.map((jump) => this.#resolve(jump)), host]
  }

  #parseJump(jump: string): Spec {
    const found = /^(?:ssh:\/\/)?(?:(?<user>[^@]+)@)?(?:\[(?<ip>[^\]]+)\]|(?<name>[^:/]+))(?::(?<port>\d+))?\/?$/.exec(
      jump,
    )
    const { user, ip, name, port } = found?.groups ?? {}
    const alias = ip ?? name
    if (alias === undefined) throw configError(this.#path, `“${jump}” isn’t a valid jump host.`)
    return { alias, user, port: port === undefined ? undefined : this.#port(port, jump) }
  }

  #resolve({ alias, user: wantedUser, port: wantedPort, jumps: wantedJumps = [] }: Spec): ConfigHost {
    const { home, user: localUser } = this.#surroundings
    const lines = this.#compute(alias, wantedUser)
    const host = (lines.hostname ?? alias).replaceAll('%%', '\0').replaceAll('%h', alias).replaceAll('\0', '%')
    const user = wantedUser ?? lines.user ?? localUser
    const port = wantedPort ?? (lines.port === undefined ? 22 : this.#port(lines.port, alias))
    const expand = (value: string): string => this.#expand(value, { h: host, n: alias, p: String(port), r: user })
    const file = (value: string): string => {
      const path = expand(value)
      const inHome = path.startsWith('~/') ? join(home, path.slice(2)) : path
      return isAbsolute(inHome) ? inHome : resolve(home, inHome)
    }
    const named = [...new Set(lines.identityfile)].filter((it) => it !== 'none').map((it) => ({ path: file(it) }))
    const defaults = defaultKeys.map((name) => ({ path: join(home, '.ssh', name), isDefault: true }))
    const userFiles =
      lines.userknownhostsfile.length > 0 ? lines.userknownhostsfile : ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']
    const globalFiles =
      lines.globalknownhostsfile.length > 0
        ? lines.globalknownhostsfile
        : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
    const proxyLine =
      lines.way === 'proxycommand' && wantedJumps.length === 0 && lines.proxycommand?.toLowerCase() !== 'none'
        ? lines.proxycommand
        : undefined
    return {
      alias,
      host,
      port,
      user,
      keys: lines.identityfile.length > 0 ? named : defaults.filter(({ path }) => existsSync(path)),
      identitiesOnly: lines.identitiesonly?.toLowerCase() === 'yes',
      agent: this.#agent(lines.identityagent, file),
      hostKeyAlias: lines.hostkeyalias,
      allowsSshRsa: /^[+^]?([^-,][^,]*,)*ssh-rsa(,|$)/.test(lines.hostkeyalgorithms ?? ''),
      knownHosts: [...userFiles, ...globalFiles].filter((it) => it !== 'none').map(file),
      revoked: [lines.revokedhostkeys ?? 'none'].filter((it) => it !== 'none').map(file)[0] ?? null,
      jumps: (lines.proxyjump ?? 'none')
        .split(',')
        .map((it) => expand(it.trim()))
        .filter((it) => !/^(none)?$/i.test(it)),
      proxy:
        proxyLine === undefined ? null : this.#proxy(proxyLine, alias, { h: host, n: alias, p: String(port), r: user }),
    }
  }

  /** Throws SSH_PROXY_COMMAND for what is not run. */
  #proxy(line: string, alias: string, own: Record<'h' | 'n' | 'p' | 'r', string>): ProxyCommand {
    const { home, user, system } = this.#surroundings
    // As an argument of its own such a name would be an option.
    const isOption = [own.h, own.n, own.r].some((value) => value.startsWith('-'))
    const tokens: Record<string, string> = { ...own, d: home, u: user, '%': '%' }
    const expand = (word: string): string => word.replace(/%(.)/g, (token, name: string) => tokens[name] ?? token)
    const command = isOption ? null : parseProxyCommand(line, expand, { home, windows: system === 'win32' })
    if (command) return command
    const allowed = 'cloudflared access ssh, tailscale nc, nc and ssh -W are run, without a shell'
    throw proxyError(alias, `“${alias}” is reached with ProxyCommand ${line}, which is not run: only ${allowed}.`)
  }

  #agent(named: string | undefined, file: (value: string) => string): string | null {
    const { variables, system } = this.#surroundings
    const isWindows = system === 'win32'
    // Set and empty, as shells leave it behind, names none.
    const variable = (name: string): string | null => (variables[name] === '' ? null : (variables[name] ?? null))
    if (named === undefined) return variable('SSH_AUTH_SOCK') ?? (isWindows ? windowsAgent : null)
    if (named === 'SSH_AUTH_SOCK') return variable('SSH_AUTH_SOCK')
    if (named.toLowerCase() === 'none') return null
    if (/^\$\w+$/.test(named)) return variable(named.slice(1))
    return file(named)
  }

  #port(value: string, subject: string): number {
    const port = Number(value)
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port
    throw configError(this.#path, `“${value}” isn’t a port (${subject}).`)
  }

  /** `%` tokens and `${VARIABLE}`. */
  #expand(value: string, own: Record<string, string>): string {
    const { home, user, variables } = this.#surroundings
    const [short = ''] = hostname().split('.')
    const tokens: Record<string, string> = { ...own, d: home, u: user, l: hostname(), L: short, '%': '%' }
    return value
      .replace(/%(.)/g, (token: string, name: string) => tokens[name] ?? token)
      .replace(/\$\{(\w+)\}/g, (_all, name: string) => variables[name] ?? '')
  }

  /** The first value that holds for the alias, of each line. Never runs a program, whatever the files say. */
  #compute(alias: string, user: string | undefined) {
    const config = new SSHConfig()
    for (const { param, value, sections } of this.#entries) {
      // It would make ssh-config run nslookup.
      if (param === 'section' || /^canonical/i.test(param)) continue
      const hosts = sections.filter((section) => !isMatch(section))
      if (!hosts.every((section) => matchesPatternList(valuesOf(section.value), alias))) continue
      const line: Directive = {
        type: LineType.DIRECTIVE,
        param: spelled(param),
        separator: ' ',
        value,
        before: '',
        after: '',
      }
      const matches = sections.filter(isMatch)
      const [match] = matches
      // A Match within a Match is beyond what ssh-config can weigh: better nothing than what does not hold.
      if (matches.length > 1) continue
      config.push(match ? { ...match, config: configOf(line) } : line)
    }
    const options = { matchExec: false, ignoreCase: true }
    const computed = config.compute({ Host: alias, ...(user !== undefined && { User: user }) }, options)
    // The first of the two counts.
    const way = Object.keys(computed).find((name) => name === 'proxycommand' || name === 'proxyjump')
    return { ...computedSchema.parse(computed), way }
  }
}

const proxyError = (subject: string, message: string): MigrateError =>
  new MigrateError('SSH_PROXY_COMMAND', { message, subject })

/** ssh-config knows these two by exactly this spelling. */
const spelled = (param: string): string =>
  /^hostname$/i.test(param) ? 'HostName' : /^user$/i.test(param) ? 'User' : param

function configOf(line: Line): SSHConfig {
  const config = new SSHConfig()
  config.push(line)
  return config
}

function hopOf(host: ConfigHost, hostKeys: { store: string; accept: readonly string[] }): SshHop {
  const { host: name, port, user, keys, agent, identitiesOnly, knownHosts, revoked, hostKeyAlias, allowsSshRsa } = host
  return {
    host: name,
    port,
    user,
    ...(allowsSshRsa && { allowsSshRsa }),
    auth: { keys, agent, identitiesOnly },
    hostKeys: { ...hostKeys, knownHosts, revoked, alias: hostKeyAlias },
  }
}
