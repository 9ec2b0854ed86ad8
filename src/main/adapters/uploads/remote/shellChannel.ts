import { posix } from 'node:path'
import { quoted } from '../../../../shared/shellWord.ts'
import {
  Refusal,
  status,
  type DiskFacts,
  type FileChannel,
  type Place,
  type RemoteEntry,
  type RemoteStats,
} from './channel.ts'
import type { ShellListing } from './shellListing.ts'
import { parseStats, statFormat } from './shellStats.ts'
import type { ShellSession } from './shellSession.ts'

/** Descriptors that every shell can name with one digit, apart from the three that are taken. */
const descriptors = [3, 4, 5, 6, 7, 8, 9]
const piece = 512 * 1024
const block = 4096
/** That of a folder, while something is moved out of it. */
const borrowed = 9
const largeBlock = 64 * 1024

/** What a handle stands for: an open file, a folder by its path, or a listing. */
type Open =
  | { kind: 'file'; descriptor: number; place: string; written: number }
  | { kind: 'folder'; path: string }
  | { kind: 'listing'; path: string; listing: ShellListing | null }

/**
 * The files that a shell sees, by the small programs of every Linux: GNU's or BusyBox's. A file stays open between
 * calls as a descriptor of the shell, so that it can be read on after it was renamed or deleted. A path is taken for a
 * real one: the shell enters its folder, and only where that is the folder it was to be, the name in it is used. What
 * takes the place of the folder from then on is not touched.
 */
export class ShellChannel implements FileChannel {
  readonly pieceSize = piece
  readonly acknowledgesWrites = false
  openFiles = 0
  calls = 0
  readonly #session: ShellSession
  readonly #open = new Map<number, Open>()
  readonly #free = [...descriptors]
  #waiting: { resolve: (descriptor: number) => void; reject: (error: Error) => void }[] = []
  readonly #list: (folder: string) => Promise<ShellListing>
  #lastHandle = 0

  /** `list` begins to list a folder beside the shell. */
  constructor(session: ShellSession, list: (folder: string) => Promise<ShellListing>) {
    this.#session = session
    this.#list = list
    // Nothing is given back any more by a shell that is gone.
    session.onEnd((error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    })
  }

  get isOpen(): boolean {
    return this.#session.isOpen
  }

  get load(): number {
    return this.openFiles * 16 + this.calls
  }

  learnPieceSize(): void {
    // Less than was asked for is the end of the file.
  }

  end(): void {
    this.#session.end('it was closed')
  }

  /** Each call enters it by itself, and is refused where it is not there. */
  enter(real: string): Promise<Place> {
    return Promise.resolve({
      real,
      isSure: true,
      self: real,
      at: (name) => posix.join(real, name),
      isThere: () => Promise.resolve(true),
      leave: () => undefined,
    })
  }

  /** Nothing is held from one call to the next. */
  entered(): null {
    return null
  }

  placeOf(handle: Buffer): string | null {
    const open = this.#opened(handle)
    return open.kind === 'file' ? open.place : open.path
  }

