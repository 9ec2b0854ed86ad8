// @vitest-environment happy-dom
import { fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, profile, refuse, snapshot } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

describe('home screen', () => {
  it('says what the program is, and how to get the sandbox, before there is a profile', async () => {
    renderApp('', (main) => (main.answers.profiles.list = () => answer([])))
    expect(await screen.findByRole('heading', { name: 'Welcome', level: 1 })).toBeTruthy()
    expect(screen.getByText('npm run demo')).toBeTruthy()
    expect(screen.getByText(/Local files are never deleted/)).toBeTruthy()
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

  it('tells why the profiles cannot be read', async () => {
    renderApp('', (main) => (main.answers.profiles.list = () => refuse(errorOf('SETTING_INVALID', 'Version 9'))))
    expect((await screen.findByRole('alert')).textContent).toContain('Version 9')
  })

  it('leads from a profile to its plan', async () => {
    const { main } = renderApp()
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan for Sandbox' }))
    expect(await screen.findByRole('heading', { name: 'Plan for Sandbox', level: 1 })).toBeTruthy()
    expect(await screen.findByRole('button', { name: /^Migrate 300 files/ })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}])
  })

  it('stays on the way to a plan and says why there is none', async () => {
    renderApp('', (main) => (main.answers.runs.plan = () => refuse(errorOf('DB_UNREACHABLE', 'ECONNREFUSED'))))
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan for Sandbox' }))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Cannot reach the database')
    expect(alert.textContent).toContain('DB_UNREACHABLE')
    expect(within(alert).getByRole('button', { name: 'Copy error' })).toBeTruthy()
    expect(within(alert).getByRole('button', { name: 'Try again' })).toBeTruthy()
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
