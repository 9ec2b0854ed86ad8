import { exitCode } from '../../src/main/cli/exitCodes.ts'
import { checkSandbox } from '../../src/sandbox/check.ts'
import { createRandom, type Random } from '../../src/sandbox/documents/random.ts'
import type { RunSummary } from '../../src/shared/run.ts'
import { CrashWorld, type Computer } from './crashWorld.ts'
import type { Figures } from './figures.ts'
import { History } from './history.ts'
import { differencesFromBefore, unreachable, usuallyReachable, violations } from './invariants.ts'
import type { Command } from './job.ts'
import { Course } from './course.ts'
import { KillChooser } from './killChooser.ts'
import type { PhaseName } from './phases.ts'
import { Sent } from './sent.ts'
import { runSession, type Kill, type Session } from './session.ts'
import { storyNames, tell, type Ended, type Perseverance, type Sleep, type Story } from './stories.ts'
import { takesUp, undoesItself, works } from './works.ts'

export interface CampaignOptions {
  /** Rounds go on until so many workers were killed or have slept. */
  kills: number
  /** In one phase; then it is let come to its end. */
  killsPerPhase: number
  /** Each takes some 20 s. */
  sleepsPerStory: number
  seed: string
  /** Told in turn. */
  stories?: readonly Story[] | undefined
  say: (line: string) => void
  /** Ends it after the session that is under way; `run` throws its reason. */
  stop?: AbortSignal | undefined
}

/** The smallest that S3 takes: all large files are sent in parts. */
const inParts = 5 * 1024 ** 2
/** Larger than any file here. */
const inOnePiece = 100_000_000

/** Folders stay when what was put aside in them is back. */
const emptyQuarantine = /^file quarantine(\/[\d-]+-[0-9a-f]+(\/(documents|processed_images))?)?: is new$/

const killsBeforeGivingUp = 2

/** After so many sessions a phase gets nowhere. */
const mostSessions = 60

/** Something does not hold that must. */
class Violated extends Error {
  readonly violations: readonly string[]

  constructor(when: string, found: readonly string[]) {
    super(`${when}: ${found.join('; ')}`)
    this.violations = found.map((line) => `${when}: ${line}`)
  }
}

/**
 * Moves a world to S3 and back, over and over, with a worker that is killed again and again. Looks at the world from
 * outside after every session, and at the end of every phase whether all is as it must be. Stops at the first violation.
 */
export class Campaign {
  readonly #world: CrashWorld
  readonly #options: CampaignOptions
  readonly #random: Random
  readonly #chooser: KillChooser
  readonly #history: History
  readonly #figures = { slept: 0, sessions: 0, resumes: 0, rounds: 0, checks: 0, puts: 0, parts: 0, refused: 0 }
  #course = new Course([], inParts, false)
  #sent = new Sent()
  #threshold = inParts
  #killed = 0
  #batchSize = 10
  /** The run of this phase has begun to undo itself. */
  #isUndoing = false
  #look: () => Promise<string[]> = () => Promise.resolve([])

  constructor(world: CrashWorld, options: CampaignOptions) {
    this.#world = world
    this.#options = options
    this.#random = createRandom(options.seed)
    this.#chooser = new KillChooser(this.#random)
    this.#history = new History(world.home)
  }

