import type { ItemState } from '../../../shared/run.ts'
import type { Comparison, Difference } from '../../../shared/record.ts'
import { itemPage, stateFinder } from '../../engine/journal/items.ts'
import type { RunStore } from '../../engine/journal/runStore.ts'
import { describeRun } from '../../engine/journal/summary.ts'
import type { IsAlive } from '../../engine/journal/timeline.ts'
import type { RunFolder } from '../runFolder.ts'

/** Items looked at before others get their turn: a few milliseconds. */
const pageSize = 500
const examples = 5

/** Puts two runs side by side: each file as it stands in one and in the other. Holds a page of them at a time. */
export async function compareRuns(runs: RunFolder, firstId: string, secondId: string): Promise<Comparison> {
  const first = runs.open(firstId)
  try {
    const second = runs.open(secondId)
    try {
      return await compare(first, second, runs.isAlive)
    } finally {
      second.close()
    }
  } finally {
    first.close()
  }
}

async function compare(first: RunStore, second: RunStore, isAlive: IsAlive): Promise<Comparison> {
  const tally = new Tally()
  await walk(first, stateFinder(second), (item, there) => tally.add(item.state, there, item))
  // The other way round only what the first has not: the rest was counted.
  await walk(second, stateFinder(first), (item, there) => {
    if (there === null) tally.add(null, item.state, item)
  })
  return {
    first: describeRun(first, isAlive),
    second: describeRun(second, isAlive),
    alike: tally.alike,
    differences: [...tally.differences.values()].sort((a, b) => b.count - a.count),
  }
}

type Item = ReturnType<typeof itemPage>['items'][number]

async function walk(
  store: RunStore,
  stateThere: ReturnType<typeof stateFinder>,
  tell: (item: Item, there: ItemState | null) => void,
): Promise<void> {
  for (let after: number | null = 0; after !== null;) {
    const page: ReturnType<typeof itemPage> = itemPage(store, { after, limit: pageSize })
    for (const item of page.items) tell(item, stateThere(item.documentId, item.rowId))
    after = page.next
    await new Promise(setImmediate)
  }
}

class Tally {
  alike = 0
  readonly differences = new Map<string, Difference>()

  add(from: ItemState | null, to: ItemState | null, { documentId, filename, path }: Item): void {
    if (from === to) {
      this.alike += 1
      return
    }
    const key = `${from ?? ''} ${to ?? ''}`
    const known = this.differences.get(key) ?? { from, to, count: 0, examples: [] }
    known.count += 1
    if (known.examples.length < examples) known.examples.push({ documentId, filename, path })
    this.differences.set(key, known)
  }
}
