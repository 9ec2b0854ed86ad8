import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'

export type Theme = 'Dark' | 'Light'
export const themes: readonly Theme[] = ['Dark', 'Light']

/** Has the system prefer an appearance, which the window follows, and waits until it is there. */
export async function paint(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme === 'Dark' ? 'dark' : 'light' })
  await page.locator(`html[data-mantine-color-scheme="${theme.toLowerCase()}"]`).waitFor()
}

async function findingsIn(page: Page, theme: Theme): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${theme}: ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

/** What axe finds on a screen that is serious, as text, in both themes. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const findings: string[] = []
  for (const theme of themes) {
    await paint(page, theme)
    findings.push(...(await findingsIn(page, theme)))
  }
  return findings
}

/** Waits until a dialog has faded in: text that is still half transparent has too little contrast for axe. */
async function opaque(dialog: Locator): Promise<void> {
  await dialog.waitFor()
  await dialog.evaluate(
    (element) =>
      new Promise<void>((resolve) => {
        const look = () => {
          let faded = false
          for (let part: Element | null = element; part; part = part.parentElement)
            faded ||= getComputedStyle(part).opacity !== '1'
          if (faded) requestAnimationFrame(look)
          else resolve()
        }
        look()
      }),
  )
}

/** The same of a dialog: opens it in each theme, and leaves it by Esc, which gives the focus back. */
export async function seriousFindingsOf(page: Page, dialog: Locator, open: () => Promise<void>): Promise<string[]> {
  const findings: string[] = []
  for (const theme of themes) {
    await paint(page, theme)
    await open()
    await opaque(dialog)
    findings.push(...(await findingsIn(page, theme)))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    // Who works without a mouse is not thrown back to the beginning.
    await page.waitForFunction(() => document.activeElement !== document.body)
  }
  return findings
}

/** The same of what lies over the window now, which leaves no way to the choice of the appearance. */
export async function seriousFindingsHere(page: Page): Promise<string[]> {
  const findings: string[] = []
  const colours = (scheme: string | null) =>
    page.evaluate((wanted) => {
      const before = document.documentElement.getAttribute('data-mantine-color-scheme')
      document.documentElement.setAttribute('data-mantine-color-scheme', wanted ?? 'light')
      return before
    }, scheme)
  for (const theme of themes) {
    const before = await colours(theme.toLowerCase())
    findings.push(...(await findingsIn(page, theme)))
    await colours(before)
  }
  return findings
}

/** More stops than any screen should ask of anyone before its main action. */
const stopsAtMost = 40

/** Goes to an element as somebody without a mouse does; gives the number of stops. Throws when it is not reached. */
export async function tabTo(page: Page, target: Locator): Promise<number> {
  await target.waitFor()
  for (let stops = 1; stops <= stopsAtMost; stops += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return stops
  }
  throw new Error(`${target.toString()} is further than ${stopsAtMost} stops away.`)
}