  async lstat(path: string): Promise<RemoteStats> {
    return parseStats(await this.#text(`${into(path)} && stat -c '${statFormat}' ${nameOf(path)}`))
  }

  async stat(path: string): Promise<RemoteStats> {
    return parseStats(await this.#text(`stat -L -c '${statFormat}' ${quoted(path)}`))
  }

  async fstat(handle: Buffer): Promise<RemoteStats> {
    return parseStats(await this.#text(this.#onto(handle, (name) => `stat -L -c '${statFormat}' ${name}`)))
  }

  async realpath(path: string): Promise<string> {
    // The shell is in any folder by now; what begins with none is meant from where it began.
    const real = await this.#text(`cd "$BEGAN_IN" && readlink -f ${quoted(path)}`)
    if (!real.startsWith('/')) throw new Refusal(status.noSuchFile, `${path}: No such file or directory`)
    return withoutNewline(real)
  }

  async readlink(path: string): Promise<string> {
    return withoutNewline(await this.#text(`${into(path)} && readlink ${nameOf(path)}`))
  }

  async open(path: string, flags: 'r' | 'r+' | 'wx', mode = 0o644): Promise<Buffer> {
    const descriptor = await this.#descriptor()
    try {
      const said = await this.#text(openScript(path, flags, mode, descriptor))
      const place = withoutNewline(said)
      if (said !== 'folder') return this.#handle({ kind: 'file', descriptor, place, written: 0 })
    } catch (error) {
      this.#release(descriptor)
      throw error
    }
    this.#release(descriptor)
    return this.#handle({ kind: 'folder', path })
  }

  async openFolder(path: string): Promise<Buffer> {
    const isOpen = '{ [ -r . ] && [ -x . ] || { echo Permission denied; false; }; }'
    await this.#text(`${inside(path)} && ${isOpen}`)
    return this.#handle({ kind: 'listing', path, listing: null })
  }

  async entries(handle: Buffer): Promise<RemoteEntry[]> {
    const open = this.#opened(handle)
    if (open.kind !== 'listing') throw new Refusal(status.failure, 'Not a listing')
    open.listing ??= await this.#list(posix.normalize(open.path))
    const entries = await open.listing.next()
    if (entries === null) throw new Refusal(status.endOfFile, 'End of file')
    return entries
  }

  async close(handle: Buffer): Promise<void> {
    const id = handle.readUInt32BE(0)
    const open = this.#open.get(id)
    this.#open.delete(id)
    if (open?.kind === 'listing') open.listing?.close()
    if (open?.kind !== 'file') return
    await this.#session.run(`exec ${open.descriptor}<&-`).catch(() => undefined)
    this.#release(open.descriptor)
  }

  async read(handle: Buffer, into: Buffer, offset: number, position: number): Promise<number> {
    const name = this.#nameOf(handle)
    const length = into.length - offset
    const size = position % largeBlock === 0 && length % largeBlock === 0 ? largeBlock : block
    const ahead = position % size
    const count = Math.ceil((ahead + length) / size)
    // What the shell and dd say of an error must not be taken for bytes.
    const dd = `{ dd bs=${size} skip=${Math.floor(position / size)} count=${count} <${name}; } 2>/dev/null`
    // Beyond the end of a file that was cut there is nothing, and no error.
    const isCut = `[ "$(stat -L -c %s ${name} 2>/dev/null)" -le ${position} ] 2>/dev/null`
    const { code, output } = await this.#session.run(`${dd} || ${isCut}`)
    if (code !== 0) throw new Refusal(status.failure, 'It could not be read')
    return output.copy(into, offset, ahead, ahead + length)
  }

  async write(handle: Buffer, bytes: Buffer, position: number): Promise<void> {
    const open = this.#opened(handle)
    if (open.kind !== 'file') throw new Refusal(status.failure, 'Not an open file')
    const { descriptor, written } = open
    open.written = position + bytes.length
    const place = position === written ? ':' : placeScript(descriptor, position)
    // BusyBox's base64 reports success whatever became of its output, and a here-document may be cut on a full disk.
    const end = position + bytes.length
    const isThere = `[ "$(stat -L -c %s /proc/self/fd/${descriptor})" -ge ${end} ]`
    await this.#text(
      `${place} && base64 -d >&${descriptor} <<'END'\n${inLines(bytes.toString('base64'))}\nEND\n[ $? = 0 ] && { ${isThere} || { echo No space left on device; false; }; }`,
    )
  }

  async fsync(handle: Buffer): Promise<void> {
    await this.#text(this.#onto(handle, (name) => `sync ${name}`))
  }

  async setAttributes(handle: Buffer, attributes: { uid?: number; gid?: number; mode?: number }): Promise<void> {
    const { uid, gid, mode } = attributes
    if (uid !== undefined && gid !== undefined) {
      await this.#text(this.#onto(handle, (name) => `chown ${uid}:${gid} ${name}`))
    }
    if (mode !== undefined) await this.#text(this.#onto(handle, (name) => `chmod ${octal(mode)} ${name}`))
  }

  async makeFolder(path: string, mode: number): Promise<void> {
    await this.#text(`${into(path)} && mkdir -m ${octal(mode)} ${nameOf(path)}`)
  }

  /** `-n`: a link to a folder that came to lie there meanwhile is not followed. */
  async link(from: string, to: string): Promise<void> {
    await this.#text(between(from, to, (old, name) => `${isVacant(name)} && ln -n ${old} ${name}`))
  }

  async rename(from: string, to: string): Promise<void> {
    const isGone = (old: string): string => `[ ! -e ${old} ]`
    await this.#text(between(from, to, (old, name) => `${isVacant(name)} && mv -n -T ${old} ${name} && ${isGone(old)}`))
  }

  async unlink(path: string): Promise<void> {
    await this.#text(`${into(path)} && rm -f ${nameOf(path)}`)
  }

  async isSame(one: string, other: string): Promise<boolean> {
    const test = between(one, other, (first, second) => `if [ ${first} -ef ${second} ]; then echo same; fi`)
    return (await this.#text(test)) !== ''
  }

  async account(): Promise<number | null> {
    const uid = Number.parseInt(await this.#text('id -u'), 10)
    return Number.isNaN(uid) ? null : uid
  }

  async disk(path: string): Promise<DiskFacts> {
    const said = await this.#text(`stat -f -c '%a %S %b %c %d' ${quoted(path)}`)
    const [free = NaN, unit = NaN, blocks, files, freeFiles] = said.split(' ').map(Number)
    // Whether it is read-only is told by the refusal itself.
    return {
      f_bavail: free,
      f_frsize: unit,
      f_flag: 0,
      f_blocks: blocks,
      f_files: files,
      f_favail: freeFiles,
    }
  }

  /** What a script has said, without the blanks around it. Throws Refusal when it failed. */
  async #text(script: string): Promise<string> {
    const { code, output } = await this.#session.run(script)
    const text = output.toString('utf8')
    if (code !== 0) throw new Refusal(statusOf(text), text.trim() || `It was refused with code ${code}`)
    return text
  }

  #handle(open: Open): Buffer {
    this.#lastHandle += 1
    this.#open.set(this.#lastHandle, open)
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(this.#lastHandle)
    return handle
  }

  #opened(handle: Buffer): Open {
    const open = this.#open.get(handle.readUInt32BE(0))
    if (!open) throw new Refusal(status.failure, 'Not open')
    return open
  }

  /** An open file by the link of the process that looks, which has inherited the descriptor. */
  #nameOf(handle: Buffer): string {
    const open = this.#opened(handle)
    if (open.kind !== 'file') throw new Refusal(status.failure, 'Not an open file')
    return `/proc/self/fd/${open.descriptor}`
  }

  /** What is to be done with what is open, a folder being `.` once the shell is in it. */
  #onto(handle: Buffer, script: (name: string) => string): string {
    const open = this.#opened(handle)
    return open.kind === 'file' ? script(this.#nameOf(handle)) : `${inside(open.path)} && ${script('.')}`
  }

  async #descriptor(): Promise<number> {
    // Of a shell that is gone nothing is to be had.
    if (!this.isOpen) await this.#session.run(':')
    return this.#free.shift() ?? (await new Promise((resolve, reject) => this.#waiting.push({ resolve, reject })))
  }

  #release(descriptor: number): void {
    const next = this.#waiting.shift()
    if (next) next.resolve(descriptor)
    else this.#free.push(descriptor)
  }
}

