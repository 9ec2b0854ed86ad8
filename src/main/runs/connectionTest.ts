import { isIP } from 'node:net'
import type { ErrorCode } from '../../shared/errors.ts'
import type { TestOutcome, TestPart, TestStep, TestStepKind } from '../../shared/connectionTest.ts'
import { asMigrateError, MigrateError } from '../engine/errors.ts'
import { assertReadur } from '../engine/preflight.ts'
import type { Site } from '../engine/session.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import {
  openSite,
  type OpenSite,
  type SshAccess,
  type SshProgress,
  type SshPrompts,
  type WayToServer,
} from '../site.ts'
import { TestSteps, unless, type PlannedStep } from './testSteps.ts'

/** A step that takes longer has failed: the test is to show which one it is, soon. */
const stepLimitMs = 20_000

export interface TestRequest {
  settings: SiteSettings
  ssh: SshAccess
  /** Told of the steps whenever one of them changes; the first time before anything is reached. */
  onSteps: (steps: TestStep[]) => void
  signal: AbortSignal
  limitMs?: number
  /** Another one for tests. */
  open?: (settings: SiteSettings, parallel: number, ssh: SshAccess) => Promise<Pick<OpenSite, 'site' | 'way' | 'close'>>
}

export interface TestResult {
  outcome: Exclude<TestOutcome, 'running'>
  steps: TestStep[]
}

/**
 * Reaches everything that a plan needs, step by step, and changes nothing. What depends on a step that failed is
 * skipped; the bucket depends on none, and is reached meanwhile. Throws SSH_CONFIG_INVALID and SSH_PROXY_COMMAND.
 */
export async function testConnection(request: TestRequest): Promise<TestResult> {
  const { settings, signal, onSteps, limitMs = stepLimitMs, open = openSite } = request
  const way = new WatchedWay(request.ssh)
  const opened = await open(settings, 1, way.access)
  const server = opened.way?.hops.at(-1)?.name
  const database = `${settings.database.label}${server === undefined ? '' : ` on ${server}`}`
  const steps = new TestSteps(planned(opened, database), onSteps, limitMs)
  try {
    await Promise.all([testSite(opened, database, way, steps, signal), testBucket(opened.site, steps, signal)])
    return { outcome: signal.aborted ? 'cancelled' : steps.outcome, steps: steps.all }
  } finally {
    // What does not answer is not waited for.
    void opened.close()
  }
}

function planned({ site, way }: Pick<OpenSite, 'site' | 'way'>, database: string): PlannedStep[] {
  const of = (part: TestPart, subject: string, kinds: TestStepKind[]): PlannedStep[] =>
    kinds.map((kind) => ({ part, kind, subject }))
  return [
    ...(way?.hops ?? []).flatMap(({ name, host }, at) => of('server', name, [...wayTo(host, at), 'host key', 'login'])),
    ...of('database', database, ['connect', 'tables']),
    ...of('uploads', site.uploads.label, ['folder']),
    ...of('bucket', site.objects.label, ['reach', 'list']),
  ]
}

function wayTo(host: string, hop: number): TestStepKind[] {
  if (hop > 0) return ['forward']
  return isIP(host) === 0 ? ['name', 'tcp'] : ['tcp']
}

const late =
  (code: ErrorCode, subject: string) =>
  (seconds: number): MigrateError =>
    new MigrateError(code, { message: `“${subject}” did not answer within ${seconds} seconds.`, subject, scope: 'run' })

async function testSite(
  { site, way }: Pick<OpenSite, 'site' | 'way'>,
  database: string,
  watched: WatchedWay,
  steps: TestSteps,
  signal: AbortSignal,
): Promise<void> {
  if (way && !(await watched.test(way, steps, signal))) {
    steps.skip('database', 'uploads')
    return
  }
  await testDatabase(site, database, steps, signal)
  const { label } = site.uploads
  await steps.run({ part: 'uploads', kind: 'folder', subject: label }, late('NO_ANSWER', label), signal, async () => {
    await site.uploads.check()
    return { value: null, detail: 'documents/ is there' }
  })
}

/** The SSH logins of a test: what they report becomes steps, and who asks meanwhile stops the clock. */
class WatchedWay {
  readonly access: SshAccess
  #steps: TestSteps | null = null
  #onProgress: (progress: SshProgress) => void = () => undefined

