import { tmpdir } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { checkConnection, type CheckupRequest } from '../../../src/main/runs/checks/checkConnection.ts'
import { Doctor } from '../../../src/main/runs/checks/doctor.ts'
import { type SshAccess, type SshProgress, type WayToServer } from '../../../src/main/site.ts'
import type { SiteSettings } from '../../../src/main/profiles/settings.ts'
import type { ErrorCode } from '../../../src/shared/errors.ts'
import type { CheckupSnapshot, Diagnostic } from '../../../src/shared/diagnostic.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { memoryProbes } from '../../fakes/memoryProbes.ts'
import { ReadurStateStore } from '../../../src/main/runs/readur/readurStateStore.ts'
import { localCommands } from '../../../src/main/adapters/commands/localCommands.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'
import { noPrompts } from '../../fakes/noPrompts.ts'

const settings: SiteSettings = {
  server: null,
  database: { url: 'postgres://x', label: 'db:5432/readur', timeoutMs: 1000 },
  uploads: { container: null, root: '/up', prefixes: [], maps: [], mounts: [] },
  s3: { bucket: 'test', region: 'r', forcePathStyle: true, accessKeyId: 'k', secretAccessKey: 's' },
  readur: { url: null, token: null, storage: null, usesAmazon: true, unsure: [], version: null, remarks: [] },
}
const ssh: SshAccess = { hostKeys: '/none', accept: [], prompts: noPrompts }
type OpenForDoctor = NonNullable<CheckupRequest['open']>
const connection = { depth: 'connection' } as const
const never = new Promise<never>(() => undefined)
const failure = (code: ErrorCode, message = 'as planted') => new MigrateError(code, { message, scope: 'run' })

/** How the far side behaves: what it tells of its hops, and how it ends. */
type Connect = (tell: (progress: SshProgress) => void, access: SshAccess, signal: AbortSignal) => Promise<void>

function site(changes: { hops?: WayToServer['hops']; connect?: Connect } = {}) {
  const database = new MemoryDatabase({ version: 'PostgreSQL 16.4 on x86_64', label: 'db:5432/readur' })
  const [uploads, objects] = [new MemoryUploads(), new MemoryObjectStore()]
  const probes = memoryProbes()
  const closed = vi.fn(() => Promise.resolve())
  const open: OpenForDoctor = (_settings, access) =>
    Promise.resolve({
      site: { database, uploads, objects, prefixes: [] },
      probes,
      readur: null,
      commands: localCommands,
      way: changes.hops
        ? {
            hops: changes.hops,
            connect: (signal) =>
              changes.connect?.((it) => access.onProgress?.(it), access, signal) ?? Promise.resolve(),
          }
        : null,
      close: closed,
    })
  return { database, uploads, bucket: probes.bucket, closed, open }
}

const isFailed = ({ severity }: Diagnostic) => severity === 'blocking'
const stateOf = (it: Diagnostic) => (isFailed(it) ? 'failed' : it.state)
const states = (all: readonly Diagnostic[]) => all.map((it) => `${it.code}: ${stateOf(it)}`)

async function run(request: Partial<CheckupRequest> & { open: OpenForDoctor }) {
  const seen: Diagnostic[][] = []
  const result = await checkConnection({
    settings,
    ssh,
    dataFolder: tmpdir(),
    options: { depth: 'connection' },
    signal: new AbortController().signal,
    onChange: (it) => void seen.push(it),
    ...request,
  })
  return { ...result, seen, failed: result.diagnostics.find(isFailed) }
}

const bastion = { name: 'ada@bastion', host: 'bastion' }
const nas = { name: 'ada@10.0.0.2', host: '10.0.0.2' }
const hop = (at: number, step: SshProgress['step'], state: SshProgress['state'], detail?: string): SshProgress => ({
  hop: at,
  server: '',
  step,
  state,
  ...(detail !== undefined && { detail }),
})
const logIn = (tell: (it: SshProgress) => void, at: number, way: SshProgress['step'][]): void => {
  for (const step of [...way, 'host key', 'login'] as const) {
    tell(hop(at, step, 'begun'))
    tell(hop(at, step, 'done', step === 'host key' ? 'SHA256:abc' : undefined))
  }
}

afterEach(() => vi.useRealTimers())

