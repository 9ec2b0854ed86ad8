import type { Random } from '../../src/sandbox/documents/random.ts'
import type { Computer, CrashWorld } from './crashWorld.ts'
import { plantFaults } from './faults.ts'
import { differencesAfterRepairs, differencesFromBefore, lacksCopies, lostInRepairs } from './invariants.ts'
import type { RunKind } from '../../src/shared/runKind.ts'
import { History } from './history.ts'
import type { Command } from './job.ts'
import type { PhaseName } from './phases.ts'
import { migrate } from './works.ts'

/** What a story is told with. Everything throws as soon as something does not hold. */
export interface Teller {
  world: CrashWorld
  random: Random
  /** One kind of work, killed and taken up again until it is done. Returns the run. */
  phase: (phase: PhaseName, about?: string, how?: Perseverance) => Promise<string>
  /** All that moves has moved, and nothing else has changed; where a run is named, it says so of every item. */
  expectMoved: (runId?: string) => Promise<void>
  expect: (when: string, violations: readonly string[]) => void
  /** Another migration begins, which need not know what the last one has sent. */
  forgetSent: () => void
  /** A session on another computer or Readur, killed at this step where one is named. It says how it ended, null when killed. */
  elsewhere: (computer: Computer, command: Command, killAt?: string, nth?: number) => Promise<Ended | null>
  /** A session here that falls asleep at this step, and another computer at work meanwhile. Returns the run of that one. */
  asleep: (command: Command, at: Sleep, there: Computer, meanwhile: Command) => Promise<string>
  /** Goes on with what is due here until nothing is, however it ends. */
  goOn: () => Promise<void>
  /** So often a story lets a session fall asleep, at most. */
  mostSleeps: number
  /** The last run of a kind that was begun here. */
  latest: (kind: RunKind) => string
  /** Something is looked at as an audit does. Returns the run. */
  audit: () => Promise<string>
  /** Objects are gone that rows point at: they are to be sent again. */
  loseObjects: (count: number) => Promise<void>
  /** What is looked at after each session from here on, instead of what holds while documents are moved. */
  watch: (look: () => Promise<string[]>) => void
  /** From here on each document is also asked for through Readur after each session. So many may be out of reach. */
  watchThroughReadur: (unreachable?: number) => Promise<void>
  /** Documents that a repair has saved before it deleted their rows. */
  savedDocuments: () => ReadonlySet<string>
  /** No run is left that a plain `resume` would take up. */
  expectNothingUnfinished: () => Promise<void>
}

/** Where a session falls asleep: the nth time that it reaches a step. */
export interface Sleep {
  at: string
  nth: number
}

/** How a session has ended. */
export interface Ended {
  runId: string
  status: string
}

/** How often a phase is killed: as often as is wished; twice, and left at that; never. */
export type Perseverance = 'to the end' | 'give up' | 'undisturbed'

/** So many local files are gone or damaged when the rollback begins. */
const spoiltFiles = 12

