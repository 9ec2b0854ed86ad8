import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow } from './window.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'readur-e2e-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const boundsOf = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())

describe('the window on its desktop', () => {
  it('opens where it was closed, as large as it was', async () => {
    const first = await openWindow(home)
    await first.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1110, height: 720 }),
    )
    const before = await boundsOf(first.app)
    await first.close()
    const second = await openWindow(home)
    try {
      expect(before).toMatchObject({ width: 1110, height: 720 })
      expect(await boundsOf(second.app)).toEqual(before)
    } finally {
      await second.close()
    }
  })

  it('pastes by the menu of a field', async () => {
    const { app, page, close } = await openWindow(home)
    try {
      await page.getByRole('button', { name: 'New connection' }).first().click()
      const field = page.getByRole('textbox', { name: 'Name', exact: true })
      await field.waitFor()
      await app.evaluate(async ({ BrowserWindow, clipboard, Menu }) => {
        await clipboard.writeText('Family NAS')
        // The platform's menu is no part of the page: what it would show is chosen from here.
        Menu.prototype.popup = function (this: Electron.Menu) {
          const [window] = BrowserWindow.getAllWindows()
          const paste = this.items.find(({ role }) => role?.toLowerCase() === 'paste')
          if (paste?.enabled) Reflect.apply(paste.click, paste, [undefined, window, window?.webContents])
        }
      })
      await field.click({ button: 'right' })
      await page.waitForFunction(() =>
        [...document.querySelectorAll('input')].some(({ value }) => value === 'Family NAS'),
      )
      expect(await field.inputValue()).toBe('Family NAS')
    } finally {
      await close()
    }
  })
})