describe('a test of a connection', () => {
  it('names all diagnostics before anything is reached, then does each, and changes nothing', async () => {
    const { open, closed, bucket } = site()
    const { outcome, diagnostics, seen } = await run({ open })
    expect(outcome).toBe('passed')
    expect(new Set(seen[0]?.map(({ state }) => state))).toEqual(new Set(['waiting']))
    expect(states(diagnostics)).toEqual([
      'database.connect: done',
      'database.tables: done',
      'database.privileges: done',
      'uploads.folder: done',
      'uploads.mapping: done',
      'bucket.name: done',
      'bucket.tls: done',
      'bucket.clock: done',
      'bucket.addressing: done',
      'bucket.access: done',
      'bucket.exists: done',
      'bucket.region: done',
      'bucket.list: done',
    ])
    expect(seen.every((snapshot) => snapshot.length === diagnostics.length)).toBe(true)
    expect(bucket.objects.size).toBe(0)
    expect(diagnostics[0]).toMatchObject({ finding: 'PostgreSQL 16.4', subject: 'db:5432/readur' })
    expect(diagnostics.every(({ milliseconds }) => milliseconds !== null)).toBe(true)
    expect(closed).toHaveBeenCalledOnce()
  })

  it.each<[ErrorCode, string, string[]]>([
    ['DB_BAD_CREDENTIALS', 'database.connect', ['database.tables: skipped', 'uploads.folder: done']],
    ['DB_UNREACHABLE', 'database.connect', ['database.tables: skipped', 'uploads.folder: done']],
    ['DB_PRIVILEGE', 'database.privileges', ['database.tables: done', 'uploads.folder: done']],
  ])('shows %s at “%s”, with its remedy, and goes on with what does not depend on it', async (code, at, others) => {
    const { open, database } = site()
    vi.spyOn(database, 'facts').mockRejectedValue(failure(code))
    const { outcome, diagnostics, failed } = await run({ open })
    expect(outcome).toBe('failed')
    expect(failed?.code).toBe(at)
    expect(failed?.error).toMatchObject({ code, message: 'as planted', remedy: expect.stringMatching(/./) as unknown })
    expect(states(diagnostics)).toEqual(expect.arrayContaining([...others, 'bucket.list: done']))
  })

  it('shows tables that are missing at the tables', async () => {
    const { open, database } = site()
    vi.spyOn(database, 'facts').mockResolvedValue({ ...database.known, missing: ['ocr_queue'] })
    const { failed } = await run({ open })
    expect(failed).toMatchObject({ code: 'database.tables', error: { code: 'DB_NOT_READUR' } })
    expect(failed?.error?.message).toContain('ocr_queue')
  })

  it.each<[ErrorCode, string]>([
    ['S3_UNREACHABLE', 'bucket.addressing'],
    ['S3_NO_BUCKET', 'bucket.exists'],
    ['S3_WRONG_SECRET', 'bucket.access'],
  ])('shows %s at the step “%s” of the bucket', async (code, at) => {
    const { open, bucket } = site()
    vi.spyOn(bucket, 'tryListing').mockRejectedValue(failure(code))
    expect((await run({ open })).failed).toMatchObject({ code: at, error: { code } })
  })

  it('shows a folder that is not there', async () => {
    const { open, uploads } = site()
    vi.spyOn(uploads, 'check').mockRejectedValue(failure('UPLOADS_MISSING'))
    expect((await run({ open })).failed).toMatchObject({ code: 'uploads.folder', error: { code: 'UPLOADS_MISSING' } })
  })
})