const octal = (mode: number): string => (mode & 0o7777).toString(8)
const withoutNewline = (text: string): string => text.replace(/\n$/, '')
/** Lines that any shell and any base64 take. */
const inLines = (text: string): string => text.replace(/.{1,76}/g, '$&\n').trimEnd()

const refuse = (said: string): string => `{ echo ${said}; false; }`

/**
 * Enters a real folder, and fails with the words of `stat` where it cannot be entered, or where a link has taken its
 * place or that of one above: `cd -P` sets PWD to where the shell is then.
 */
const inside = (folder: string): string => enterOr(folder, quoted(`${folder}/.`))

/** The folder of a path. `look` is asked for the reason. */
const into = (path: string): string => enterOr(posix.dirname(path), quoted(path))

function enterOr(folder: string, look: string): string {
  const name = quoted(folder)
  return `{ cd -P ${name} 2>/dev/null && [ "$PWD" = ${name} ] || { stat -c '' ${look} && echo No such file or directory; false; }; }`
}

/** The name that a path has in its folder. */
const nameOf = (path: string): string => quoted(`./${posix.basename(path)}`)

/** What is to be done with two paths: the first by a descriptor of its folder, the second from within its own. */
function between(from: string, to: string, script: (old: string, name: string) => string): string {
  const [folder, other] = [posix.dirname(from), posix.dirname(to)]
  if (folder === other) return `${into(from)} && ${script(nameOf(from), nameOf(to))}`
  const old = quoted(`/proc/self/fd/${borrowed}/${posix.basename(from)}`)
  // For the time of this command alone: whatever is open there is put back by the shell.
  return `${into(from)} && { ${into(to)} && ${script(old, nameOf(to))}; } ${borrowed}<.`
}

