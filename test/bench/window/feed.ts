import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, ElectronApplication, Page } from 'playwright-core'
import { z } from 'zod'
import { ProgressMeter } from '../../../src/main/runs/progressMeter.ts'
import { eventChannel, type IpcEvent } from '../../../src/shared/ipc.ts'
import type { RunSnapshot } from '../../../src/shared/run.ts'
import { makeMillionRows } from '../../e2e/millionRows.ts'
import { openWindow } from '../../e2e/window.ts'
import { say } from '../measured.ts'
import { readFrames, watchFrames } from './frames.ts'

const documentsPerSecond = 500
const snapshotsPerSecond = 4
const hour = 3600 * snapshotsPerSecond
const watchedSeconds = 30
const lot = 200
const event: IpcEvent = 'run.snapshot'

/**
 * What the window makes of a run at 500 documents a second: frames while it is shown at its own pace, and the page's memory
 * after an hour of snapshots, sent as fast as they are taken. The snapshots are those of the real meter, and come by the real
 * channel.
 */
export async function measureFeed() {
  const home = await mkdtemp(join(tmpdir(), 'readur-bench-feed-'))
  const runId = makeMillionRows(home)
  const { app, page, close } = await openWindow(home)
  try {
    const feed = new Feed(runId)
    await page.evaluate((id) => (window.location.hash = `#/run/${id}`), runId)
    await page.getByRole('heading', { level: 1, name: 'Plan for Large' }).waitFor()
    await send(app, feed.next(1), 0)
    await page.getByRole('progressbar', { name: 'Migration' }).waitFor()

    await watchFrames(page)
    await send(app, feed.next(watchedSeconds * snapshotsPerSecond), 1000 / snapshotsPerSecond)
    const frames = { log: await readFrames(page), failures: await ofFailures(app, page, feed) }

    const session = await page.context().newCDPSession(page)
    const memory = [await memoryOf(session)]
    for (let sent = 0; sent < hour; sent += lot) {
      await send(app, feed.next(lot), 4)
      if (sent + lot === hour / 2 || sent + lot === hour) memory.push(await memoryOf(session))
      if ((sent / lot) % 12 === 0) say(`  ${Math.round((sent / hour) * 100)} % of an hour`)
    }
    return { documentsPerSecond, frames, memoryAtStartHalfEnd: memory, whileSentAsFastAsTaken: await readFrames(page) }
  } finally {
    await close()
    await rm(home, { recursive: true, force: true })
  }
}

/** The same with the failures unfolded instead of the log. */
async function ofFailures(app: ElectronApplication, page: Page, feed: Feed) {
  await page.getByRole('tab', { name: /^Failures/ }).click()
  await page.getByRole('button', { name: /^File not found/ }).click()
  await readFrames(page)
  await send(app, feed.next(10 * snapshotsPerSecond), 1000 / snapshotsPerSecond)
  const frames = await readFrames(page)
  await page.getByRole('tab', { name: /^Log/ }).click()
  return frames
}

/** A run that copies 500 documents a second, by a clock of its own. */
class Feed {
  #now = Date.now()
  #done = 0
  readonly #runId: string
  readonly #meter = new ProgressMeter(() => this.#now)

  constructor(runId: string) {
    this.#runId = runId
    this.#meter.planned({ documents: 5_000_000, move: 5_000_000, skip: 0, blocked: 1_000, bytes: 5e12 })
    this.#meter.phase('copy')
  }

  next(count: number): RunSnapshot[] {
    return Array.from({ length: count }, () => this.#step())
  }

  #step(): RunSnapshot {
    this.#now += 1000 / snapshotsPerSecond
    const each = documentsPerSecond / snapshotsPerSecond
    for (let n = 0; n < each; n += 1) {
      const seq = (this.#done += 1)
      this.#meter.fileStarted(seq + 8, `Scan ${seq + 8}.pdf`, 1_000_000)
      this.#meter.fileMoved(seq + 8, (seq * 7919) % 1_000_000)
      const fails = seq % 2_000 === 0
      this.#meter.fileEnded(seq, fails ? 'failed' : 'verified', 1_000_000)
      if (fails) this.#meter.log('error', `Scan ${seq}.pdf: File not found`)
      if (seq % 500 === 0) this.#meter.log('info', `Rows of 500 files were switched to S3.`)
      this.#meter.outcomes(fails ? { failed: 1 } : { committed: 1 })
    }
    return this.#meter.snapshot({
      runId: this.#runId,
      profileId: 'none',
      kind: 'migrate',
      activity: 'run',
      status: 'running',
      stopping: null,
      pause: null,
      pace: { parallelUploads: 8, bytesPerSecond: null },
      parallelNow: 8,
    })
  }
}

/** Sends them by the channel that the product uses, one every so many ms. */
async function send(app: ElectronApplication, snapshots: RunSnapshot[], everyMs: number): Promise<void> {
  await app.evaluate(
    async ({ BrowserWindow }, told) => {
      const [window] = BrowserWindow.getAllWindows()
      for (const snapshot of told.snapshots) {
        window?.webContents.send(told.eventChannel, told.event, snapshot)
        await new Promise((done) => setTimeout(done, told.everyMs))
      }
    },
    { snapshots, everyMs, eventChannel, event },
  )
}

const metricsSchema = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) })

/** After the garbage was collected. */
async function memoryOf(session: CDPSession) {
  await session.send('Performance.enable')
  // What the first collection sets free may hold more.
  for (let n = 0; n < 3; n += 1) await session.send('HeapProfiler.collectGarbage')
  const { metrics } = metricsSchema.parse(await session.send('Performance.getMetrics'))
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return {
    heapMB: Math.round(of('JSHeapUsedSize') / 1e5) / 10,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
  }
}
