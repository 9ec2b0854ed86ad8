import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { openWindow, openWorld } from './window.ts'

/** Goes through the window on the sandbox and takes a picture of every screen, light and dark, small and large. */
const folder = resolve('docs/images')
const sizes = { small: { width: 1024, height: 700 }, large: { width: 1440, height: 900 } }

await mkdir(folder, { recursive: true })
const world = await openWorld({ documents: 300, largeFileBytes: 120 * 1024 ** 2 })
const { page, app, close } = await openWindow(world.home)

async function resize(size: { width: number; height: number }): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  )
  await page.waitForFunction((width) => window.innerWidth === width, size.width)
}

async function paint(theme: 'light' | 'dark'): Promise<void> {
  const label = theme === 'light' ? 'Light' : 'Dark'
  await page.getByRole('radiogroup', { name: 'Appearance' }).getByText(label, { exact: true }).click()
  await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor()
}

/** A screen that stays as it is: in both themes, the light one in both sizes. */
async function capture(name: string): Promise<void> {
  await paint('dark')
  await page.screenshot({ path: join(folder, `${name}-dark.png`), animations: 'disabled' })
  await paint('light')
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
  await resize(sizes.small)
  await page.screenshot({ path: join(folder, `${name}-small.png`), animations: 'disabled' })
  await resize(sizes.large)
}

/** A screen that moves: one picture, as soon as something can be seen. */
async function captureRun(on: Page): Promise<void> {
  const bar = on.getByRole('progressbar', { name: 'Migration' })
  await bar.waitFor()
  await on.waitForFunction(
    () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0) >= 40,
  )
  await on.screenshot({ path: join(folder, 'run.png') })
}

try {
  await resize(sizes.large)
  await page.getByRole('article', { name: 'Sandbox' }).waitFor()
  await capture('home')
  await page.getByRole('button', { name: 'Make a plan for Sandbox' }).click()
  const migrate = page.getByRole('button', { name: /^Migrate \d+ files/ })
  await migrate.waitFor()
  await capture('plan')
  await migrate.click()
  await page.getByRole('dialog', { name: 'Start the migration?' }).waitFor()
  await page.screenshot({ path: join(folder, 'confirm.png'), animations: 'disabled' })
  await page.getByRole('button', { name: 'Start migration' }).click()
  await captureRun(page)
  await page.getByRole('heading', { name: /^Migration completed/ }).waitFor({ timeout: 120_000 })
  await capture('result')
} finally {
  await close()
  await world.remove()
}
