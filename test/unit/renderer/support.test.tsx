// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { BundleText } from '../../../src/shared/support.ts'
import { answer, errorOf, finished, refuse } from './fixtures.ts'
import { openTab, renderApp } from './renderApp.tsx'

const open = async () => {
  await openTab(/^Record/)
  fireEvent.click(await screen.findByRole('button', { name: 'Create support bundle…' }))
}
const gather = () => fireEvent.click(screen.getByRole('button', { name: 'Preview' }))

describe('a support bundle', () => {
  it('of a run is gathered with the logs that were named, looked at, and only then written', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(finished)
      main.answers.support.read = (_id, entry, from): Promise<{ ok: true; value: BundleText }> =>
        Promise.resolve({
          ok: true,
          value: from === 0 ? { text: `${entry}: begin`, next: 6 } : { text: ', end', next: null },
        })
    })
    await open()
    fireEvent.change(screen.getByLabelText('Readur container'), { target: { value: 'readur-app' } })
    gather()
    const dialog = await screen.findByRole('dialog', { name: 'Contents of the support bundle' })
    expect(main.calls).toContainEqual([
      'support.prepare',
      'sandbox',
      { runId: 'run-1', readurContainer: 'readur-app', postgresContainer: null },
    ])
    expect(dialog.textContent).toContain('3 files, 12.9 kB')
    expect(main.calls.some(([channel]) => channel === 'support.write')).toBe(false)
    fireEvent.click(within(dialog).getByRole('button', { name: /^checklist.md/ }))
    expect(await within(dialog).findByText('checklist.md: begin')).toBeTruthy()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Show more' }))
    expect(await within(dialog).findByText('checklist.md: begin, end')).toBeTruthy()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save…' }))
    expect(await screen.findByText(/^Support bundle saved to \/home\/ada\/support\.zip\./)).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
    fireEvent.click(screen.getAllByRole('button', { name: 'Show in folder' }).at(0) ?? expect.unreachable())
    expect(main.calls.at(-1)).toEqual(['support.reveal', 'bundle-1'])
  })

  it('is not written when no file was chosen, and stays to be looked at', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(finished)
      main.answers.support.write = () => answer(null)
    })
    await open()
    gather()
    fireEvent.click(await screen.findByRole('button', { name: 'Save…' }))
    await act(() => Promise.resolve())
    expect(screen.getByRole('dialog', { name: 'Contents of the support bundle' })).toBeTruthy()
  })

  it('says why it could not be gathered; closing it ends what is under way', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(finished)
      main.answers.support.prepare = () => refuse(errorOf('RUN_NOT_FOUND', 'There is no run “run-1”.'))
    })
    await open()
    gather()
    expect((await screen.findByRole('alert')).textContent).toContain('There is no run “run-1”.')
    main.answers.support.prepare = () => new Promise(() => undefined)
    gather()
    expect(await screen.findByRole('progressbar', { name: 'Support bundle' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(main.calls).toContainEqual(['support.cancel'])
  })
})