  async run(): Promise<Figures> {
    const { kills, seed, stories = storyNames } = this.#options
    const startedAt = performance.now()
    let violations: readonly string[] = []
    try {
      const first = this.#random.integer(0, stories.length - 1)
      while (this.#killed + this.#figures.slept < kills) {
        const story = stories[(first + this.#figures.rounds) % stories.length]
        if (story === undefined) throw new Error('There is no story to tell')
        this.#figures.rounds += 1
        await this.#round(story)
      }
    } catch (error) {
      if (!(error instanceof Violated)) throw error
      violations = error.violations
    }
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    return { seed, killed: this.#killed, byStep: this.#chooser.kills, seconds, ...this.#figures, violations }
  }

  async #round(story: Story): Promise<void> {
    const world = this.#world
    this.#options.say(`round ${this.#figures.rounds}: ${story}`)
    await world.beginAnew()
    const streams = story === 'large files in one piece'
    this.#threshold = streams ? inOnePiece : inParts
    const begin = (): void => {
      this.#addSent()
      this.#course = new Course(world.moving, inParts, streams)
    }
    begin()
    this.#look = () => violations(world)
    await tell(story, {
      world,
      random: this.#random,
      phase: (phase, about, how) => this.#phase(phase, about ?? '', how ?? 'to the end'),
      expectMoved: (runId) => this.#expectMoved(runId),
      expect: expectNone,
      forgetSent: begin,
      elsewhere: (computer, command, killAt, nth) => this.#elsewhere(computer, command, killAt, nth),
      asleep: (command, sleep, there, meanwhile) => this.#asleep(command, sleep, there, meanwhile),
      goOn: () => this.#goOn(),
      mostSleeps: this.#options.sleepsPerStory,
      audit: () => this.#audit(),
      latest: (kind) => this.#history.latest(kind)?.runId ?? '',
      loseObjects: async (count) => {
        await world.loseObjects(this.#random, count)
        this.#course.loseObjects()
      },
      watch: (look) => (this.#look = look),
      watchThroughReadur: (mayMiss) => this.#watchThroughReadur(mayMiss ?? 0),
      savedDocuments: () => this.#history.savedDocuments(),
      expectNothingUnfinished: () => this.#expectNothingUnfinished(),
    })
    await this.#expectNothingUnfinished()
    expectNone('after the rollback', await differencesFromBefore(world))
    this.#addSent()
  }

  async #watchThroughReadur(mayMiss: number): Promise<void> {
    const world = this.#world
    const usual = await usuallyReachable(world)
    this.#look = async () => {
      const missing = await unreachable(world, usual)
      return [...(await violations(world)), ...(missing.length > mayMiss ? missing : [])]
    }
  }

  #addSent(): void {
    this.#figures.puts += this.#sent.puts
    this.#figures.parts += this.#sent.parts
    this.#figures.refused += this.#sent.refused
    this.#sent = new Sent(Object.keys(this.#world.before.objects))
  }

  async #expectMoved(runId: string | undefined): Promise<void> {
    const { expectations, before, place } = this.#world
    const results = runId === undefined ? undefined : this.#history.results(runId)
    const { differences } = await checkSandbox({ ...place, expectations, before, results })
    expectNone(
      'after the migration',
      differences.filter((line) => !emptyQuarantine.test(line)),
    )
  }

