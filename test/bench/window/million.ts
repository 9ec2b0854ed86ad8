import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeMillionRows } from '../../e2e/millionRows.ts'
import { openWindow } from '../../e2e/window.ts'
import { readFrames, readMain, watchFrames, watchMain } from './frames.ts'

/** Frames while a plan of a million documents is scrolled, and what opening it holds up in the main process. */
export async function measureMillion() {
  const home = await mkdtemp(join(tmpdir(), 'readur-bench-million-'))
  const runId = makeMillionRows(home)
  const { app, page, close } = await openWindow(home)
  try {
    await watchMain(app)
    await watchFrames(page)
    await page.evaluate((id) => (window.location.hash = `#/run/${id}`), runId)
    await page.getByRole('heading', { level: 1, name: 'Plan for Large' }).waitFor()
    await page.getByRole('button', { name: /^File not found/ }).waitFor()
    const opening = { main: await readMain(app), frames: await readFrames(page) }
    await page.getByRole('tab', { name: /^Files/ }).click()
    const grid = page.getByRole('grid', { name: 'Files of the plan' })
    await grid.getByRole('row').filter({ hasText: 'Scan 1.pdf' }).waitFor()
    await grid.hover()
    await readFrames(page)
    for (let n = 0; n < 300; n += 1) await page.mouse.wheel(0, 400)
    const wheel = await readFrames(page)
    // The scroll bar, pulled from one end to the other.
    for (let n = 0; n <= 100; n += 1) {
      await grid.evaluate((box, share) => (box.scrollTop = (box.scrollHeight - box.clientHeight) * share), n / 100)
      await page.evaluate(() => new Promise(requestAnimationFrame))
    }
    return { opening, wheel, scrollBar: await readFrames(page), main: await readMain(app) }
  } finally {
    await close()
    await rm(home, { recursive: true, force: true })
  }
}
