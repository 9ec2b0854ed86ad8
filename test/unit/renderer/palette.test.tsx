// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, finished } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'
import { findAll } from '../../../src/renderer/screens/palette/commands.ts'
import { keyNames } from '../../../src/renderer/components/keys.tsx'

describe('finding', () => {
  const all = [{ label: 'New connection' }, { label: 'History', also: 'runs' }, { label: 'Connections' }]
  it.each([
    ['', ['New connection', 'History', 'Connections']],
    ['conn', ['Connections', 'New connection']],
    ['RUNS', ['History']],
    ['connection new', ['New connection']],
    ['nothing', []],
  ])('“%s”', (typed, labels) => expect(findAll(all, typed).map(({ label }) => label)).toEqual(labels))

  it('names keys as the platform does', () => {
    expect(keyNames('mod+shift+H', false)).toEqual(['Ctrl', 'Shift', 'H'])
    expect(keyNames('mod+shift+H', true)).toEqual(['⌘', '⇧', 'H'])
  })
})

describe('the search for anything', () => {
  const open = async () => {
    await screen.findByRole('heading', { name: 'Sandbox', level: 1 })
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })
    return screen.findByRole('dialog', { name: 'Find anything' })
  }

  it('is opened by keys, and goes where Enter says', async () => {
    const { stores } = renderApp()
    const dialog = await open()
    const field = within(dialog).getByLabelText('Find a place, a connection or a run')
    fireEvent.change(field, { target: { value: 'sett' } })
    fireEvent.keyDown(field, { key: 'Enter', code: 'Enter' })
    expect(stores.navigation.getState().screen).toEqual({ name: 'settings' })
    expect(stores.overlay.getState().opened).toBeNull()
  })

  it('finds connections and runs too, and does what is clicked', async () => {
    const { stores } = renderApp(
      '',
      (main) => (main.answers.runs.list = () => answer({ runs: [finished], next: null })),
    )
    const dialog = await open()
    fireEvent.change(within(dialog).getByLabelText(/^Find a place/), { target: { value: 'migration sand' } })
    fireEvent.click(within(dialog).getByRole('option', { name: /^Migration of Sandbox/ }))
    expect(stores.navigation.getState().screen).toEqual({ name: 'run', runId: 'run-1' })
  })

  it('is left by Escape, and stays where it was opened', async () => {
    const { stores } = renderApp('#/')
    const dialog = await open()
    fireEvent.keyDown(within(dialog).getByLabelText(/^Find a place/), { key: 'Escape' })
    expect(stores.overlay.getState().opened).toBeNull()
    expect(stores.navigation.getState().screen).toEqual({ name: 'home' })
  })
})

describe('the menu of the platform and the keys', () => {
  it('lead to the same places', async () => {
    const { main, stores } = renderApp()
    await screen.findByRole('heading', { name: 'Sandbox', level: 1 })
    act(() => main.chooseInMenu('licences'))
    expect(stores.navigation.getState().screen).toEqual({ name: 'settings', licences: true })
    act(() => main.chooseInMenu('import state file'))
    expect(stores.importing.getState().opened).toBe(true)
    act(() => stores.importing.getState().close())
    act(() => main.chooseInMenu('home'))
    fireEvent.keyDown(document.body, { key: '?', shiftKey: true })
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })
    expect(dialog.textContent).toContain('Find anything')
  })
})
