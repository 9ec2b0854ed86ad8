import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from './accessibility.ts'
import { makeMillionRows, million } from './millionRows.ts'
import { openWindow, type OpenWindow } from './window.ts'

describe('a plan of a million documents', () => {
  let home = ''
  let opened: OpenWindow
  let runId = ''
  const figures: Record<string, number> = {}
  const page = (): Page => opened.page
  const grid = (): Locator => page().getByRole('grid', { name: 'Files in the plan' })
  const rowOf = (name: string): Locator => grid().getByRole('row').filter({ hasText: name })

  async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
    const from = performance.now()
    await work()
    return (figures[what] = Math.round(performance.now() - from))
  }

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'readur-million-'))
    await timed('made', async () => {
      runId = await Promise.resolve(makeMillionRows(home))
    })
    opened = await openWindow(home)
  })
  afterAll(async () => {
    process.stdout.write(`a million rows, in ms: ${JSON.stringify(figures)}\n`)
    await opened.close()
    await rm(home, { recursive: true, force: true })
  })

  it('is opened with its totals and its files', async () => {
    await page().evaluate((id) => (window.location.hash = `#/run/${id}`), runId)
    await page().getByRole('heading', { level: 1, name: 'Plan for Large' }).waitFor()
    await page()
      .getByRole('tab', { name: /^Files.*1,000,000/ })
      .waitFor()
    await timed('first files', async () => {
      await page()
        .getByRole('tab', { name: /^Files/ })
        .click()
      await rowOf('Scan 1.pdf').waitFor()
    })
    expect(await grid().getAttribute('aria-rowcount')).toBe(String(million + 1))
    expect(await grid().getByRole('row').count()).toBeLessThan(60)
  })

  it('goes to its end and back at a key, and draws a few rows only', async () => {
    await grid().focus()
    await timed('to the end', async () => {
      await page().keyboard.press('End')
      await rowOf('Scan 1000000.png').waitFor()
    })
    await page().getByRole('heading', { level: 2, name: 'Scan 1000000.png' }).waitFor()
    await page().keyboard.press('ArrowUp')
    await page().getByRole('heading', { level: 2, name: 'Scan 999999.pdf' }).waitFor()
    expect(await grid().getByRole('row').count()).toBeLessThan(60)
    await page().keyboard.press('Home')
    await rowOf('Scan 1.pdf').waitFor()
  })

  it('goes where its scroll bar is pulled to', async () => {
    const box = grid()
    await box.evaluate((element) => (element.scrollTop = (element.scrollHeight - element.clientHeight) / 2))
    await rowOf('Scan 500003.pdf').waitFor()
  })

  it('shows all about a file', async () => {
    await rowOf('Scan 500003.pdf').click()
    const details = page().getByRole('complementary', { name: 'Details of the file' })
    await details.getByText('documents/ada/2024/05/500003.pdf').waitFor()
    expect(await details.innerText()).toContain('0007a123-0000-4000-8000-00000007a123')
  })

  it('is narrowed by finding, words and size, and sorted', async () => {
    const files = page().getByRole('status').filter({ hasText: 'to move' })
    await timed('narrowed', async () => {
      await page().getByLabel('Result', { exact: true }).selectOption('Excluded')
      await files.filter({ hasText: /^1,000 files found/ }).waitFor()
    })
    await rowOf('File not found').first().waitFor()
    await timed('searched', async () => {
      await page().getByLabel('Search files by name, path or document ID').fill('99000')
      await files.filter({ hasText: /^11 files found/ }).waitFor()
    })
    await page().getByRole('button', { name: 'Clear' }).click()
    await files.filter({ hasText: /^1,000,000 files,/ }).waitFor()
    await timed('sorted', async () => {
      await grid().getByRole('button', { name: 'Size' }).click()
      await rowOf('4.9 MB').first().waitFor()
    })
    expect(await seriousFindings(page())).toEqual([])
  })

  it('scrolls, with no more rows drawn than before', async () => {
    const box = grid()
    await box.hover()
    await page().evaluate(() => {
      const frames: number[] = []
      let last = performance.now()
      const tick = (now: number): void => {
        frames.push(now - last)
        last = now
        requestAnimationFrame(tick)
      }
      requestAnimationFrame(tick)
      Object.assign(window, { frames })
    })
    const before = await grid().getByRole('row').nth(5).getAttribute('aria-rowindex')
    for (let n = 0; n < 60; n += 1) await page().mouse.wheel(0, 200)
    await page().waitForFunction(
      (from) => Number(document.querySelectorAll('[role=row]')[5]?.getAttribute('aria-rowindex')) - Number(from) > 200,
      before,
    )
    const frames = await page().evaluate(() =>
      (window as unknown as { frames: number[] }).frames.toSorted((a, b) => a - b),
    )
    figures['median frame'] = Math.round(frames[Math.floor(frames.length / 2)] ?? 0)
    figures['slow frame of 20'] = Math.round(frames[Math.floor(frames.length * 0.95)] ?? 0)
    expect(await grid().getByRole('row').count()).toBeLessThan(60)
  })

  it('shows the files of one cause from the findings', async () => {
    await page()
      .getByRole('tab', { name: /^Issues/ })
      .click()
    await page()
      .getByRole('button', { name: /^File not found/ })
      .click()
    await page().getByRole('button', { name: 'Show all 1,000 files' }).click()
    await page()
      .getByRole('status')
      .filter({ hasText: /^1,000 files found/ })
      .waitFor()
    expect(opened.complaints).toEqual([])
  })
})
