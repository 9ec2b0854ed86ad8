import { parseArgs } from 'node:util'
import { Campaign } from './campaign.ts'
import { CrashWorld } from './crashWorld.ts'
import { startS3 } from '../services/s3.ts'
import { startTestPostgres } from '../services/postgres.ts'
import { figuresText } from './figures.ts'
import { storyNames } from './stories.ts'

/**
 * `npm run test:crash`: migrations, resumes, cutovers, rollbacks and freeings of space, killed again and again on real
 * PostgreSQL and real S3 (Ceph RGW). Prints what was killed where, and what did not hold.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: new Date().toISOString() },
    documents: { type: 'string', default: '90' },
    'kills-per-phase': { type: 'string', default: '9' },
    'sleeps-per-story': { type: 'string', default: '9' },
    story: { type: 'string', multiple: true },
  },
})
const mebibyte = 1024 ** 2

// The servers are stopped and all is cleaned up.
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(new Error('Stopped.')))

const say = (line: string): void => void process.stderr.write(`${line}\n`)

say(`seed ${values.seed}`)
const [postgres, s3] = await Promise.all([startTestPostgres(), startS3()])
try {
  const scale = { documents: Number(values.documents), large: [24 * mebibyte, 33 * mebibyte, 6 * mebibyte] }
  const world = await CrashWorld.plant({ databaseUrl: postgres.url, s3 }, scale)
  try {
    const campaign = new Campaign(world, {
      kills: Number(values.kills),
      killsPerPhase: Number(values['kills-per-phase']),
      sleepsPerStory: Number(values['sleeps-per-story']),
      seed: values.seed,
      stories: values.story?.flatMap((name) => storyNames.filter((story) => story === name)),
      say,
      stop: stop.signal,
    })
    const figures = await campaign.run()
    process.stdout.write(`${figuresText(figures)}\n`)
    if (figures.violations.length > 0) process.exitCode = 1
  } finally {
    await world.close()
  }
} finally {
  await Promise.all([s3.stop(), postgres.stop()])
}
