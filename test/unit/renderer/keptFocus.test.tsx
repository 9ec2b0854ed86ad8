import { act, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepFocus } from '../../../src/renderer/keptFocus.ts'
import { answer, finished, planned } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

const focused = () => expect.poll(() => document.activeElement?.textContent)

describe('the place of the keyboard', () => {
  let end: () => void
  beforeEach(() => {
    document.body.innerHTML = `<main><h1 tabindex="-1">Screen</h1><button id="a">A</button><div></div></main>`
    end = keepFocus(document)
  })
  afterEach(() => {
    end()
    document.body.innerHTML = ''
  })
  const element = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector) ?? document.body
  const addDialog = (): void => {
    element('div').innerHTML = `<section role="dialog"><button id="cancel">Cancel</button></section>`
  }

  it('is where a dialog was opened from, once it has gone', async () => {
    element('#a').focus()
    addDialog()
    element('#cancel').focus()
    element('div').innerHTML = ''
    await focused().toBe('A')
  })

  it('is the heading when what had it has gone', async () => {
    element('#a').focus()
    element('#a').remove()
    await focused().toBe('Screen')
  })

  it('is the heading when the opener of a dialog has gone too', async () => {
    element('#a').focus()
    addDialog()
    element('#cancel').focus()
    element('#a').remove()
    element('div').innerHTML = ''
    await focused().toBe('Screen')
  })

  it('is left alone where somebody clicked beside everything', async () => {
    element('#a').focus()
    vi.useFakeTimers()
    fireEvent.pointerDown(document.body)
    element('#a').remove()
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
    expect(document.activeElement).toBe(document.body)
  })
})

describe('in the window', () => {
  it('Esc closes the details of a file first, and leaves the plan then', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer({ ...finished, ...planned, runId: 'run-1' })
    })
    fireEvent.click(await screen.findByRole('tab', { name: /^Files/ }))
    const grid = await screen.findByRole('grid', { name: 'Files in the plan' })
    fireEvent.keyDown(grid, { key: 'ArrowDown' })
    const details = await screen.findByRole('complementary', { name: 'Details of the file' })
    const close = within(details).getByRole('button', { name: /^Close/ })
    act(() => close.focus())
    fireEvent.keyDown(close, { key: 'Escape' })
    await expect.poll(() => screen.queryByRole('complementary')).toBeNull()
    expect(document.activeElement).toBe(grid)
    fireEvent.keyDown(grid, { key: 'Escape' })
    expect(await screen.findByRole('heading', { name: 'Connections' })).toBeTruthy()
  })
})