/** Ways to move all documents to S3 and back again. */
const stories = {
  'at once': async ({ phase, expectMoved }) => {
    const run = await phase('migrate')
    await expectMoved(run)
    await phase('roll back', run)
  },

  /** In two steps, Readur switched between them; then local files are lost. */
  cutover: async ({ world, random, phase, watchThroughReadur, expect, expectMoved }) => {
    await watchThroughReadur()
    const run = await phase('copy')
    expect('after copying', await lacksCopies(world))
    world.readur.storing = 'bucket'
    await phase('cut over', run)
    await expectMoved(run)
    await world.spoil(random, spoiltFiles)
    await phase('roll back', run)
  },

  /** Readur is tried first: in vain while it does not use the bucket, however often a session dies of it. */
  canary: async ({ world, random, phase, elsewhere, watchThroughReadur, expect, expectMoved }) => {
    await watchThroughReadur()
    world.triesReadur = true
    const run = await phase('copy', undefined, 'undisturbed')
    for (const storing of ['local', 'another bucket', 'refused keys'] as const) {
      world.readur.storing = storing
      await elsewhere(world, { do: 'cutover', runId: run }, random.pick(tryingSteps))
      const ended = await elsewhere(world, { do: 'cutover', runId: run })
      expect(`a Readur with ${storing}`, ended?.status === 'interrupted' ? [] : [`it is “${ended?.status ?? 'gone'}”`])
      expect(`after a Readur with ${storing}`, await lacksCopies(world))
    }
    world.readur.storing = 'bucket'
    await phase('cut over', run)
    await expectMoved(run)
    await phase('roll back', run, 'undisturbed')
  },

  /** Readur serves what it has stored itself, and no document of a user: the first one goes back, however often that is cut off. */
  'canary that goes back': async (teller) => {
    const run = await goesBack(teller)
    teller.world.readur.storing = 'bucket'
    await teller.phase('cut over', run)
    await teller.expectMoved(run)
    await teller.phase('roll back', run, 'undisturbed')
  },

  'canary that goes back, and is rolled back': async (teller) => {
    const run = await goesBack(teller)
    // Whatever the last session left of it.
    const { at, nth } = teller.random.pick(goingBackSteps)
    await teller.elsewhere(teller.world, { do: 'cutover', runId: run }, at, nth)
    await teller.phase('roll back', run)
  },

  'canary before a migration': async ({ world, phase, watchThroughReadur, expectMoved }) => {
    await watchThroughReadur()
    world.triesReadur = true
    world.readur.storing = 'bucket'
    const run = await phase('migrate')
    await expectMoved(run)
    await phase('roll back', run, 'undisturbed')
  },

  'given up in the middle': async ({ phase }) => {
    const run = await phase('migrate', undefined, 'give up')
    await phase('roll back', run)
  },

  'local files put aside': async ({ phase, expectMoved }) => {
    const run = await phase('migrate', undefined, 'undisturbed')
    await expectMoved(run)
    await phase('free', run)
    await phase('roll back', run)
  },

  'local files put aside and put back': async ({ random, phase, expectMoved }) => {
    const run = await phase('migrate', undefined, 'undisturbed')
    const isLeft = random.integer(0, 1) === 1
    const freed = await phase('free', run, isLeft ? 'give up' : 'to the end')
    await phase('put back', freed)
    await expectMoved(run)
    await phase('roll back', run, 'undisturbed')
  },

  'what was put aside is deleted': async ({ world, phase }) => {
    const run = await phase('migrate', undefined, 'undisturbed')
    await phase('free', run, 'undisturbed')
    world.deletesAside = true
    await phase('delete what is aside', run)
    await world.noteDeleted()
    await phase('roll back', run)
  },

  'undoes itself': async ({ phase }) => {
    await phase('undo itself')
  },

  'undoes itself in vain': async ({ world, phase, expectNothingUnfinished }) => {
    const release = await world.holdRows()
    const run = await phase('undo itself in vain').finally(release)
    await expectNothingUnfinished()
    await phase('roll back', run)
  },

  'what came since, undone without being resumed': async ({ phase, forgetSent, expectMoved }) => {
    const copied = await phase('copy a part', undefined, 'undisturbed')
    forgetSent()
    const since = await phase('copy what came since', undefined, 'give up')
    await phase('roll back', since, 'undisturbed')
    forgetSent()
    const again = await phase('copy what came since')
    await phase('cut over', copied)
    await expectMoved()
    for (const run of [again, copied]) await phase('roll back', run, 'undisturbed')
  },

  'lost objects are sent again': async ({ random, phase, expectMoved, loseObjects }) => {
    const run = await phase('migrate', undefined, 'undisturbed')
    await loseObjects(12)
    const isLeft = random.integer(0, 1) === 1
    await phase('send again', run, isLeft ? 'give up' : 'to the end')
    if (!isLeft) await expectMoved(run)
    await phase('roll back', run, 'undisturbed')
  },

  repairs: (teller) => repaired(teller, 'to the end'),
  'repairs, undone without being resumed': (teller) => repaired(teller, 'give up'),

  'begun anew': async ({ world, random, phase, expectMoved, forgetSent }) => {
    const first = await phase('migrate', undefined, 'give up')
    forgetSent()
    // What the first has sent the second uses.
    world.expectShared()
    const second = await phase('migrate')
    await expectMoved()
    const inOrder = random.integer(0, 1) === 1
    for (const run of inOrder ? [first, second] : [second, first]) await phase('roll back', run)
  },

  'asleep in a rollback, and migrated again by another computer': async (teller) => {
    await sleptThrough(teller, rollbackSteps, async ({ world, phase, asleep }, at) => {
      const run = await phase('migrate', undefined, 'undisturbed')
      const there = await world.otherComputer()
      const again = await asleep({ do: 'rollback', runId: run }, at, there, migrate)
      return { computer: there, runId: again }
    })
  },

  'asleep in free, and rolled back by another computer': async (teller) => {
    await sleptThrough(teller, freeSteps, async ({ world, phase, asleep }, at) => {
      const run = await phase('migrate', undefined, 'undisturbed')
      await asleep({ do: 'free', runId: run }, at, await world.otherComputer(), { do: 'rollback', runId: run })
      return { computer: world, runId: run }
    })
  },

  'asleep while it deletes what is aside, and rolled back by another computer': async (teller) => {
    await sleptThrough(teller, deleteSteps, async ({ world, phase, asleep }, at) => {
      const run = await phase('migrate', undefined, 'undisturbed')
      await phase('free', run, 'undisturbed')
      world.deletesAside = true
      const there = await world.otherComputer()
      await asleep({ do: 'delete aside', runId: run }, at, there, { do: 'rollback', runId: run })
      return { computer: world, runId: run }
    })
  },

  'asleep while it puts files back, and rolled back by another computer': async (teller) => {
    await sleptThrough(teller, returnSteps, async ({ world, phase, asleep }, at) => {
      const run = await phase('migrate', undefined, 'undisturbed')
      const freed = await phase('free', run, 'undisturbed')
      await asleep({ do: 'rollback', runId: freed }, at, await world.otherComputer(), { do: 'rollback', runId: run })
      return { computer: world, runId: run }
    })
  },

  'asleep in a repair, and repaired by another computer': async (teller) => {
    const { world, random, audit, asleep, goOn, elsewhere, latest, watch, savedDocuments, expect, mostSleeps } = teller
    for (const [at, upTo] of inTurn(repairSteps, random).slice(0, mostSleeps)) {
      const mend = await plantFaults(world, random)
      await world.beginAnew()
      const found = await audit()
      const there = await world.otherComputer()
      const savedThere = new History(there.home)
      watch(() => lostInRepairs(world, new Set([...savedDocuments(), ...savedThere.savedDocuments()])))
      const other = await asleep({ do: 'repair', runId: found }, { at, nth: random.integer(1, upTo) }, there, {
        do: 'repair',
        runId: found,
      })
      await goOn()
      await elsewhere(world, { do: 'rollback', runId: latest('repair') })
      if (other !== '') await elsewhere(there, { do: 'rollback', runId: other })
      expect(`after two repairs were undone, one asleep at ${at}`, await differencesAfterRepairs(world))
      await mend()
      await world.beginAnew()
    }
  },

  'rehearsed on a copy of the database, with the same bucket': async ({
    world,
    random,
    phase,
    elsewhere,
    expectMoved,
  }) => {
    const copy = await world.rehearsal()
    try {
      // The rehearsal owns the bucket until production takes it over.
      await elsewhere(copy, { do: 'take over' })
      const rehearsed = await elsewhere(copy, migrate)
      await elsewhere(world, { do: 'take over' }, random.pick(['put after', 'writeMark before', 'writeMark after']))
      await elsewhere(world, { do: 'take over' })
      world.expectShared()
      const run = await phase('migrate')
      await expectMoved()
      await phase('free', run, 'undisturbed')
      world.deletesAside = true
      await phase('delete what is aside', run)
      await world.noteDeleted()
      for (const at of ['changePaths before', 'changePaths after', 'journal restored before']) {
        await elsewhere(copy, { do: 'rollback', runId: rehearsed?.runId ?? '' }, at)
        await elsewhere(copy, { do: 'resume' })
      }
      await phase('roll back', run)
    } finally {
      await copy.endRehearsal()
    }
  },

  'large files in one piece': async ({ phase, expectMoved }) => {
    const run = await phase('migrate')
    await expectMoved(run)
    await phase('roll back', run)
  },
} as const satisfies Record<string, (teller: Teller) => Promise<void>>

