// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import { answer, errorOf, groupOf, planned, refuse, snapshot } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

const migrate = () => screen.findByRole('button', { name: /^Migrate / })

describe('plan screen', () => {
  it('counts live while the plan is being made', async () => {
    const planning = { ...snapshot, status: 'planning' as const, phase: 'plan' as const, documents: 128 }
    const { main } = renderApp('#/run/run-1', (main) => (main.answers.runs.current = () => answer(planning)))
    expect(await screen.findByText('128')).toBeTruthy()
    act(() => main.emit({ ...planning, documents: 256 }))
    expect(screen.getByText('256')).toBeTruthy()
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    expect(main.calls).toContainEqual(['runs.stop', 'run-1', 'in order'])
  })

  it('puts what cannot be moved first, and opens to remedy and examples', async () => {
    renderApp('#/run/run-1')
    const groups = await screen.findAllByRole('button', { name: /Cannot be moved|Needs nothing|Note/ })
    expect(groups.map((group) => group.textContent)).toEqual([
      expect.stringMatching(/^File not found.*9$/),
      expect.stringMatching(/^Path leaves the uploads folder.*3$/),
      expect.stringMatching(/^Already on S3.*6$/),
      expect.stringMatching(/^Several rows point at one file.*2$/),
    ])
    fireEvent.click(groups[0] ?? document.body)
    const examples = await screen.findByRole('table', { name: 'Examples: File not found' })
    expect(within(examples).getByText('invoice 1.pdf')).toBeTruthy()
    expect(screen.getByText(/Restore the file from a backup/)).toBeTruthy()
    expect(screen.getByText('The first 5 of 9 files.')).toBeTruthy()
  })

  it('starts only after the consequence was named', async () => {
    const { main } = renderApp('#/run/run-1')
    fireEvent.click(await migrate())
    const dialog = await screen.findByRole('dialog', { name: 'Start the migration?' })
    expect(dialog.textContent).toContain('rows of 300 files in 127.0.0.1:54321/readur will point at bucket')
    expect(dialog.textContent).toContain('Local files stay where they are.')
    expect(main.calls.some(([channel]) => channel === 'runs.start')).toBe(false)
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start migration' }))
    expect(main.calls).toContainEqual(['runs.start', 'run-1', defaultMigrateOptions])
  })

  it('sends the options as they are in the form', async () => {
    const { main } = renderApp('#/run/run-1')
    await migrate()
    fireEvent.change(screen.getByLabelText('Send in parts above'), { target: { value: '64MiB' } })
    fireEvent.click(screen.getByLabelText('Read back'))
    fireEvent.click(screen.getByRole('switch', { name: /^Undo everything on failure/ }))
    fireEvent.click(await migrate())
    fireEvent.click(await screen.findByRole('button', { name: 'Start migration' }))
    expect(main.calls.find(([channel]) => channel === 'runs.start')?.[2]).toEqual({
      ...defaultMigrateOptions,
      multipartThreshold: 67_108_864,
      verify: 'readback',
      enableRollback: true,
    })
  })

  it('does not start with options that are wrong', async () => {
    renderApp('#/run/run-1')
    await migrate()
    fireEvent.change(screen.getByLabelText('Send in parts above'), { target: { value: 'lots' } })
    expect(screen.getByText('Write a size, such as 100MB or 64MiB.')).toBeTruthy()
    expect((await migrate()).hasAttribute('disabled')).toBe(true)
  })

  it('takes nothing to move for good news', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () =>
        answer({ ...planned, totals: { documents: 9, items: 9, move: 0, skip: 9, blocked: 0, bytes: 0 } })
      main.answers.runs.problems = () => answer([groupOf('ALREADY_ON_S3', 'skipped', 9)])
    })
    expect(await screen.findByText('There is nothing to move.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: /^Migrate/ })).toBeNull()
  })

  it('shows why the start was refused, and stays startable', async () => {
    renderApp('#/run/run-1', (main) => (main.answers.runs.start = () => refuse(errorOf('DB_BUSY', 'run-0'))))
    fireEvent.click(await migrate())
    fireEvent.click(await screen.findByRole('button', { name: 'Start migration' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Another run works on this database')
    expect((await migrate()).hasAttribute('disabled')).toBe(false)
  })

  it('goes home by Esc, but not out of a dialog', async () => {
    renderApp('#/run/run-1')
    fireEvent.click(await migrate())
    fireEvent.keyDown(await screen.findByRole('button', { name: 'Start migration' }), { key: 'Escape' })
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Plan for Sandbox')
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(await screen.findByRole('heading', { name: 'Profiles', level: 1 })).toBeTruthy()
  })
})
