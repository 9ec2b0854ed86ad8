/** Reasons of a refusal, by their numbers in SFTP version 3. `failure` is a disk that is full and much else. */
export const status = {
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const

/** What the far side answered to a request that it did not carry out. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refusal'
    this.status = status
  }
}

export const refused = (error: unknown, ...codes: number[]): boolean =>
  error instanceof Refusal && (codes.length === 0 || codes.includes(error.status))

export interface RemoteStats {
  /** With the bits of its kind, as stat(2) has it. */
  mode: number
  /** Bytes. */
  size: number
  /** Seconds since 1970. */
  mtime: number
  uid: number
  gid: number
  isFile(): boolean
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
  isSymbolicLink(): boolean
}

/** As far as SFTP tells, which shows no inode. */
export const looksSame = (one: RemoteStats | null, other: RemoteStats | null | undefined): boolean =>
  (['size', 'mtime', 'mode', 'uid', 'gid'] as const).every((field) => one?.[field] === other?.[field])

export interface RemoteEntry {
  filename: string
  /** As `ls -l` shows it, where the far side tells: `-rw-r--r--    2 root …`. */
  longname: string
  attrs: RemoteStats
}

/** Of the disk that a folder lies on. */
export interface DiskFacts {
  f_bavail: number
  f_frsize: number
  f_flag: number
  /** All of it, and how many files there may be and may still come. Not everywhere told. */
  f_blocks?: number | undefined
  f_files?: number | undefined
  f_favail?: number | undefined
}

/**
 * A real folder over there that calls on its channel can work in. `isSure`: a name in it is one of this very folder,
 * whatever takes the place of its path; else it is only the path, and where it leads has to be looked at again.
 */
export interface Place {
  readonly real: string
  readonly isSure: boolean
  /** A path of the folder itself. */
  readonly self: string
  at(name: string): string
  /** Its path still leads to it. */
  isThere(): Promise<boolean>
  /** It is not needed any more. */
  leave(): void
}

/**
 * Calls on the files of another machine, by absolute paths. Each is answered, refused with Refusal, or fails with an
 * error that `isLoss` knows when the connection goes or stays silent for too long. Calls may be made side by side.
 */
export interface FileChannel {
  /** Files that are open here. */
  openFiles: number
  /** Calls that have chosen this channel, each of one request or several. */
  calls: number
  /** Bytes to ask for at a time. */
  readonly pieceSize: number
  readonly isOpen: boolean
  /** Each write was acknowledged by the far side itself; else what was written is read again before it counts. */
  readonly acknowledgesWrites: boolean
  /** How busy it is; an open file counts for the reads that it stands for. */
  readonly load: number
  /** The far side answers less than was asked for in one go. */
  learnPieceSize(bytes: number): void
  end(): void

  /** The folder at a real path. Refused with noSuchFile, by the first use at the latest, where a link is there or on the way. */
  enter(real: string): Promise<Place>
  /** A folder that is still open from before: where its path leads by now is not known. */
  entered(real: string): Place | null
  /** Where a file really lay when it was opened; null where the far side does not tell. */
  placeOf(handle: Buffer): string | null

  lstat(path: string): Promise<RemoteStats>
  stat(path: string): Promise<RemoteStats>
  fstat(handle: Buffer): Promise<RemoteStats>
  realpath(path: string): Promise<string>
  readlink(path: string): Promise<string>
  /** `wx`: a new file, refused where anything lies. Waits on pipes: look first. */
  open(path: string, flags: 'r' | 'r+' | 'wx', mode?: number): Promise<Buffer>
  openFolder(path: string): Promise<Buffer>
  /** The next entries of a folder; refused with endOfFile after the last. */
  entries(handle: Buffer): Promise<RemoteEntry[]>
  /** Never fails: what is closed badly is closed nevertheless. */
  close(handle: Buffer): Promise<void>
  /** Bytes that were read; 0 at the end of the file. */
  read(handle: Buffer, into: Buffer, offset: number, position: number): Promise<number>
  write(handle: Buffer, bytes: Buffer, position: number): Promise<void>
  fsync(handle: Buffer): Promise<void>
  setAttributes(handle: Buffer, attributes: { uid?: number; gid?: number; mode?: number }): Promise<void>
  makeFolder(path: string, mode: number): Promise<void>
  /** Refused where anything lies at `to`. */
  link(from: string, to: string): Promise<void>
  /** Never overwrites. */
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Whether two names, neither of them a link, are of one file; absent where the far side cannot tell. */
  isSame?(one: string, other: string): Promise<boolean>
  disk(path: string): Promise<DiskFacts>
  /** Our number over there; null where the far side does not tell. */
  account(): Promise<number | null>
}

/** What channels are opened on: one connection, as long as it lasts. */
export interface ChannelHost {
  openChannel(stallMs: number): Promise<FileChannel>
}

export interface ChannelSource {
  /** Fires when nobody needs it any more, with the error that waiting calls then get. */
  readonly closing: AbortSignal
  /** The live one; another object once it was lost. Waits for it, and throws what stands in the way. */
  host(signal: AbortSignal): Promise<ChannelHost>
}