const tryingSteps = ['journal canary-intent', 'upload', 'journal canary-stored', 'download', 'removeDocument'].flatMap(
  (call) => [`${call} before`, `${call} after`],
)

// The first object that is removed is an earlier claim of the bucket.
const rollbackSteps = [
  ['journal restore-intent after', 1],
  ['changePaths before', 1],
  ['changePaths after', 1],
  ['journal remove-intent after', 1],
  ['put before', 1],
  ['writeMark before', 2],
  ['remove before', 12],
  ['remove after', 12],
  ['journal removed after', 1],
] as const
const freeSteps = [
  ['journal free-intent after', 8],
  ['move before', 8],
  ['move after', 8],
  ['parent local-freed after', 8],
] as const
const returnSteps = [
  ['journal set-aside-intent after', 8],
  ['move before', 8],
  ['move after', 8],
  ['parent local-returned after', 8],
] as const
const repairSteps = [
  ['journal commit-intent after', 2],
  ['changePaths before', 2],
  ['journal set-aside-intent after', 2],
  ['move before', 2],
  ['move after', 2],
  ['journal remove-intent after', 2],
  ['remove before', 2],
  ['remove after', 2],
] as const
const deleteSteps = [
  ['journal free-intent after', 8],
  ['removeFile before', 8],
  ['removeFile after', 8],
] as const

