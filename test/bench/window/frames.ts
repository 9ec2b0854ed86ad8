import type { ElectronApplication, Page } from 'playwright-core'

/** Milliseconds between frames as the page draws them. A display of 60 Hz has one every 16.7 ms. */
export interface Frames {
  median: number
  of95: number
  worst: number
  /** Work of the page that held up its frames for 50 ms and more. */
  longTasks: number
  longestTask: number
}

/** What `watchFrames` leaves in the page. */
interface Watched {
  frames: number[]
  tasks: number[]
}

/** Begins to note each frame, and each task that is long. */
export async function watchFrames(page: Page): Promise<void> {
  // What tsx makes of a function with a name calls this.
  await page.evaluate('globalThis.__name = (named) => named')
  await page.evaluate(() => {
    const watched: Watched = { frames: [], tasks: [] }
    let last = performance.now()
    const tick = (now: number): void => {
      watched.frames.push(now - last)
      last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watched.tasks.push(duration)
    }).observe({ type: 'longtask' })
    Object.assign(window, { watched })
  })
}

/** What was noted since the last time. */
export async function readFrames(page: Page): Promise<Frames> {
  const { frames, tasks } = await page.evaluate(() => {
    const { watched } = window as unknown as { watched: Watched }
    return { frames: watched.frames.splice(0), tasks: watched.tasks.splice(0) }
  })
  const sorted = frames.toSorted((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return {
    median: at(0.5),
    of95: at(0.95),
    worst: at(1),
    longTasks: tasks.length,
    longestTask: rounded(Math.max(0, ...tasks)),
  }
}

/** How long the main process let others wait, in ms: what it does there holds up the run, too. */
export interface Stalls {
  of99: number
  longest: number
}

export async function watchMain(app: ElectronApplication): Promise<void> {
  await app.evaluate(() => {
    const stalls: number[] = []
    let last = performance.now()
    setInterval(() => {
      const now = performance.now()
      stalls.push(Math.max(0, now - last - 5))
      last = now
    }, 5)
    Object.assign(globalThis, { stalls })
  })
}

export async function readMain(app: ElectronApplication): Promise<Stalls> {
  const stalls = await app.evaluate(() => (globalThis as unknown as { stalls: number[] }).stalls.splice(0))
  const sorted = stalls.toSorted((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return { of99: at(0.99), longest: at(1) }
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10
