import { afterEach, describe, expect, it, vi } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { testConnection, type TestRequest } from '../../../src/main/runs/connectionTest.ts'
import { ConnectionTester } from '../../../src/main/runs/connectionTester.ts'
import { noPrompts, type SshAccess, type SshProgress, type WayToServer } from '../../../src/main/site.ts'
import type { SiteSettings } from '../../../src/main/profiles/settings.ts'
import type { ErrorCode } from '../../../src/shared/errors.ts'
import type { TestSnapshot, TestStep } from '../../../src/shared/connectionTest.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

const settings: SiteSettings = {
  server: null,
  database: { url: 'postgres://x', label: 'db:5432/readur', timeoutMs: 1000 },
  uploads: { root: '/up', prefixes: [] },
  s3: { bucket: 'test', region: 'r', forcePathStyle: true, accessKeyId: 'k', secretAccessKey: 's' },
}
const ssh: SshAccess = { hostKeys: '/none', accept: [], prompts: noPrompts }
const never = new Promise<never>(() => undefined)
const failure = (code: ErrorCode, message = 'as planted') => new MigrateError(code, { message, scope: 'run' })

/** How the far side behaves: what it tells of its hops, and how it ends. */
type Connect = (tell: (progress: SshProgress) => void, access: SshAccess, signal: AbortSignal) => Promise<void>

function site(changes: { hops?: WayToServer['hops']; connect?: Connect } = {}) {
  const database = new MemoryDatabase({ version: 'PostgreSQL 16.4 on x86_64', label: 'db:5432/readur' })
  const [uploads, objects] = [new MemoryUploads(), new MemoryObjectStore()]
  const closed = vi.fn(() => Promise.resolve())
  const open: TestRequest['open'] = (_settings, _parallel, access) =>
    Promise.resolve({
      site: { database, uploads, objects, prefixes: [] },
      way: changes.hops
        ? {
            hops: changes.hops,
            connect: (signal) =>
              changes.connect?.((it) => access.onProgress?.(it), access, signal) ?? Promise.resolve(),
          }
        : null,
      close: closed,
    })
  return { database, uploads, objects, closed, open }
}

const states = (steps: readonly TestStep[]) => steps.map((it) => `${it.part} ${it.kind}: ${it.state}`)

async function run(request: Partial<TestRequest> & Pick<TestRequest, 'open'>) {
  const seen: TestStep[][] = []
  const all = { settings, ssh, signal: new AbortController().signal, onSteps: (it: TestStep[]) => void seen.push(it) }
  const result = await testConnection({ ...all, ...request })
  return { ...result, seen, failed: result.steps.find(({ state }) => state === 'failed') }
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
  it('names all steps before anything is reached, then does each, and changes nothing', async () => {
    const { open, closed } = site()
    const { outcome, steps, seen } = await run({ open })
    expect(outcome).toBe('passed')
    expect(new Set(seen[0]?.map(({ state }) => state))).toEqual(new Set(['waiting']))
    expect(states(steps)).toEqual([
      'database connect: done',
      'database tables: done',
      'uploads folder: done',
      'bucket reach: done',
      'bucket list: done',
    ])
    expect(seen.every((snapshot) => snapshot.length === steps.length)).toBe(true)
    expect(steps[0]).toMatchObject({ detail: 'PostgreSQL 16.4', subject: 'db:5432/readur' })
    expect(steps.every(({ milliseconds }) => milliseconds !== null)).toBe(true)
    expect(closed).toHaveBeenCalledOnce()
  })

  it.each<[ErrorCode, string, string[]]>([
    ['DB_BAD_CREDENTIALS', 'database connect', ['database tables: skipped', 'uploads folder: done']],
    ['DB_UNREACHABLE', 'database connect', ['database tables: skipped', 'uploads folder: done']],
    ['DB_PRIVILEGE', 'database tables', ['database connect: done', 'uploads folder: done']],
  ])('shows %s at “%s”, with its remedy, and goes on with what does not depend on it', async (code, at, others) => {
    const { open, database } = site()
    vi.spyOn(database, 'facts').mockRejectedValue(failure(code))
    const { outcome, steps, failed } = await run({ open })
    expect(outcome).toBe('failed')
    expect(`${failed?.part} ${failed?.kind}`).toBe(at)
    expect(failed?.error).toMatchObject({ code, message: 'as planted', remedy: expect.stringMatching(/./) as unknown })
    expect(states(steps)).toEqual(expect.arrayContaining([...others, 'bucket list: done']))
  })

  it('shows tables that are missing at the tables', async () => {
    const { open, database } = site()
    vi.spyOn(database, 'facts').mockResolvedValue({ ...database.known, missing: ['ocr_queue'] })
    const { failed } = await run({ open })
    expect(failed).toMatchObject({ kind: 'tables', error: { code: 'DB_NOT_READUR' } })
    expect(failed?.error?.message).toContain('ocr_queue')
  })

  it.each<[ErrorCode, string]>([
    ['S3_UNREACHABLE', 'reach'],
    ['S3_NO_BUCKET', 'list'],
    ['S3_BAD_CREDENTIALS', 'list'],
  ])('shows %s at the step “%s” of the bucket', async (code, kind) => {
    const { open, objects } = site()
    vi.spyOn(objects, 'check').mockRejectedValue(failure(code))
    expect((await run({ open })).failed).toMatchObject({ part: 'bucket', kind, error: { code } })
  })

  it('shows a folder that is not there', async () => {
    const { open, uploads } = site()
    vi.spyOn(uploads, 'check').mockRejectedValue(failure('UPLOADS_MISSING'))
    expect((await run({ open })).failed).toMatchObject({ part: 'uploads', error: { code: 'UPLOADS_MISSING' } })
  })
})

