import { afterEach, expect, it } from 'vitest'
import { createBucket } from '../services/bucket.ts'
import { createDatabase } from '../services/database.ts'
import { Campaign } from './campaign.ts'
import { CrashWorld } from './crashWorld.ts'

const mebibyte = 1024 ** 2

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

/** The short form; `npm run test:crash` kills 200 times and more. */
it(
  'killed 25 times on its way to S3 and back, it loses no document and sends none twice',
  { timeout: 300_000 },
  async () => {
    const [database, bucket] = await Promise.all([createDatabase(), createBucket()])
    cleanUp.push(database.drop, bucket.remove)
    const scale = { documents: 60, large: [20 * mebibyte, 6 * mebibyte] }
    const world = await CrashWorld.plant({ databaseUrl: database.url, s3: bucket }, scale)
    cleanUp.push(() => world.close())

    const seed = new Date().toISOString()
    const lines: string[] = []
    const campaign = new Campaign(world, {
      kills: 25,
      killsPerPhase: 5,
      sleepsPerStory: 1,
      seed,
      say: (line) => lines.push(line),
    })
    const { violations, killed, slept } = await campaign.run()
    expect(violations, `seed ${seed}\n${lines.join('\n')}`).toEqual([])
    // A session that was put to sleep counts as one that was killed.
    expect(killed + slept).toBeGreaterThanOrEqual(25)
  },
)
