import { posix } from 'node:path'
import { Refusal, status, type RemoteEntry, type RemoteStats } from './channel.ts'

/** For `stat -c`, GNU's and BusyBox's: mode in hexadecimal, size, second of the last change, owner, group. */
export const statFormat = '%f %s %Y %u %g'

const kinds = { pipe: 0o010000, folder: 0o040000, file: 0o100000, link: 0o120000, socket: 0o140000 }
const kindBits = 0o170000

/** Throws Refusal when it is anything else than `statFormat` makes. */
export function parseStats(text: string): RemoteStats {
  const found = /^([0-9a-f]+) (\d+) (-?\d+) (\d+) (\d+)\s*$/.exec(text)
  if (!found) throw new Refusal(status.failure, `Not understood: ${text.slice(0, 200).trim()}`)
  const [, mode = '', size, mtime, uid, gid] = found
  return new Stats(parseInt(mode, 16), Number(size), Number(mtime), Number(uid), Number(gid))
}

/** Lines of `WORD`, `statFormat`, the number of names and the path; a name may hold line breaks, but not the word. */
export function parseEntries(text: string, word: string): RemoteEntry[] {
  const parts = text.split(new RegExp(`(?:^|\\n)${word} `)).slice(1)
  return parts.map((part, at) => {
    const found = /^(\S+ \S+ \S+ \S+ \S+) (\d+) ([\s\S]+)$/.exec(part)
    if (!found) throw new Refusal(status.failure, `Not understood: ${part.slice(0, 200)}`)
    const [, stats = '', names = '', path = ''] = found
    const attrs = parseStats(stats)
    const whole = at === parts.length - 1 ? path.replace(/\n$/, '') : path
    return { filename: posix.basename(whole), longname: `${letter(attrs)}rwxrwxrwx ${names} `, attrs }
  })
}

const letter = (stats: RemoteStats): string => (stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-')

class Stats implements RemoteStats {
  readonly mode: number
  readonly size: number
  readonly mtime: number
  readonly uid: number
  readonly gid: number

  constructor(mode: number, size: number, mtime: number, uid: number, gid: number) {
    this.mode = mode
    this.size = size
    this.mtime = mtime
    this.uid = uid
    this.gid = gid
  }

  isFile = (): boolean => this.#is('file')
  isDirectory = (): boolean => this.#is('folder')
  isFIFO = (): boolean => this.#is('pipe')
  isSocket = (): boolean => this.#is('socket')
  isSymbolicLink = (): boolean => this.#is('link')

  #is(kind: keyof typeof kinds): boolean {
    return (this.mode & kindBits) === kinds[kind]
  }
}
