import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../src/sandbox/bucket.ts'
import { checkSandbox } from '../../src/sandbox/check.ts'
import { openDataDir } from '../../src/main/dataDir.ts'
import { itemPage } from '../../src/main/engine/journal/items.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { seriousFindings } from './accessibility.ts'
import { openWindow, openWorld, type OpenWindow, type World } from './window.ts'

describe('a run that is paused, slowed down and left alone', () => {
  let world: World
  let opened: OpenWindow
  const page = (): Page => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name })
  const bar = () => page().getByRole('progressbar', { name: 'Migration' })
  const log = () => page().getByRole('log')
  const isVisible = () => opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  /** Counted in the bucket, by other means than the product's. */
  const objects = async (): Promise<number> => {
    const bucket = openBucket(world.sandbox.s3)
    let count = 0
    for await (const key of bucket.keys()) count += key.length > 0 ? 1 : 0
    bucket.close()
    return count
  }

  beforeAll(async () => {
    world = await openWorld({ documents: 300, largeFileBytes: 1024 ** 2 })
    opened = await openWindow(world.home)
  })
  afterAll(async () => {
    await opened.close()
    await world.remove()
  })

  it('begins with the bandwidth that its plan was given', async () => {
    await button('Make a plan for Sandbox').click()
    const migrate = button(/^Migrate \d+ files/)
    await migrate.waitFor()
    await page().getByLabel('Bandwidth').fill('200kB')
    await migrate.click()
    await button('Start migration').click()
    await bar().waitFor()
    // Before the run has begun, nothing is known of its pace.
    await expect.poll(() => page().getByLabel('Bandwidth').inputValue()).toBe('200.0 kB/s')
  })

  it('holds still while it is paused, also for a page that is loaded anew', async () => {
    await button('Pause').click()
    await page().getByText('Paused. Nothing is being uploaded.').waitFor()
    const before = await objects()
    await page().reload()
    await page().getByText('Paused. Nothing is being uploaded.').waitFor()
    await page().getByRole('tab', { name: 'Record' }).click()
    await log().getByText('Paused.').waitFor()
    await page().getByRole('tab', { name: 'Summary' }).click()
    expect(await seriousFindings(page())).toEqual([])
    expect(await objects()).toBe(before)
    await button('Resume').click()
    await page().getByText('Paused. Nothing is being uploaded.').waitFor({ state: 'hidden' })
  })

  it('takes another number of files at once while it goes on', async () => {
    const files = page().getByLabel('Files in parallel')
    expect(await files.inputValue()).toBe('8')
    await files.fill('3')
    await page().waitForFunction(() => document.querySelectorAll('[aria-label="Files in progress"] > li').length === 3)
  })

  it('goes on without its window, and is there again when the program is started once more', async () => {
    await opened.app.evaluate(({ app, BrowserWindow, dialog, Notification }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
      const said: string[] = []
      Notification.isSupported = () => true
      Notification.prototype.show = function show(this: Notification) {
        said.push(`${this.title}: ${this.body}`)
      }
      const bars: number[] = []
      const [window] = BrowserWindow.getAllWindows()
      if (window) window.setProgressBar = (share) => void bars.push(share)
      Object.assign(app, { said, bars })
      window?.close()
    })
    await expect.poll(isVisible).toBe(false)
    const before = await objects()
    await expect.poll(objects, { timeout: 20_000 }).toBeGreaterThan(before)
    await opened.app.evaluate(({ app }) => void app.emit('second-instance', {}, [], '', undefined))
    await expect.poll(isVisible).toBe(true)
    await bar().waitFor()
    await page().getByLabel('Bandwidth').fill('')
    await page().getByLabel('Bandwidth').press('Enter')
    await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(isVisible).toBe(false)
  })

  it('tells of its end though nobody sees it, and has shown its progress in the taskbar', async () => {
    const told = () => opened.app.evaluate(({ app }) => app as unknown as { said: string[] }).then(({ said }) => said)
    await expect
      .poll(told, { timeout: 60_000 })
      .toEqual([expect.stringMatching(/^Migration completed with failures: \d/)])
    const bars = await opened.app.evaluate(({ app }) => (app as unknown as { bars: number[] }).bars)
    expect(bars.at(-1)).toBe(-1)
    expect(Math.max(...bars)).toBeGreaterThan(0.5)
    expect(Math.max(...bars)).toBeLessThan(1)
  })

  it('has lost nothing on the way', async () => {
    await opened.app.evaluate(({ app }) => void app.emit('second-instance', {}, [], '', undefined))
    await page().getByRole('heading', { level: 1, name: 'Migration completed with failures' }).waitFor()
    await page().getByRole('tab', { name: 'Record' }).click()
    await page().getByRole('region', { name: 'Timeline' }).getByText('Paused').waitFor()
    const runs = new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)
    const items = runs.with(runs.ids()[0] ?? '', (store) => itemPage(store, { after: 0, limit: 1000 }).items)
    const results = items.map(({ state, ...item }) => ({ ...item, outcome: state }))
    expect((await checkSandbox({ ...world.sandbox, results })).differences).toEqual([])
    expect(opened.complaints).toEqual([])
  })
})