describe('a test that leads through servers', () => {
  it('shows each hop with its diagnostics, and what they found', async () => {
    const { open } = site({
      hops: [bastion, nas],
      connect: (tell) => {
        logIn(tell, 0, ['name', 'tcp'])
        logIn(tell, 1, ['forward'])
        return Promise.resolve()
      },
    })
    const { diagnostics, outcome } = await run({ open })
    expect(outcome).toBe('passed')
    expect(
      diagnostics.filter(({ area }) => area === 'server').map((it) => `${it.subject} ${it.code}: ${it.state}`),
    ).toEqual([
      'ada@bastion server.name: done',
      'ada@bastion server.tcp: done',
      'ada@bastion server.hostKey: done',
      'ada@bastion server.login: done',
      'ada@10.0.0.2 server.forward: done',
      'ada@10.0.0.2 server.hostKey: done',
      'ada@10.0.0.2 server.login: done',
    ])
    expect(diagnostics.find(({ code }) => code === 'server.hostKey')?.finding).toBe('SHA256:abc')
    expect(diagnostics.find(({ code }) => code === 'database.connect')?.subject).toBe('db:5432/readur on ada@10.0.0.2')
  })

  it('skips what lies behind a login that was refused, and still tests the bucket', async () => {
    const { open } = site({
      hops: [nas],
      connect: (tell) => {
        tell(hop(0, 'tcp', 'begun'))
        tell(hop(0, 'tcp', 'done'))
        tell(hop(0, 'host key', 'begun'))
        tell(hop(0, 'host key', 'done'))
        tell(hop(0, 'login', 'begun'))
        return Promise.reject(failure('SSH_AUTH_FAILED'))
      },
    })
    const { diagnostics, failed } = await run({ open })
    expect(failed).toMatchObject({ code: 'server.login', subject: nas.name, error: { code: 'SSH_AUTH_FAILED' } })
    expect(states(diagnostics).slice(3)).toEqual([
      'database.connect: skipped',
      'database.tables: skipped',
      'database.privileges: skipped',
      'uploads.folder: skipped',
      'uploads.mapping: skipped',
      'bucket.name: done',
      'bucket.tls: done',
      'bucket.clock: done',
      'bucket.addressing: done',
      'bucket.access: done',
      'bucket.exists: done',
      'bucket.region: done',
      'bucket.list: done',
    ])
  })

  it('ends a step that takes too long, and names the hop that is dead', async () => {
    vi.useFakeTimers()
    const { open } = site({
      hops: [bastion, nas],
      connect: (tell) => {
        logIn(tell, 0, ['name', 'tcp'])
        tell(hop(1, 'forward', 'begun'))
        return never
      },
    })
    const ended = run({ open, limitMs: 5_000 })
    await vi.advanceTimersByTimeAsync(5_001)
    const { failed, outcome } = await ended
    expect(outcome).toBe('failed')
    expect(failed).toMatchObject({ code: 'server.forward', subject: nas.name, error: { code: 'SSH_FORWARD_FAILED' } })
    expect(failed?.error?.message).toContain('5 seconds')
  })

  it('does not count the time in which a person is asked', async () => {
    vi.useFakeTimers()
    const prompts = {
      ...noPrompts,
      password: () => new Promise<string>((done) => setTimeout(() => done('right'), 60_000)),
    }
    const { open } = site({
      hops: [nas],
      connect: async (tell, access, signal) => {
        tell(hop(0, 'login', 'begun'))
        await access.prompts.password({ server: nas.name, through: [], isTarget: true, attempt: 1 }, signal)
        tell(hop(0, 'login', 'done'))
      },
    })
    const ended = run({ open, limitMs: 5_000, ssh: { ...ssh, prompts } })
    await vi.advanceTimersByTimeAsync(60_001)
    await vi.advanceTimersByTimeAsync(1)
    const { diagnostics } = await ended
    expect(diagnostics.find(({ code }) => code === 'server.login')).toMatchObject({ state: 'done', milliseconds: 0 })
  })
})

describe('a database, a folder and a bucket that never answer', () => {
  it('fail each at its own step', async () => {
    vi.useFakeTimers()
    const { open, database, uploads, bucket } = site()
    vi.spyOn(database, 'facts').mockReturnValue(never)
    vi.spyOn(uploads, 'check').mockReturnValue(never)
    vi.spyOn(bucket, 'resolve').mockReturnValue(never)
    const ended = run({ open, limitMs: 1_000 })
    await vi.advanceTimersByTimeAsync(2_001)
    const { diagnostics } = await ended
    expect(diagnostics.filter(isFailed).map(({ code, error }) => [code, error?.code])).toEqual([
      ['database.connect', 'DB_UNREACHABLE'],
      ['uploads.folder', 'NO_ANSWER'],
      ['bucket.name', 'S3_UNREACHABLE'],
    ])
  })
})

