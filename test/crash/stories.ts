import type { Random } from '../../src/sandbox/documents/random.ts'
import type { CrashWorld } from './crashWorld.ts'
import { lacksCopies } from './invariants.ts'
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

  'undoes itself': async ({ phase }) => {
    await phase('undo itself')
  },

  'begun anew': async ({ random, phase, expectMoved, forgetSent }) => {
    const first = await phase('migrate', undefined, 'give up')
    forgetSent()
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

export type Story = keyof typeof stories

export const storyNames = Object.keys(stories).filter((name): name is Story => name in stories)

export const tell = (story: Story, teller: Teller): Promise<void> => stories[story](teller)
