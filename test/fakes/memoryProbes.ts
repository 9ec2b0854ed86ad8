import type { SiteProbes } from '../../src/main/engine/doctor/checkSite.ts'
import type {
  BlockedSession,
  BucketKeeping,
  BucketProbe,
  ChecksumKind,
  DatabaseCondition,
  DatabaseSession,
  FolderProbe,
  PendingUpload,
} from '../../src/main/engine/doctor/ports.ts'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import { MemoryObjectStore } from './memoryObjectStore.ts'

/** A bucket that can be asked piece by piece, in memory; well unless a test says otherwise. */
export class MemoryBucketProbe extends MemoryObjectStore implements BucketProbe {
  proxy: string | null = null
  /** Of a request. */
  largestBody = Infinity
  readonly region = 'eu-central-1'
  readonly pathStyle: boolean = true
  readonly isAws = false
  readonly address = 's3.example.org:443'
  endpoint: string | null = 'https://s3.example.org'
  nearHosts: readonly string[] = ['127.0.0.1']
  readonly open: PendingUpload[] = []
  readonly aborted: string[] = []
  readonly created: string[] = []

  resolve = (): Promise<string[]> => Promise.resolve(['192.0.2.1'])
  handshake = (): ReturnType<BucketProbe['handshake']> =>
    Promise.resolve({ protocol: 'TLSv1.3', issuer: 'Some Authority', validTo: Date.now() + 90 * 86_400_000 })
  clockOffset = (): Promise<number | null> => Promise.resolve(0)
  takesBody(bytes: number): Promise<boolean> {
    return Promise.resolve(bytes <= this.largestBody)
  }
  tryListing: BucketProbe['tryListing'] = () => Promise.resolve()
  tryEndpoint: BucketProbe['tryEndpoint'] = () =>
    Promise.reject(new MigrateError('S3_UNREACHABLE', { message: 'Nobody.', scope: 'run' }))
  location = (): Promise<string | null> => Promise.resolve(null)
  /** Checksums that are compared; of the others any is taken. */
  compares: ChecksumKind[] = ['md5', 'sha256']
  /** Checksums that it does not want to get. */
  refuses: ChecksumKind[] = []

  kept: BucketKeeping = { versions: false, lock: null, rules: [] }
  keeping = (): Promise<BucketKeeping> => Promise.resolve(this.kept)

  createBucket(region: string): Promise<void> {
    this.created.push(region)
    return Promise.resolve()
  }

  putChecked(
    _key: string,
    { kind, isRight }: { kind: ChecksumKind; isRight: boolean },
  ): Promise<'stored' | 'refused' | 'unsupported'> {
    if (this.refuses.includes(kind)) return Promise.resolve('unsupported')
    return Promise.resolve(isRight || !this.compares.includes(kind) ? 'stored' : 'refused')
  }

  discard(key: string, signal: AbortSignal): Promise<void> {
    return this.remove(key, ownStepPermit(), signal)
  }

  openUploads(prefix: string): Promise<PendingUpload[]> {
    return Promise.resolve(this.open.filter(({ key }) => key.startsWith(prefix)))
  }
}

/** A database in which nobody is in the way, unless a test says otherwise. */
export class MemoryCondition implements DatabaseCondition {
  readonly ended: { pid: number; startedAt: string }[] = []
  state = {
    identity: {
      database: 'readur',
      user: 'readur',
      readOnly: false,
      version: 160_004,
      schema: '20260801000001' as string | null,
    },
    clockOffset: 0,
    connections: { used: 10, most: 100, reserved: 3, byName: ['10 of readur'] },
    blocked: new Array<BlockedSession>(),
    long: new Array<DatabaseSession>(),
    emptyPaths: { count: 0, ids: new Array<string>(), more: false },
    localOnly: { count: 0, paths: new Array<string>() },
    ocrQueue: { pending: 0, processing: 0 },
    lockHolder: null as DatabaseSession | null,
  }

  identity = () => Promise.resolve(this.state.identity)
  clockOffset = () => Promise.resolve(this.state.clockOffset)
  connections = () => Promise.resolve(this.state.connections)
  blocked = () => Promise.resolve(this.state.blocked)
  longTransactions = () => Promise.resolve(this.state.long)
  emptyPaths = () => Promise.resolve(this.state.emptyPaths)
  localOnlyPaths = () => Promise.resolve(this.state.localOnly)
  ocrQueue = () => Promise.resolve(this.state.ocrQueue)
  lockHolder = () => Promise.resolve(this.state.lockHolder)
  endSession(session: { pid: number; startedAt: string }): Promise<'ended' | 'gone'> {
    this.ended.push(session)
    return Promise.resolve('ended')
  }
}

export class MemoryFolderProbe implements FolderProbe {
  readonly label = 'memory'
  readonly root = '/srv/readur/uploads'
  hiddenPart: string | null = null
  account = (): ReturnType<FolderProbe['account']> => Promise.resolve({ uid: 1000, isGuarded: true })
  ownership = (): ReturnType<FolderProbe['ownership']> => Promise.resolve({ mode: 0o600, uid: 0, gid: 0 })
  space = (): ReturnType<FolderProbe['space']> =>
    Promise.resolve({ freeBytes: 5e9, totalBytes: 1e10, freeFiles: 1_000_000 })
}

export interface MemoryProbes extends SiteProbes {
  bucket: MemoryBucketProbe
  condition: MemoryCondition
  folder: MemoryFolderProbe
}

export const memoryProbes = (): MemoryProbes => ({
  bucket: new MemoryBucketProbe(),
  condition: new MemoryCondition(),
  folder: new MemoryFolderProbe(),
})
