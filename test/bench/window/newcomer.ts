import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { checkPointers } from '../../../src/sandbox/check.ts'
import { takeSnapshot } from '../../../src/sandbox/snapshot.ts'
import { contentOf, movedDocuments } from '../../e2e/outside.ts'
import { openWindow, openWorld } from '../../e2e/window.ts'

/** What a way through the window asks of somebody. Seconds are the computer's: nobody reads here. */
interface Way {
  clicks: number
  /** Pastes, and fields that had to be typed into. */
  entries: number
  /** Places where somebody has to choose, or to agree. */
  decisions: string[]
  seconds: number
}

class Walk {
  readonly #page: Page
  readonly #startedAt = performance.now()
  readonly #way: Way = { clicks: 0, entries: 0, decisions: [], seconds: 0 }

  constructor(page: Page) {
    this.#page = page
  }

  async click(target: Locator): Promise<void> {
    await target.click()
    this.#way.clicks += 1
  }

  /** As from the clipboard; nobody may read that of the system here. */
  async paste(text: string): Promise<void> {
    await this.#page.evaluate((pasted) => {
      const data = new DataTransfer()
      data.setData('text/plain', pasted)
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    }, text)
    this.#way.entries += 1
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.fill(text)
    this.#way.entries += 1
  }

  decides(what: string): void {
    this.#way.decisions.push(what)
  }

  get way(): Way {
    return { ...this.#way, seconds: Math.round((performance.now() - this.#startedAt) / 100) / 10 }
  }
}

/** From an empty first start to a migrated sandbox, and from the history to a rollback that is done. */
export async function measureNewcomer() {
  const world = await openWorld({ documents: 300, largeFileBytes: 20 * 1024 ** 2 })
  const home = join(world.home, '..', 'newcomer')
  const opened = await openWindow(home)
  try {
    const { page } = opened
    const settings = await readFile(world.sandbox.envFile, 'utf8')
    const forth = await migrate(page, settings)
    const moved = (await movedDocuments(world.sandbox)).length
    const broken = (await checkPointers(world.sandbox)).length
    const back = await rollBack(page)
    const asBefore = isDeepStrictEqual(contentOf(await takeSnapshot(world.sandbox)), contentOf(world.sandbox.before))
    return { forth, back, proof: { moved, broken, asBefore } }
  } finally {
    await opened.close()
    await world.remove()
  }
}

async function migrate(page: Page, settings: string): Promise<Way> {
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first()
  const walk = new Walk(page)
  await walk.click(button('New connection'))
  await page.getByRole('heading', { level: 1, name: 'New connection' }).waitFor()
  await walk.paste(settings)
  walk.decides('what was found is right')
  await walk.click(button('Use these settings'))
  const name = page.getByLabel('Name', { exact: true })
  if ((await name.inputValue()) === '') {
    walk.decides('how the connection is called')
    await walk.type(name, 'Sandbox')
  }
  await walk.click(button('Save'))
  await walk.click(button(/^Make a plan for/))
  walk.decides('the plan, with its options as they are')
  await walk.click(button(/^Migrate \d+ files/))
  walk.decides('what will be different afterwards')
  await walk.click(button('Start migration'))
  await page.getByRole('heading', { level: 1, name: /^Migration completed/ }).waitFor({ timeout: 300_000 })
  return walk.way
}

async function rollBack(page: Page): Promise<Way> {
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first()
  const walk = new Walk(page)
  await walk.click(button('History'))
  await walk.click(button(/^Open the run of/))
  await walk.click(button('Roll back…'))
  walk.decides('which documents, with its options as they are')
  await walk.click(button('Preview'))
  walk.decides('what will be different afterwards')
  await walk.click(button(/^Roll back \d+ documents/))
  await page.getByRole('heading', { level: 1, name: /^Rollback completed/ }).waitFor({ timeout: 300_000 })
  return walk.way
}