describe('a test that leads through servers', () => {
  it('shows each hop with its steps, and what they found', async () => {
    const { open } = site({
      hops: [bastion, nas],
      connect: (tell) => {
        logIn(tell, 0, ['name', 'tcp'])
        logIn(tell, 1, ['forward'])
        return Promise.resolve()
      },
    })
    const { steps, outcome } = await run({ open })
    expect(outcome).toBe('passed')
    expect(steps.filter(({ part }) => part === 'server').map((it) => `${it.subject} ${it.kind}: ${it.state}`)).toEqual([
      'ada@bastion name: done',
      'ada@bastion tcp: done',
      'ada@bastion host key: done',
      'ada@bastion login: done',
      'ada@10.0.0.2 forward: done',
      'ada@10.0.0.2 host key: done',
      'ada@10.0.0.2 login: done',
    ])
    expect(steps.find(({ kind }) => kind === 'host key')?.detail).toBe('SHA256:abc')
    expect(steps.find(({ kind }) => kind === 'connect')?.subject).toBe('db:5432/readur on ada@10.0.0.2')
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
    const { steps, failed } = await run({ open })
    expect(failed).toMatchObject({ kind: 'login', subject: nas.name, error: { code: 'SSH_AUTH_FAILED' } })
    expect(states(steps).slice(3)).toEqual([
      'database connect: skipped',
      'database tables: skipped',
      'uploads folder: skipped',
      'bucket reach: done',
      'bucket list: done',
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
    expect(failed).toMatchObject({ kind: 'forward', subject: nas.name, error: { code: 'SSH_FORWARD_FAILED' } })
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
        await access.prompts.password({ server: nas.name, attempt: 1 }, signal)
        tell(hop(0, 'login', 'done'))
      },
    })
    const ended = run({ open, limitMs: 5_000, ssh: { ...ssh, prompts } })
    await vi.advanceTimersByTimeAsync(60_001)
    const { steps } = await ended
    expect(steps.find(({ kind }) => kind === 'login')).toMatchObject({ state: 'done', milliseconds: 0 })
  })
})

describe('a database, a folder and a bucket that never answer', () => {
  it('fail each at its own step', async () => {
    vi.useFakeTimers()
    const { open, database, uploads, objects } = site()
    vi.spyOn(database, 'facts').mockReturnValue(never)
    vi.spyOn(uploads, 'check').mockReturnValue(never)
    vi.spyOn(objects, 'check').mockReturnValue(never)
    const ended = run({ open, limitMs: 1_000 })
    await vi.advanceTimersByTimeAsync(2_001)
    const { steps } = await ended
    expect(steps.filter(({ state }) => state === 'failed').map(({ kind, error }) => [kind, error?.code])).toEqual([
      ['connect', 'DB_UNREACHABLE'],
      ['folder', 'NO_ANSWER'],
      ['reach', 'S3_UNREACHABLE'],
    ])
  })
})

describe('tests of the window', () => {
  const tester = (open: TestRequest['open']) => {
    const told: TestSnapshot[] = []
    return { told, tester: new ConnectionTester(ssh, (it) => told.push(it), open) }
  }

  it('tell of each step and of the end', async () => {
    const { told, tester: one } = tester(site().open)
    const end = await one.test('t1', Promise.resolve(settings))
    expect(end).toMatchObject({ testId: 't1', outcome: 'passed' })
    expect(told[0]).toMatchObject({ testId: 't1', outcome: 'running' })
    expect(told.at(-1)).toEqual(end)
  })

  it('are cancelled at once, whatever does not answer', async () => {
    const { open, database } = site()
    const facts = vi.spyOn(database, 'facts').mockReturnValue(never)
    const { tester: one } = tester(open)
    const ended = one.test('t1', Promise.resolve(settings))
    await vi.waitFor(() => expect(facts).toHaveBeenCalled())
    one.cancel('another')
    one.cancel('t1')
    const { outcome, steps } = await ended
    expect(outcome).toBe('cancelled')
    expect(steps.filter(({ part }) => part === 'database').map(({ state }) => state)).toEqual(['skipped', 'skipped'])
    expect(steps.some(({ state }) => state === 'failed')).toBe(false)
  })

  it('end the one before', async () => {
    const { open, database } = site()
    const facts = vi.spyOn(database, 'facts').mockReturnValueOnce(never)
    const { tester: one } = tester(open)
    const first = one.test('t1', Promise.resolve(settings))
    await vi.waitFor(() => expect(facts).toHaveBeenCalled())
    const second = one.test('t2', Promise.resolve(settings))
    expect([(await first).outcome, (await second).outcome]).toEqual(['cancelled', 'passed'])
  })

  it('say why settings cannot be tested', async () => {
    const { tester: one } = tester(site().open)
    await expect(one.test('t1', Promise.reject(failure('SETTING_MISSING')))).rejects.toMatchObject({
      code: 'SETTING_MISSING',
    })
  })
})
