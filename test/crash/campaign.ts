import { checkSandbox } from '../../src/sandbox/check.ts'
import { createRandom, type Random } from '../../src/sandbox/documents/random.ts'
import type { RunSummary } from '../../src/shared/run.ts'
import type { CrashWorld } from './crashWorld.ts'
import type { Figures } from './figures.ts'
import { History } from './history.ts'
import { differencesFromBefore, violations } from './invariants.ts'
import type { Command } from './job.ts'
import { Course } from './course.ts'
import { KillChooser } from './killChooser.ts'
import type { PhaseName } from './phases.ts'
import { Sent } from './sent.ts'
import { runSession, type Kill, type Session } from './session.ts'
import { storyNames, tell, type Perseverance, type Story } from './stories.ts'

export interface CampaignOptions {
  /** Rounds go on until so many workers were killed. */
  kills: number
  /** In one phase; then it is let come to its end. */
  killsPerPhase: number
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
  readonly #figures = { sessions: 0, resumes: 0, rounds: 0, checks: 0, puts: 0, parts: 0, refused: 0 }
  #course = new Course([], inParts, false)
  #sent = new Sent()
  #threshold = inParts
  #killed = 0

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
      while (this.#killed < kills) {
        const story = stories[this.#figures.rounds % stories.length]
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
    await tell(story, {
      world,
      random: this.#random,
      phase: (phase, about, how) => this.#phase(phase, about ?? null, how ?? 'to the end'),
      expectMoved: (runId) => this.#expectMoved(runId),
      expect: expectNone,
      forgetSent: begin,
    })
    expectNone('after the rollback', await differencesFromBefore(world))
    this.#addSent()
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
    expectNone('after the migration', differences)
  }

  async #phase(phase: PhaseName, about: string | null, how: Perseverance): Promise<string> {
    this.#history.turnPage()
    if (phase === 'free' || phase === 'roll back') this.#course.turnBack(this.#world.spoilt.size, phase === 'free')
    const quota = { 'to the end': this.#options.killsPerPhase, 'give up': killsBeforeGivingUp, undisturbed: 0 }[how]
    let kills = 0
    for (let session = 0; session < mostSessions; session++) {
      const run = phase === 'cut over' ? this.#history.summary(about ?? '') : this.#history.latest(kindOf(phase))
      if (run && (isDone(phase, run) || (how === 'give up' && kills >= quota))) return run.runId
      const command = this.#commandFor(phase, about, run)
      const plans = command.do !== 'resume' && command.do !== 'cutover'
      const now = { ...this.#course.situation(kills), plans, ending: kills >= quota }
      // One kill at the very end, then none.
      const isLeft = how === 'undisturbed' || (how === 'to the end' && kills > quota)
      const toLeave = how === 'give up' && kills === quota - 1
      if (toLeave) now.early = false
      const kill = isLeft ? null : this.#chooser.choose(phase, now, toLeave)
      if (await this.#session(phase, command, kill)) kills += 1
      else if (!this.#isDoneNow(phase, about)) throw new Violated(phase, ['it ended by itself, and is not done'])
    }
    throw new Violated(phase, [`not done after ${mostSessions} sessions`])
  }

  #isDoneNow(phase: PhaseName, about: string | null): boolean {
    const run = phase === 'cut over' ? this.#history.summary(about ?? '') : this.#history.latest(kindOf(phase))
    return run !== null && isDone(phase, run)
  }

  #commandFor(phase: PhaseName, about: string | null, run: RunSummary | null): Command {
    if (run?.status === 'interrupted') {
      const again = phase === 'cut over' && this.#random.integer(0, 1) === 1
      return { do: again ? 'cutover' : 'resume', runId: run.runId }
    }
    switch (phase) {
      case 'migrate':
      case 'copy':
      case 'undo itself':
        return { do: 'migrate', copyOnly: phase === 'copy', enableRollback: phase === 'undo itself' }
      case 'cut over':
        return { do: 'cutover', runId: about ?? '' }
      case 'roll back':
        return { do: 'rollback', runId: about ?? '' }
      case 'free':
        return { do: 'free', runId: about ?? '' }
    }
  }

  /** Returns whether the worker was killed. */
  async #session(phase: PhaseName, command: Command, kill: Kill | null): Promise<boolean> {
    const world = this.#world
    this.#options.stop?.throwIfAborted()
    this.#figures.sessions += 1
    if (command.do === 'resume') this.#figures.resumes += 1
    // The failure that makes a run undo itself comes early: some rows are to be switched before it.
    const job = { command, multipartThreshold: this.#threshold, batchSize: phase === 'undo itself' ? 1 : 10 }
    const session = await runSession(world, job, kill, world.logOf(this.#figures.sessions))
    if (phase !== 'roll back' && phase !== 'free') this.#sent.add(session.reached)
    this.#course.follow(session.reached)
    if (kill) this.#chooser.learn(phase, kill, session)
    if (session.wasKilled) this.#killed += 1

    const line = `kill ${this.#killed}: ${phase}, ${command.do}${aimOf(kill)}: ${endOf(session)}`
    this.#options.say(line)
    const refused = session.said?.said === 'refused' ? [`${session.said.code}: ${session.said.message}`] : []
    this.#figures.checks += 1
    expectNone(line, [...refused, ...(await violations(world)), ...this.#sent.twice])
    return session.wasKilled
  }
}

function expectNone(when: string, found: readonly string[]): void {
  if (found.length > 0) throw new Violated(when, found)
}

function aimOf(kill: Kill | null): string {
  if (kill === null) return ''
  return 'at' in kill ? `, aimed at ${kill.at} no. ${kill.nth}` : `, aimed at ${kill.afterMs} ms`
}

const endOf = ({ wasKilled, reached, said }: Session): string =>
  wasKilled ? `killed after “${reached.at(-1)?.at ?? 'nothing'}”` : JSON.stringify(said)

const kindOf = (phase: PhaseName) => (phase === 'roll back' ? 'rollback' : phase === 'free' ? 'free' : 'migrate')

/** The sandbox has documents that cannot be moved; all others must be. */
function isDone(phase: PhaseName, { status }: RunSummary): boolean {
  if (phase === 'copy') return status === 'copied'
  if (phase === 'undo itself') return status === 'rolled back'
  if (phase === 'roll back' || phase === 'free') return status === 'completed'
  return status === 'completed with failures'
}
