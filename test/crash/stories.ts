import type { Random } from '../../src/sandbox/documents/random.ts'
import type { CrashWorld } from './crashWorld.ts'
import { plantFaults } from './faults.ts'
import { differencesAfterRepairs, lacksCopies, lostInRepairs } from './invariants.ts'
import type { PhaseName } from './phases.ts'

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
  /** Something is looked at as an audit does. Returns the run. */
  audit: () => Promise<string>
  /** Objects are gone that rows point at: they are to be sent again. */
  loseObjects: (count: number) => Promise<void>
  /** What is looked at after each session from here on, instead of what holds while documents are moved. */
  watch: (look: () => Promise<string[]>) => void
  /** Documents that a repair has saved before it deleted their rows. */
  savedDocuments: () => ReadonlySet<string>
  /** No run is left that a plain `resume` would take up. */
  expectNothingUnfinished: () => Promise<void>
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

  'in two steps, then local files are lost': async ({ world, random, phase, expect, expectMoved }) => {
    const run = await phase('copy')
    expect('after copying', await lacksCopies(world))
    await phase('cut over', run)
    await expectMoved(run)
    await world.spoil(random, spoiltFiles)
    await phase('roll back', run)
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
    world.shared = new Set(world.moving.map(({ key }) => key))
    const second = await phase('migrate')
    await expectMoved()
    const inOrder = random.integer(0, 1) === 1
    for (const run of inOrder ? [first, second] : [second, first]) await phase('roll back', run)
  },

  'large files in one piece': async ({ phase, expectMoved }) => {
    const run = await phase('migrate')
    await expectMoved(run)
    await phase('roll back', run)
  },
} as const satisfies Record<string, (teller: Teller) => Promise<void>>

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
