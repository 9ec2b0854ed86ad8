// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'
import { firstSettings } from '../../../src/shared/settings.ts'
import { answer, errorOf, planned, refuse } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

afterEach(() => setReaderLocale(null))

const kept = (calls: unknown[][]) => calls.filter(([channel]) => channel === 'settings.set').at(-1)?.[1]

describe('settings', () => {
  it('are reached by keys, and write numbers and dates as the reader wants them, at once', async () => {
    const { main } = renderApp()
    fireEvent.keyDown(document.body, { key: ',', ctrlKey: true })
    fireEvent.change(await screen.findByLabelText('Format'), { target: { value: 'de-DE' } })
    expect(await screen.findByText(/1\.234\.567 documents, 123,4 MB/)).toBeTruthy()
    expect(kept(main.calls)).toEqual({ ...firstSettings, locale: 'de-DE' })
  })

  it('are what a new plan begins with', async () => {
    const { main, stores } = renderApp('#/settings')
    fireEvent.click(await screen.findByRole('switch', { name: /^Copy now, switch later/ }))
    await waitFor(() => expect(kept(main.calls)).toMatchObject({ defaults: { copyOnly: true } }))
    main.answers.runs.get = () => answer(planned)
    stores.navigation.getState().go({ name: 'run', runId: 'run-1' })
    expect(await screen.findByRole('button', { name: /^Copy 300 files/ })).toBeTruthy()
  })

  it('are not kept while they are half typed', async () => {
    const { main } = renderApp('#/settings')
    fireEvent.change(await screen.findByLabelText('Upload in parts above'), { target: { value: '100 lines' } })
    expect(await screen.findByText(/Enter a size/)).toBeTruthy()
    expect(kept(main.calls)).toBeUndefined()
  })

  it('that cannot be kept are taken back, and say why', async () => {
    renderApp('#/settings', (main) => (main.answers.settings.set = () => refuse(errorOf('INTERNAL', 'disk full'))))
    fireEvent.change(await screen.findByLabelText('Format'), { target: { value: 'de-DE' } })
    expect((await screen.findByRole('alert')).textContent).toContain('disk full')
    expect(screen.getByLabelText('Format')).toHaveProperty('value', '')
  })

  it('say what forgetting old records comes to: never one that can still be rolled back', async () => {
    const { main } = renderApp('#/settings', (main) => {
      main.answers.records.outdated = () => answer({ free: 4, kept: 2 })
    })
    fireEvent.change(await screen.findByLabelText('Old records'), { target: { value: '90' } })
    expect(
      (await screen.findByText(/^At the next start, 4 records will be deleted\. 2 older records are kept/)).textContent,
    ).toContain('can still be resumed or rolled back')
    expect(main.calls).toContainEqual(['records.outdated', 90])
    expect(kept(main.calls)).toMatchObject({ keepRunsDays: 90 })
  })

  it('ask for later versions only if that was chosen', async () => {
    const { main } = renderApp('#/settings')
    const choice = await screen.findByRole('switch', { name: /^Check for updates once a day/ })
    expect(choice).toHaveProperty('checked', false)
    fireEvent.click(choice)
    await waitFor(() => expect(kept(main.calls)).toEqual({ ...firstSettings, checkForUpdates: true }))
  })

  it('show the data folder, and the licences of all that is inside', async () => {
    const { main } = renderApp('#/settings')
    expect(await screen.findByText('/data')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Open' }))
    expect(main.calls).toContainEqual(['app.openDataDir'])
    fireEvent.click(screen.getByRole('button', { name: 'Licences…' }))
    const dialog = await screen.findByRole('dialog', { name: /^Licences of 2 packages/ })
    expect(within(dialog).getByText('Permission is hereby granted')).toBeTruthy()
    expect(dialog.textContent).toContain('beta 2.1.0 Apache-2.0')
  })
})