/** All of them, beginning with any. */
function inTurn<T>(steps: readonly T[], random: Random): T[] {
  const first = random.integer(0, steps.length - 1)
  return [...steps.slice(first), ...steps.slice(0, first)]
}

/** From the first document's way to S3 to its way back. */
const goingBackSteps = [
  { at: 'changePaths', nth: 1 },
  { at: 'journal committed', nth: 1 },
  // Of our own document first.
  { at: 'download', nth: 2 },
  { at: 'journal uncommit-intent', nth: 1 },
  { at: 'changePaths', nth: 2 },
  { at: 'journal error', nth: 1 },
  { at: 'journal finished', nth: 1 },
].flatMap(({ at, nth }) => ['before', 'after'].map((moment) => ({ at: `${at} ${moment}`, nth })))

/** Copies, and cuts over in vain, killed once at each step. Where a session was cut off, the next one does not begin afresh. */
async function goesBack({ world, random, phase, elsewhere, watchThroughReadur, expect }: Teller): Promise<string> {
  await watchThroughReadur(1)
  world.triesReadur = true
  world.askAsAdministrator()
  const run = await phase('copy', undefined, 'undisturbed')
  world.readur.storing = 'own objects'
  for (const { at, nth } of inTurn(goingBackSteps, random)) {
    await elsewhere(world, { do: 'cutover', runId: run }, at, nth)
    if (random.integer(0, 1) === 0) continue
    const ended = await elsewhere(world, { do: 'cutover', runId: run })
    expect(`cut off at ${at}`, ended?.status === 'interrupted' ? [] : [`it is “${ended?.status ?? 'gone'}”`])
    expect(`after it was cut off at ${at}`, await lacksCopies(world))
  }
  return run
}

/** Falls asleep at one step after the other; each time all goes back to local files before the next. */
async function sleptThrough(
  teller: Teller,
  steps: readonly (readonly [at: string, upTo: number])[],
  falling: (teller: Teller, at: Sleep) => Promise<{ computer: Computer; runId: string }>,
): Promise<void> {
  const { world, elsewhere, goOn, mostSleeps, random, forgetSent, expect } = teller
  for (const [at, upTo] of inTurn(steps, random).slice(0, mostSleeps)) {
    await world.beginAnew()
    forgetSent()
    world.expectShared()
    world.expectFetches()
    const { computer, runId } = await falling(teller, { at, nth: random.integer(1, upTo) })
    await goOn()
    if (runId !== '') await elsewhere(computer, { do: 'rollback', runId })
    expect(`after it slept at ${at}`, await differencesFromBefore(world))
  }
}

/** What an audit finds is put right, and taken back. */
async function repaired(
  { world, random, phase, audit, watch, savedDocuments, expect }: Teller,
  how: Perseverance,
): Promise<void> {
  const mend = await plantFaults(world, random)
  await world.beginAnew()
  watch(() => lostInRepairs(world, savedDocuments()))
  const repair = await phase('repair', await audit(), how)
  await phase('take repairs back', repair)
  expect('after repairs were taken back', await differencesAfterRepairs(world))
  await mend()
  await world.beginAnew()
}

export type Story = keyof typeof stories

export const storyNames = Object.keys(stories).filter((name): name is Story => name in stories)

export const tell = (story: Story, teller: Teller): Promise<void> => stories[story](teller)