  /** One session, after which all holds here; and there, where it is another Readur. */
  async #elsewhere(computer: Computer, command: Command, killAt?: string, nth = 1): Promise<Ended | null> {
    const kill = killAt === undefined ? null : ({ at: killAt, nth, how: 'dies' } as const)
    const { said, wasKilled } = await this.#run(command, kill, computer)
    if (wasKilled) this.#killed += 1
    const line = `${command.do} elsewhere${aimOf(kill)}: ${wasKilled ? 'killed' : JSON.stringify(said)}`
    this.#options.say(line)
    const isOther = computer instanceof CrashWorld && computer !== this.#world
    await this.#expectHolds(line, isOther ? await violations(computer) : [])
    return said?.said === 'ended' ? { runId: said.runId ?? '', status: said.status } : null
  }

  async #asleep(command: Command, sleep: Sleep, there: Computer, meanwhile: Command): Promise<string> {
    const others: Ended[] = []
    const kill = { ...sleep, how: 'sleeps' } as const
    const { said } = await this.#run(command, kill, this.#world, async () => {
      this.#figures.slept += 1
      await this.#expectHolds(`asleep at ${sleep.at}`)
      const other = await this.#elsewhere(there, meanwhile)
      if (other) others.push(other)
    })
    const line = `${command.do}${aimOf(kill)}: ${JSON.stringify(said)}`
    this.#options.say(line)
    await this.#expectHolds(line)
    return others[0]?.runId ?? ''
  }

  async #goOn(): Promise<void> {
    for (let session = 0; session < mostSessions; session++) {
      const { said } = await this.#run({ do: 'resume' }, null)
      this.#options.say(`resume: ${JSON.stringify(said)}`)
      await this.#expectHolds('a plain resume')
      if (said?.said === 'refused' && said.code === 'RUN_NOT_FOUND') return
    }
    throw new Violated('a plain resume', [`something is due after ${mostSessions} sessions`])
  }

  async #expectHolds(when: string, more: readonly string[] = []): Promise<void> {
    this.#figures.checks += 1
    expectNone(when, [...(await this.#look()), ...more])
  }

  async #audit(): Promise<string> {
    const { said } = await this.#run({ do: 'audit' }, null)
    if (said?.said === 'ended' && said.runId !== null) return said.runId
    throw new Violated('audit', [JSON.stringify(said)])
  }

  async #expectNothingUnfinished(): Promise<void> {
    const { said } = await this.#run({ do: 'resume' }, null)
    if (said?.said === 'refused' && said.code === 'RUN_NOT_FOUND' && said.exit === exitCode.usage) return
    throw new Violated('a plain resume when all is done', [JSON.stringify(said)])
  }

  /** One kind of work, until it is done or given up. Where a run was interrupted, a plain `resume` has to take it up. */
  async #phase(phase: PhaseName, about: string, how: Perseverance): Promise<string> {
    this.#history.turnPage()
    this.#isUndoing = false
    if (turnsBack(phase)) this.#course.turnBack(this.#world.spoilt.size, phase !== 'roll back')
    const quota = { 'to the end': this.#options.killsPerPhase, 'give up': killsBeforeGivingUp, undisturbed: 0 }[how]
    let kills = 0
    let isDone = false
    for (let session = 0; session < mostSessions; session++) {
      const run = this.#runOf(phase, about)
      isDone ||= run !== null && phase !== 'send again' && run.status in works[phase].done
      if (run && (isDone || (how === 'give up' && kills >= quota))) return run.runId
      const isDue = run?.status === 'interrupted'
      const command: Command = isDue ? { do: 'resume' } : works[phase].command(about)
      const now = {
        ...this.#course.situation(kills),
        ...{ plans: !isDue && phase !== 'cut over', ending: kills >= quota, tries: this.#world.triesReadur },
      }
      // One kill at the very end, then none.
      const isLeft = how === 'undisturbed' || (how === 'to the end' && kills > quota)
      const toLeave = how === 'give up' && kills === quota - 1
      if (toLeave) now.early = false
      const kill = isLeft ? null : this.#chooser.choose(phase, now, toLeave)
      const done = await this.#session(phase, about, command, run, kill)
      if (done.wasKilled) kills += 1
      isDone ||= done.isDone
    }
    throw new Violated(phase, [`not done after ${mostSessions} sessions`])
  }

  #runOf(phase: PhaseName, about: string): RunSummary | null {
    return takesUp(phase) ? this.#history.summary(about) : this.#history.latest(works[phase].kind)
  }

  async #run(
    command: Command,
    kill: Kill | null,
    on: Computer = this.#world,
    asleep?: () => Promise<void>,
  ): Promise<Session> {
    this.#options.stop?.throwIfAborted()
    this.#figures.sessions += 1
    if (command.do === 'resume') this.#figures.resumes += 1
    const job = { command, multipartThreshold: this.#threshold, batchSize: this.#batchSize }
    return runSession(on, job, kill, this.#world.logOf(this.#figures.sessions), asleep)
  }

  async #session(
    phase: PhaseName,
    about: string,
    command: Command,
    run: RunSummary | null,
    kill: Kill | null,
  ): Promise<{ wasKilled: boolean; isDone: boolean }> {
    // The failure that makes a run undo itself comes early: some rows are to be switched before it.
    this.#batchSize = undoesItself(phase) ? 1 : 10
    const session = await this.#run(command, kill)
    if (sends(phase)) this.#sent.add(session.reached)
    this.#course.follow(session.reached)
    if (kill) this.#chooser.learn(phase, kill, session)
    if (session.wasKilled) this.#killed += 1
    this.#isUndoing ||= session.reached.some(({ at }) => at === 'journal undoing after')

    const line = `kill ${this.#killed}: ${phase}, ${command.do}${aimOf(kill)}: ${endOf(session)}`
    this.#options.say(line)
    const { said } = session
    const now = this.#runOf(phase, about)
    this.#figures.checks += 1
    expectNone(line, [
      ...(said === null ? [] : wrongEnd(phase, said, kill, command.do === 'resume' ? run : null)),
      ...(session.wasKilled ? wrongStatus(phase, session, run, now, this.#isUndoing) : []),
      ...(await this.#look()),
      ...this.#sent.twice,
    ])
    if (phase === 'send again' && session.wasKilled) await this.#expectNothingUnfinished()
    return { wasKilled: session.wasKilled, isDone: said?.said === 'ended' && said.exit === exitCode.done }
  }
}

/** A worker that ended by itself is done, or was asked to stop, and says so by its exit code; and resumed what was due. */
function wrongEnd(
  phase: PhaseName,
  said: NonNullable<Session['said']>,
  kill: Kill | null,
  due: RunSummary | null,
): string[] {
  const wasStopped = kill !== null && 'at' in kill && kill.how === 'stops'
  if (said.said === 'refused') {
    const isStop = wasStopped && said.code === 'INTERRUPTED' && said.exit === exitCode.interrupted
    return isStop ? [] : [`${said.code}: ${said.message}`]
  }
  if (due && said.runId !== due.runId) return [`resume took up ${said.runId ?? 'nothing'}, not ${due.runId}`]
  const isAgain = phase === 'send again'
  if (wasStopped && (isAgain ? said.exit === exitCode.doneWithFailures : said.status === 'interrupted')) {
    return isAgain || said.exit === exitCode.interrupted ? [] : [`it was stopped, and ended with ${said.exit}`]
  }
  const expected = Object.entries(works[phase].done).find(([status]) => status === said.status)?.[1]
  if (expected === undefined) return [`it ended by itself, and is “${said.status}”`]
  const exit = isAgain ? exitCode.done : expected
  return said.exit === exit ? [] : [`it is “${said.status}”, and ended with ${said.exit}`]
}

/** A run that was killed is shown as interrupted, and as undoing where it was: from the first line of its session to the last. */
function wrongStatus(
  phase: PhaseName,
  { reached }: Session,
  before: RunSummary | null,
  now: RunSummary | null,
  isUndoing: boolean,
): string[] {
  const has = (step: string): boolean => reached.some(({ at }) => at === step)
  if (phase === 'send again') {
    return now !== null && now.status in works[phase].done ? [] : [`the migration is “${now?.status ?? 'gone'}”`]
  }
  const isBegun = has('journal started after') || before?.status === 'interrupted'
  // Whether the last line was written before the worker died, it could not say any more.
  if (!isBegun || reached.at(-1)?.at === 'journal finished before') return []
  const isFinished = has('journal finished after')
  if (isFinished) return now !== null && now.status in works[phase].done ? [] : [`it is “${now?.status ?? 'gone'}”`]
  if (now?.status !== 'interrupted') return [`it is “${now?.status ?? 'gone'}”, not “interrupted”`]
  const isUnsure = reached.at(-1)?.at === 'journal undoing before'
  return isUnsure || now.undoing === isUndoing ? [] : [`it is shown as undoing: ${now.undoing}`]
}

function expectNone(when: string, found: readonly string[]): void {
  if (found.length > 0) throw new Violated(when, found)
}

function aimOf(kill: Kill | null): string {
  if (kill === null) return ''
  if (!('at' in kill)) return `, aimed at ${kill.afterMs} ms`
  return `, ${{ stops: 'to stop', dies: 'aimed', sleeps: 'asleep' }[kill.how]} at ${kill.at} no. ${kill.nth}`
}

const endOf = ({ wasKilled, reached, said }: Session): string =>
  wasKilled ? `killed after “${reached.at(-1)?.at ?? 'nothing'}”` : JSON.stringify(said)

/** What goes back over a migration; the course of that is over. */
const turnsBack = (phase: PhaseName): boolean =>
  ['roll back', 'free', 'put back', 'delete what is aside'].includes(phase)

/** What is not sent twice is looked at in the phases that send. */
const sends = (phase: PhaseName): boolean => works[phase].kind === 'migrate' && phase !== 'send again'