  constructor(ssh: SshAccess) {
    const aside = <T>(ask: () => Promise<T>): Promise<T> => this.#steps?.aside('server', ask) ?? ask()
    const prompts: SshPrompts = {
      passphrase: (question, signal) => aside(() => ssh.prompts.passphrase(question, signal)),
      password: (question, signal) => aside(() => ssh.prompts.password(question, signal)),
      answers: (question, signal) => aside(() => ssh.prompts.answers(question, signal)),
    }
    const { judgeHostKey } = ssh
    this.access = {
      ...ssh,
      prompts,
      judgeHostKey: judgeHostKey && ((problem, signal) => aside(() => judgeHostKey(problem, signal))),
      onProgress: (progress) => {
        ssh.onProgress?.(progress)
        this.#onProgress(progress)
      },
    }
  }

  /** True: we are logged in. */
  async test(way: WayToServer, steps: TestSteps, signal: AbortSignal): Promise<boolean> {
    const limit = new AbortController()
    const limited = AbortSignal.any([signal, limit.signal])
    this.#steps = steps
    this.#onProgress = ({ hop, step, state, detail }) => {
      const name = way.hops[hop]?.name ?? ''
      if (state === 'done') steps.finish('server', step, name, detail ?? null)
      else steps.begin('server', step, name, (seconds) => limit.abort(late(lateCodes[step], name)(seconds)))
    }
    try {
      await unless(limited, way.connect(limited))
      return true
    } catch (error) {
      if (signal.aborted) steps.skip('server')
      else steps.fail('server', asMigrateError(error))
      return false
    } finally {
      this.#onProgress = () => undefined
    }
  }
}

const lateCodes: Record<SshProgress['step'], ErrorCode> = {
  name: 'SSH_HOST_UNKNOWN',
  tcp: 'SSH_UNREACHABLE',
  forward: 'SSH_FORWARD_FAILED',
  'host key': 'SSH_NOT_SSH',
  login: 'SSH_LOST',
}

/** Errors of a database that has let us in, and is not what we need. */
const ofTables = new Set<ErrorCode>(['DB_NOT_READUR', 'DB_PRIVILEGE', 'DB_TIMEOUT'])
/** Errors of a storage service that has answered. */
const ofBucket = new Set<ErrorCode>([
  'S3_ACCESS_DENIED',
  'S3_BAD_CREDENTIALS',
  'S3_NO_BUCKET',
  'S3_WRONG_REGION',
  'S3_CLOCK_SKEW',
  'S3_THROTTLED',
  'S3_REJECTED',
])

/** The answer, or an error that belongs to a later step. */
async function orLater<T>(promise: Promise<T>, later: ReadonlySet<ErrorCode>): Promise<T | MigrateError> {
  try {
    return await promise
  } catch (error) {
    const known = asMigrateError(error)
    if (later.has(known.code)) return known
    throw known
  }
}

async function testDatabase({ database }: Site, subject: string, steps: TestSteps, signal: AbortSignal): Promise<void> {
  const about = { part: 'database', subject } as const
  const noAnswer = late('DB_UNREACHABLE', subject)
  const connected = await steps.run({ ...about, kind: 'connect' }, noAnswer, signal, async (limited) => {
    const value = await orLater(database.facts(limited), ofTables)
    // “PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by …”
    return { value, detail: value instanceof MigrateError ? null : value.version.split(' ').slice(0, 2).join(' ') }
  })
  if (!connected) return
  await steps.run({ ...about, kind: 'tables' }, late('DB_TIMEOUT', subject), signal, async () => {
    const facts = connected.value
    if (facts instanceof MigrateError) throw facts
    assertReadur(facts)
    const waiting = facts.ocrPending > 0 ? `; ${facts.ocrPending} documents wait for OCR` : ''
    return Promise.resolve({ value: null, detail: `as Readur has them${waiting}` })
  })
}

async function testBucket({ objects }: Site, steps: TestSteps, signal: AbortSignal): Promise<void> {
  const about = { part: 'bucket', subject: objects.label } as const
  const noAnswer = late('S3_UNREACHABLE', objects.label)
  const reached = await steps.run({ ...about, kind: 'reach' }, noAnswer, signal, async (limited) => {
    return { value: await orLater(objects.check(limited), ofBucket), detail: null }
  })
  if (!reached) return
  await steps.run({ ...about, kind: 'list' }, noAnswer, signal, () => {
    const refused = reached.value
    return refused instanceof MigrateError
      ? Promise.reject(refused)
      : Promise.resolve({ value: null, detail: `“${objects.bucket}” can be listed` })
  })
}
