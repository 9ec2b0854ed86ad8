import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { asMigrateError } from '../../src/main/engine/errors.ts'
import { itemPage } from '../../src/main/engine/journal/items.ts'
import { problemGroups } from '../../src/main/engine/journal/problems.ts'
import type { RunStore } from '../../src/main/engine/journal/runStore.ts'
import { snapshotSql } from '../../src/main/engine/journal/snapshot.ts'
import { stateText } from '../../src/main/engine/journal/stateText.ts'
import { describeRun } from '../../src/main/engine/journal/summary.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { defaultMigrateOptions } from '../../src/shared/run.ts'
import { header, plannedItem, seal, verified } from './runStores.ts'

/** Runs of one folder, one of which is damaged again and again. What ends the process ends the test that started it. */
const [dir = '', first = '0', count = '1'] = process.argv.slice(2)

const folderOf = (name: string): RunFolder => {
  mkdirSync(join(dir, name), { recursive: true })
  return new RunFolder(join(dir, name))
}
const items = 40

function make(): string {
  const store = folderOf('sound').create(header)
  seal(
    store,
    Array.from({ length: items }, (_, n) =>
      plannedItem(`Ünïcode ${n}`, { fileHash: 'ab'.repeat(32), followers: n % 5 === 0 ? [`i${n}`] : [] }),
    ),
  )
  store.append([
    { step: 'started', data: { pid: 1, host: 'h', options: { ...defaultMigrateOptions, copyOnly: true } } },
  ])
  store.savePaths(
    Array.from({ length: items }, (_, n) => ({
      documentId: `Ünïcode ${n}`,
      column: 'documents.file_path',
      rowId: `Ünïcode ${n}`,
      path: `/app/uploads/documents/${n}.txt`,
    })),
  )
  const seqs = Array.from({ length: items - 10 }, (_, n) => n + 1)
  store.append([{ step: 'send-intent', data: { seqs } }])
  store.append(
    seqs.map(
      (seq) => ({ step: 'verified', seq, data: { ...verified, sha256: String(seq).padStart(64, '0') } }) as const,
    ),
  )
  store.append([{ step: 'commit-intent', data: { seqs: seqs.slice(5) } }])
  store.append(seqs.slice(5, 20).map((seq) => ({ step: 'committed', seq, data: {} }) as const))
  store.append([
    {
      step: 'failed',
      seq: 21,
      code: 'S3_REJECTED',
      data: { code: 'S3_REJECTED', title: 't', message: 'm', remedy: 'r', causes: [] },
    },
  ])
  store.close()
  return store.header.id
}

const id = make()
const sound = readFileSync(join(dir, 'sound', `${id}.sqlite`))
const standingsOf = (store: RunStore) => new Map([...store.standings()].flat().map((one) => [one.item.seq, one]))
const truth = folderOf('sound').with(id, standingsOf)

/** xorshift32 */
function random(seed: number): () => number {
  let x = (seed * 2654435761 + 1) >>> 0
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}

const looks: readonly ((store: RunStore) => unknown)[] = [
  (store) => describeRun(store, () => false),
  (store) => itemPage(store, { after: 0, limit: 500 }),
  problemGroups,
  (store) => [...stateText(store)],
  (store) => [...snapshotSql(store)],
]

const tally: Record<string, number> = {}
const tell = (what: string): void => void (tally[what] = (tally[what] ?? 0) + 1)
const wrong: string[] = []

for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  const next = random(seed + 1)
  const bytes = Buffer.from(sound)
  const at = Math.floor(next() * bytes.length)
  const bit = seed % 2 === 0 ? 1 << Math.floor(next() * 8) : 1 + Math.floor(next() * 255)
  bytes[at] = (bytes[at] ?? 0) ^ bit
  // A folder each: the library lets go of a file late.
  const folder = folderOf(String(seed))
  writeFileSync(join(dir, String(seed), `${id}.sqlite`), bytes)

  // Lists: whatever they say, the run is in them.
  if (!folder.list(0, 9).runs.some(({ runId }) => runId === id)) wrong.push(`${seed}: not listed`)
  for (const look of looks) {
    try {
      folder.with(id, look)
    } catch (error) {
      tell(`look ${asMigrateError(error).code}`)
    }
  }

  // What is done: every item is as it was, or named.
  let store: RunStore
  try {
    store = await folder.openToWork(id)
  } catch (error) {
    tell(asMigrateError(error).code)
    continue
  }
  try {
    const { damage } = store
    tell(damage.isUndecided ? 'undecided' : damage.items.length + damage.lines > 0 ? 'damaged' : 'unharmed')
    const found = standingsOf(store)
    for (const [seq, one] of truth) {
      const mine = found.get(seq)
      if (damage.items.includes(seq) ? mine : !isDeepStrictEqual(mine, one)) {
        wrong.push(`${seed} at ${at}: item ${seq} is ${JSON.stringify(mine)} with ${JSON.stringify(damage)}`)
        break
      }
    }
    if (found.size + damage.items.filter((seq) => truth.has(seq)).length !== truth.size)
      wrong.push(`${seed} at ${at}: ${found.size} items`)
  } catch (error) {
    wrong.push(`${seed} at ${at}: ${String(error)}`)
  } finally {
    store.close()
  }
  rmSync(join(dir, String(seed)), { recursive: true })
}
process.stdout.write(JSON.stringify({ tally, wrong }))