describe('tests of the window', () => {
  const tester = (open: OpenForDoctor) => {
    const told: CheckupSnapshot[] = []
    return {
      told,
      tester: new Doctor({
        ssh,
        readurs: new ReadurStateStore(tmpdir()),
        dataFolder: tmpdir(),
        onSnapshot: (it) => told.push(it),
        setVariable: () => undefined,
        isOurs: () => () => false,
        open,
      }),
    }
  }

  it('tell of each step and of the end', async () => {
    const { told, tester: one } = tester(site().open)
    const end = await one.start('t1', null, Promise.resolve(settings), connection)
    expect(end).toMatchObject({ checkupId: 't1', outcome: 'passed' })
    expect(told[0]).toMatchObject({ checkupId: 't1', outcome: 'running' })
    expect(told.at(-1)).toEqual(end)
  })

  it('are cancelled at once, whatever does not answer', async () => {
    const { open, database } = site()
    const facts = vi.spyOn(database, 'facts').mockReturnValue(never)
    const { tester: one } = tester(open)
    const ended = one.start('t1', null, Promise.resolve(settings), connection)
    await vi.waitFor(() => expect(facts).toHaveBeenCalled())
    one.cancel('another')
    one.cancel('t1')
    const { outcome, diagnostics } = await ended
    expect(outcome).toBe('cancelled')
    expect(diagnostics.filter(({ area }) => area === 'database').map(({ state }) => state)).toEqual([
      'skipped',
      'skipped',
      'skipped',
    ])
    expect(diagnostics.some(isFailed)).toBe(false)
  })

  it('end the one before', async () => {
    const { open, database } = site()
    const facts = vi.spyOn(database, 'facts').mockReturnValueOnce(never)
    const { tester: one } = tester(open)
    const first = one.start('t1', null, Promise.resolve(settings), connection)
    await vi.waitFor(() => expect(facts).toHaveBeenCalled())
    const second = one.start('t2', null, Promise.resolve(settings), connection)
    expect([(await first).outcome, (await second).outcome]).toEqual(['cancelled', 'passed'])
  })

  it('say why settings cannot be tested', async () => {
    const { tester: one } = tester(site().open)
    await expect(one.start('t1', null, Promise.reject(failure('SETTING_MISSING')), connection)).rejects.toMatchObject({
      code: 'SETTING_MISSING',
    })
  })
})

describe('what a remedy offers', () => {
  const blocked = (): ReturnType<typeof site> => {
    const readur = site()
    vi.spyOn(readur.bucket, 'tryListing').mockRejectedValue(failure('S3_NO_BUCKET'))
    return readur
  }
  const doctorOf = ({ open }: Pick<ReturnType<typeof site>, 'open'>, setVariable = vi.fn()) =>
    new Doctor({
      ssh,
      readurs: new ReadurStateStore(tmpdir()),
      dataFolder: tmpdir(),
      onSnapshot: () => undefined,
      setVariable,
      isOurs: () => () => false,
      open,
    })

  it('is carried out once, while its checkup is the latest', async () => {
    const readur = blocked()
    const doctor = doctorOf(readur)
    await expect(doctor.perform('t1', 'create-bucket')).rejects.toMatchObject({ code: 'ACTION_GONE' })
    await doctor.start('t1', 'p', Promise.resolve(settings), connection)
    await expect(doctor.perform('t1', 'end-session-1')).rejects.toMatchObject({ code: 'ACTION_GONE' })
    expect(await doctor.perform('t1', 'create-bucket')).toEqual({ done: 'The bucket “test” was created.' })
    await expect(doctor.perform('t1', 'create-bucket')).rejects.toMatchObject({ code: 'ACTION_GONE' })
    await doctor.start('t2', 'p', Promise.resolve(settings), connection)
    await expect(doctor.perform('t1', 'create-bucket')).rejects.toMatchObject({ code: 'ACTION_GONE' })
    expect(readur.bucket.created).toEqual(['eu-central-1'])
    expect(readur.closed).toHaveBeenCalledTimes(3)
  })

  it('is kept with the profile that was checked', async () => {
    const readur = site()
    vi.spyOn(readur.bucket, 'tryListing').mockImplementation((pathStyle) =>
      pathStyle ? Promise.reject(failure('S3_NO_BUCKET')) : Promise.resolve(),
    )
    const setVariable = vi.fn()
    const doctor = doctorOf(readur, setVariable)
    await doctor.start('t1', 'p', Promise.resolve(settings), connection)
    await doctor.perform('t1', 'set-path-style')
    expect(setVariable).toHaveBeenCalledWith('p', 'S3_FORCE_PATH_STYLE', 'false')
  })
})
