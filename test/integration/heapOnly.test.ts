import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { World } from './world.ts'

const counters = z.array(z.object({ updates: z.number(), hot: z.number() }))

/** Moving a row to the next free place of its own page spares all 24 indexes. */
it('changing the rows of 2,000 documents spares the indexes of most', { timeout: 120_000 }, async () => {
  const world = await World.bulk(2_000, 64, 300)
  const read = async (): Promise<{ updates: number; hot: number }> => {
    const rows = await world.query(
      `SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'documents'`,
    )
    return counters.parse(rows)[0] ?? { updates: 0, hot: 0 }
  }
  // What planting has done is counted when its session has ended.
  const before = await vi.waitUntil(async () => {
    const { updates, hot } = await read()
    return updates >= 4_000 ? { updates, hot } : null
  }, { timeout: 20_000, interval: 50 })
  const { report } = await world.run('migrate', '--parallel-uploads', '16')
  expect(report).toMatchObject({ status: 'completed', committed: 2_000 })
  const after = await vi.waitUntil(async () => {
    const now = await read()
    return now.updates >= before.updates + 2_000 ? now : null
  }, { timeout: 20_000, interval: 50 })
  expect(after.updates - before.updates).toBe(2_000)
  expect((after.hot - before.hot) / 2_000).toBeGreaterThan(0.7)
  await world.close()
})