/**
 * Opens a file and says where that really is, or `folder`. `command` keeps a failed redirection from ending the shell.
 * What is to be written to is made and opened in one step, or was found to be the right file before it is opened so.
 */
function openScript(path: string, flags: 'r' | 'r+' | 'wx', mode: number, descriptor: number): string {
  const name = nameOf(path)
  const own = `/proc/self/fd/${descriptor}`
  const read = `command exec ${descriptor}<${name}`
  if (flags === 'r')
    return `${into(path)} && if [ -d ${name} ]; then printf folder; else ${read} && readlink ${own}; fi`
  // With noclobber a file that is there is refused. A link to what is no file is not.
  const make = `{ umask ${octal(0o777 & ~mode)}; set -C; command exec ${descriptor}>${name}; made=$?; set +C; [ $made = 0 ]; }`
  const find = `{ [ -f ${name} ] || ${refuse('No such file or directory')}; } && ${read}`
  const isThat = `{ [ "$(readlink ${own})" = ${quoted(path)} ] || { exec ${descriptor}<&-; ${refuse('File exists')}; }; }`
  return `${into(path)} && ${flags === 'wx' ? make : find} && ${isThat} && command exec ${descriptor}<>${own} && readlink ${own}`
}

/** Puts the shared position of a descriptor where the next write is to begin: dd moves it, and writes nothing. */
const placeScript = (descriptor: number, position: number): string =>
  `command exec ${descriptor}<>/proc/self/fd/${descriptor} && dd bs=1 seek=${position} count=0 conv=notrunc >&${descriptor} 2>/dev/null`

const isVacant = (name: string): string => `if [ -e ${name} ] || [ -L ${name} ]; then ${refuse('File exists')}; fi`

/** The same as OpenSSH makes of the errors behind these words, which GNU's library and musl put a little differently. */
function statusOf(text: string): number {
  // What comes before may hold a name, and a name may hold anything.
  const words = text.trim().split('\n').at(-1)?.split(': ').at(-1) ?? ''
  if (/name too long/i.test(words)) return status.badMessage
  if (/permission denied|not permitted/i.test(words)) return status.permissionDenied
  if (/no such file|not a directory|nonexistent|levels of symbolic|link loop/i.test(words)) return status.noSuchFile
  return status.failure
}
