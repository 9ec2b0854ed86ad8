import { Duplex, PassThrough, Writable } from 'node:stream'
import { copyable } from '../../../shared/shellWord.ts'
import { MigrateError } from '../../engine/errors.ts'
import { localCommands } from '../commands/localCommands.ts'
import type { Report } from './socket.ts'
import { serverName, type ProxyCommand, type SshHop } from './target.ts'

const firstWord = (words: readonly string[]): string | undefined => words.find((word) => !word.startsWith('-'))

/** Options by which nc and ncat start another program, alone, behind options without a value, or abbreviated. */
const startsProgram = /^-[46CDdFhklNnrStUuvZz]*[ec]|^--(e|sh|lu)/
const leadsOn = (words: readonly string[]): boolean => !words.some((word) => startsProgram.test(word))

/** Options of ssh with a value: a file of options, or one of them. */
const sshOption = /^-[46AaCfGgKkMNnqsTtVvXxYy]*(?<letter>[Fo])(?<value>.*)$/
/** Those that lead to no other program. */
const plainSshOption =
  /^(AddressFamily|BatchMode|CertificateFile|Compression|ConnectTimeout|GlobalKnownHostsFile|HostKeyAlias|IdentitiesOnly|IdentityAgent|IdentityFile|LogLevel|Port|PreferredAuthentications|ProxyJump|PubkeyAuthentication|ServerAliveCountMax|ServerAliveInterval|StrictHostKeyChecking|TCPKeepAlive|User|UserKnownHostsFile)\s*[= ]/i

function leadsOnBySsh(words: readonly string[]): boolean {
  if (!words.some((word) => word.startsWith('-W'))) return false
  return words.every((word, at) => {
    const { letter, value } = sshOption.exec(word)?.groups ?? {}
    if (letter === undefined) return true
    const given = value === '' ? (words[at + 1] ?? '') : (value ?? '')
    return letter === 'F' ? given === 'none' : plainSshOption.test(given)
  })
}

/** Programs that only lead to a server. Everything else is not run, whoever agrees to it. */
const programs: Record<string, (words: readonly string[]) => boolean> = {
  cloudflared: ([first, second]) => first === 'access' && second === 'ssh',
  tailscale: (words) => firstWord(words) === 'nc',
  nc: leadsOn,
  ncat: leadsOn,
  netcat: leadsOn,
  ssh: leadsOnBySsh,
}

/**
 * The value of a ProxyCommand line in words, without any shell. Null for what only a shell understands, and for programs
 * that are not run. `expand` fills the `%` tokens of one word, so that no value can become two of them.
 */
export function parseProxyCommand(
  line: string,
  expand: (word: string) => string,
  { home, windows }: { home: string; windows: boolean },
): ProxyCommand | null {
  const words = wordsOf(line.trim(), windows)
  if (words === null) return null
  const [program, ...rest] = words[0] === 'exec' ? words.slice(1) : words
  if (program === undefined) return null
  const name = (program.split(windows ? /[\\/]/ : '/').at(-1) ?? '').replace(/\.exe$/i, '')
  const filled = rest.map(expand)
  if (!Object.hasOwn(programs, name) || programs[name]?.(filled) !== true) return null
  const argv = [program.replace(/^~(?=\/)/, () => home), ...filled] as const
  return { argv: [argv[0], ...argv.slice(1)], text: argv.map(copyable).join(' ') }
}

/** Signs that a shell would do something with. */
const forShells = /[;&|<>$`()*?{}#!\n]/

function wordsOf(line: string, windows: boolean): string[] | null {
  const words: string[] = []
  const pattern =
    /(?<blank>\s+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\.)*)"|\\(?<escaped>.)|(?<plain>[^\s'"\\]+)/gsy
  let inWord = false
  let at = 0
  const add = (text: string): void => {
    if (inWord) words.push((words.pop() ?? '') + text)
    else words.push(text)
    inWord = true
  }
  for (const { index, 0: all, groups = {} } of line.matchAll(pattern)) {
    if (index !== at) return null
    at += all.length
    const { blank, single, double, escaped, plain } = groups
    if (blank !== undefined) inWord = false
    else if (single !== undefined) add(single)
    else if (double !== undefined) {
      if (/[$`]/.test(double)) return null
      add(windows ? double : double.replace(/\\(["\\])/g, '$1'))
    } else if (escaped !== undefined) add(windows ? all : escaped)
    else if (plain !== undefined && !forShells.test(plain)) add(plain)
    else return null
  }
  return at === line.length && words.length > 0 ? words : null
}

const longestStderr = 300

/**
 * Starts the program of a hop, whose streams are those of the server. Throws SSH_UNREACHABLE where it cannot be started;
 * a stream that it ends early fails with what it said.
 */
export async function proxyStream(
  hop: SshHop,
  { argv, text }: ProxyCommand,
  report: Report,
  signal: AbortSignal,
): Promise<Duplex> {
  report('tcp', 'begun')
  const ending = new AbortController()
  const running = await localCommands.start(argv, AbortSignal.any([signal, ending.signal]))
  // Both end with the program, whose last words say why: what it no longer reads is not an error of its own.
  const readable = running.stdout.pipe(new PassThrough(), { end: false })
  const writable = new Writable({
    write: (chunk, _encoding, written) => {
      running.stdin.write(chunk, (error) => {
        if (!error) written()
      })
    },
    final: (ended) => {
      running.stdin.end(ended)
    },
  })
  const stream = Duplex.from({ readable, writable })
  stream.once('close', () => ending.abort())
  running.ended.then(
    ({ code, stderr }) => {
      if (!ending.signal.aborted) stream.destroy(failure(hop, text, code, stderr))
    },
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  report('tcp', 'done', text)
  return stream
}

function failure(hop: SshHop, text: string, code: number, stderr: string): MigrateError {
  const server = serverName(hop)
  const said = stderr.trim().slice(-longestStderr)
  return new MigrateError('SSH_UNREACHABLE', {
    message: `“${server}” cannot be reached: ${text} ended with code ${code}${said === '' ? '' : ` (${said})`}.`,
    subject: server,
    retryable: true,
  })
}
