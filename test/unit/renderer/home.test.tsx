// @vitest-environment happy-dom
import { fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, profile, refuse, snapshot } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

describe('home screen', () => {
  it('says what the program is and how to add a profile, and where the sandbox will show, before there is one', async () => {
    renderApp('', (main) => (main.answers.profiles.list = () => answer([])))
    expect(await screen.findByRole('heading', { name: 'Welcome', level: 1 })).toBeTruthy()
    expect(screen.getByText(/Local files are never deleted/)).toBeTruthy()
    const commands = screen.getAllByText(/^npm run/).map((command) => command.textContent)
    expect(commands).toEqual(['npm run cli -- profiles add "My Readur" readur.env', 'npm run demo'])
    expect(screen.getByText(/opens a window of its own/)).toBeTruthy()
  })

  it.each([
    ['the button', () => fireEvent.click(screen.getByRole('button', { name: 'Look for the profile' }))],
    ['coming back to the window', () => fireEvent.focus(window)],
  ])('finds a profile that was added meanwhile, by %s', async (_way, look) => {
    const { main } = renderApp('', (main) => (main.answers.profiles.list = () => answer([])))
    await screen.findByRole('heading', { name: 'Welcome' })
    main.answers.profiles.list = () => answer([profile])
    look()
    expect(await screen.findByRole('article', { name: 'Sandbox' })).toBeTruthy()
  })

  it('shows from where to where a profile moves documents, and its last run', async () => {
    renderApp('', (main) => (main.answers.runs.list = () => answer({ runs: [finished], next: null })))
    const card = await screen.findByRole('article', { name: 'Sandbox' })
    expect(await within(card).findByText('Completed with failures')).toBeTruthy()
    expect(within(card).getByText(profile.database)).toBeTruthy()
    expect(within(card).getByText(profile.bucket)).toBeTruthy()
  })

  it('keeps a profile that cannot be read, without a way to use it', async () => {
    renderApp('', (main) => (main.answers.profiles.list = () => answer([{ ...profile, problem: 'No such file' }])))
    expect((await screen.findByRole('alert')).textContent).toBe('No such file')
    expect(screen.getByRole('button', { name: 'Make a plan for Sandbox' }).hasAttribute('disabled')).toBe(true)
  })

  it('tells why the profiles cannot be read, and reads them again when asked to', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.profiles.list = () => refuse(errorOf('SETTING_INVALID', 'Version 9'))
    })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Version 9')
    main.answers.profiles.list = () => answer([profile])
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('article', { name: 'Sandbox' })).toBeTruthy()
  })

  it('tells why the runs cannot be read, and reads them again when asked to', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.runs.list = () => refuse(errorOf('RUN_STORE_INVALID', 'runs: permission denied'))
    })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('RUN_STORE_INVALID')
    main.answers.runs.list = () => answer({ runs: [finished], next: null })
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('table', { name: 'Recent runs' })).toBeTruthy()
  })

  it('leads from a profile to its plan', async () => {
    const { main } = renderApp()
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan for Sandbox' }))
    expect(await screen.findByRole('heading', { name: 'Plan for Sandbox', level: 1 })).toBeTruthy()
    expect(await screen.findByRole('button', { name: /^Migrate 300 files/ })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}])
  })

  it('opens a run of the list', async () => {
    renderApp('', (main) => {
      main.answers.runs.list = () => answer({ runs: [finished], next: null })
      main.answers.runs.get = () => answer(finished)
    })
    fireEvent.click(await screen.findByRole('button', { name: /^Open the run of/ }))
    expect(await screen.findByRole('heading', { name: 'Migration completed with failures' })).toBeTruthy()
  })

  it('leads back to the run that is under way', async () => {
    renderApp('#/', (main) => (main.answers.runs.current = () => answer(snapshot)))
    const banner = await screen.findByRole('region', { name: 'Run under way' })
    expect(banner.textContent).toContain('27.6%')
    fireEvent.click(within(banner).getByRole('button', { name: 'Show' }))
    expect(await screen.findByRole('progressbar', { name: 'Migration' })).toBeTruthy()
  })
})
