import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { World } from './world.ts'

const counters = z.array(z.object({ updates: z.number(), hot: z.number() }))
const documents = 1_000

it('changing rows spares the 24 indexes of most: new versions find room in the page of the old ones', async () => {
  const world = await World.bulk(documents, 64, 60)
  const read = async (): Promise<{ updates: number; hot: number }> => {
    const rows = await world.query(
      `SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'documents'`,
    )
    return counters.parse(rows)[0] ?? { updates: 0, hot: 0 }
  }
  // A session's updates are counted when it has ended.
  const counted = (updates: number): Promise<{ updates: number; hot: number }> =>
    vi.waitUntil(
      async () => {
        const now = await read()
        return now.updates >= updates ? now : null
      },
      { timeout: 30_000, interval: 50 },
    )
  // OCR has written to each row twice.
  const before = await counted(2 * documents)
  const { report } = await world.run('migrate', '--batch-size', '100')
  expect(report).toMatchObject({ status: 'completed', committed: documents })
  const after = await counted(before.updates + documents)
  expect(after.updates - before.updates).toBe(documents)
  expect((after.hot - before.hot) / documents).toBeGreaterThan(0.7)
  await world.close()
})
