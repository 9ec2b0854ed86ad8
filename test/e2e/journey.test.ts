import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataDir } from '../../src/main/dataDir.ts'
import { itemPage } from '../../src/main/engine/journal/items.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { checkSandbox } from '../../src/sandbox/check.ts'
import { openWindow, openWorld, type OpenWindow, type World } from './window.ts'

/** What axe finds that is serious, as text, in both themes. */
async function seriousFindings(page: Page): Promise<string[]> {
  const findings: string[] = []
  for (const theme of ['Dark', 'Light']) {
    await page.getByRole('radiogroup', { name: 'Appearance' }).getByText(theme, { exact: true }).click()
    await page.locator(`html[data-mantine-color-scheme="${theme.toLowerCase()}"]`).waitFor()
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    for (const { id, impact, nodes } of violations) {
      if (impact === 'serious' || impact === 'critical') {
        findings.push(`${theme}: ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
      }
    }
  }
  return findings
}

describe('the way of a new user through the window, on the sandbox', () => {
  let world: World
  let window: OpenWindow
  const page = (): Page => window.page
  const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name })

  beforeAll(async () => {
    world = await openWorld({ documents: 300, largeFileBytes: 120 * 1024 ** 2 })
    window = await openWindow(world.home)
  })
  afterAll(async () => {
    await window.close()
    await world.remove()
  })

  it('shows the sandbox as a profile, with server and bucket and without its secrets', async () => {
    const card = page().getByRole('article', { name: 'Sandbox' })
    await card.waitFor()
    const text = await card.innerText()
    expect(text).toContain(new URL(world.sandbox.databaseUrl).host)
    expect(text).toContain(world.sandbox.s3.bucket)
    expect(await page().content()).not.toContain(world.sandbox.s3.secretAccessKey)
    expect(await page().content()).not.toContain(new URL(world.sandbox.databaseUrl).password)
    expect(await seriousFindings(page())).toEqual([])
  })

  it('makes a plan that names every planted problem, and changes nothing', async () => {
    await page().getByRole('button', { name: 'Make a plan for Sandbox' }).click()
    await page()
      .getByRole('button', { name: /^Migrate \d+ files/ })
      .waitFor()
    const findings = await page().getByRole('region', { name: 'Findings' }).innerText()
    for (const title of [
      'File not found',
      'Not a regular file',
      'Path leaves the uploads folder',
      'Document has no owner',
    ]) {
      expect(findings).toContain(title)
    }
    const { differences } = await checkSandbox({ ...world.sandbox, expectations: [] })
    expect(differences).toEqual([])
    expect(await seriousFindings(page())).toEqual([])
  })

  it('asks before it starts, and can be called off', async () => {
    await page()
      .getByRole('button', { name: /^Migrate \d+ files/ })
      .click()
    const dialog = page().getByRole('dialog', { name: 'Start the migration?' })
    await dialog.waitFor()
    expect(await dialog.innerText()).toContain('Local files stay where they are')
    await page().keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('migrates with live progress that survives a reload of the page', async () => {
    await page()
      .getByRole('button', { name: /^Migrate \d+ files/ })
      .press('Enter')
    await page().getByRole('button', { name: 'Start migration' }).click()
    const bar = page().getByRole('progressbar', { name: 'Migration' })
    await bar.waitFor()
    await page().reload()
    await bar.or(heading(/^Migration completed/)).waitFor()
    await heading('Migration completed with failures').waitFor({ timeout: 120_000 })
  })

  it('tells the truth about the result: rows, bucket and disk are as planted, item by item', async () => {
    const runs = new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)
    const [runId] = runs.ids()
    if (runId === undefined) throw new Error('There is no run.')
    const items = runs.with(runId, (store) => itemPage(store, { after: 0, limit: 1000 }).items)
    const results = items.map(({ state, ...item }) => ({ ...item, outcome: state }))
    const { differences } = await checkSandbox({ ...world.sandbox, results })
    expect(differences).toEqual([])

    const moved = items.filter((item) => item.state === 'committed').length
    const failed = items.filter((item) => item.state === 'failed').length
    const text = await page().locator('main').innerText()
    expect(text).toContain(`${moved} of ${items.length} files`)
    expect(text).toContain(failed.toString())
    expect(text).toContain('File is damaged')
    expect(text).toContain('Another object lies at the key of this document')
    expect(await seriousFindings(page())).toEqual([])
  })

  it('lists the run at home, and a second plan finds nothing left but the failures', async () => {
    await page().getByRole('button', { name: 'Home' }).first().click()
    await page().getByRole('table', { name: 'Recent runs' }).waitFor()
    await page().getByRole('button', { name: 'Make a plan for Sandbox' }).click()
    // What the first run could not move for its content, the plan cannot know yet.
    await page().getByRole('button', { name: 'Migrate 2 files', exact: false }).waitFor()
    const findings = await page().getByRole('region', { name: 'Findings' }).innerText()
    expect(findings).toContain('Already on S3')
  })

  it('never had anything refused by its own content policy', () => {
    expect(window.complaints).toEqual([])
  })
})
