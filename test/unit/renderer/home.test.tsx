// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, profile, refuse, snapshot } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

describe('home screen', () => {
  it('says what the program is, and offers a connection and the sandbox, before there is one', async () => {
    renderApp('', (main) => (main.answers.profiles.list = () => answer([])))
    expect(await screen.findByRole('heading', { name: 'Welcome', level: 1 })).toBeTruthy()
    expect(screen.getByText(/every run can be undone/)).toBeTruthy()
    expect(await screen.findByText('npm run demo')).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'What you need' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Import connections…' })).toBeTruthy()
    fireEvent.click(within(screen.getByRole('main')).getByRole('button', { name: 'New connection' }))
    expect(await screen.findByRole('heading', { name: 'New connection', level: 1 })).toBeTruthy()
  })

  it('tells whoever has installed it what a connection takes, and nothing of npm', async () => {
    renderApp('', (main) => {
      main.answers.profiles.list = () => answer([])
      main.answers.app.info = () => answer({ version: '0.1.0', dataDir: '/data', runtime: 'test', installed: true })
    })
    const needs = await screen.findByRole('region', { name: 'What you need' })
    expect(needs.textContent).toContain('an S3 bucket with its access keys')
    expect(document.body.textContent).not.toMatch(/npm|sandbox/i)
  })

  it('finds a connection that was added in a terminal meanwhile', async () => {
    const { main } = renderApp('', (main) => (main.answers.profiles.list = () => answer([])))
    await screen.findByRole('heading', { name: 'Welcome' })
    main.answers.profiles.list = () => answer([profile])
    fireEvent.focus(window)
    expect(await screen.findByRole('heading', { name: 'Sandbox', level: 1 })).toBeTruthy()
  })

  it('keeps a connection that cannot be used yet, and leads to what it lacks', async () => {
    renderApp('', (main) => (main.answers.profiles.list = () => answer([{ ...profile, problem: 'No such file' }])))
    expect((await screen.findByRole('alert')).textContent).toBe('No such file')
    expect(screen.getByRole('button', { name: 'Make a plan for Sandbox' }).hasAttribute('disabled')).toBe(true)
    fireEvent.click(screen.getByRole('button', { name: 'Finish settings' }))
    expect(await screen.findByRole('heading', { name: 'Sandbox', level: 1 })).toBeTruthy()
  })

  it('tells why the profiles cannot be read, and reads them again when asked to', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.profiles.list = () => refuse(errorOf('SETTING_INVALID', 'Version 9'))
    })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Version 9')
    main.answers.profiles.list = () => answer([profile])
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('heading', { name: 'Sandbox', level: 1 })).toBeTruthy()
  })

  it('tells why the runs cannot be read, and reads them again when asked to', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.runs.list = () => refuse(errorOf('RUN_STORE_INVALID', 'runs: permission denied'))
    })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('RUN_STORE_INVALID')
    main.answers.runs.list = () => answer({ runs: [finished], next: null })
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('Completed with failures')).toBeTruthy()
  })

  it('leads from a profile to its plan', async () => {
    const { main } = renderApp()
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan for Sandbox' }))
    expect(await screen.findByRole('heading', { name: 'Plan for Sandbox', level: 1 })).toBeTruthy()
    expect(await screen.findByRole('button', { name: /^Migrate 300 files/ })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}])
  })

  it('leads back to the run that is under way', async () => {
    renderApp('#/', (main) => (main.answers.runs.current = () => answer(snapshot)))
    const banner = await screen.findByRole('region', { name: 'Run in progress' })
    expect(banner.textContent).toContain('27.6% of the data')
    fireEvent.click(within(banner).getByRole('button', { name: 'Show' }))
    expect(await screen.findByRole('progressbar', { name: 'Migration' })).toBeTruthy()
  })
})

describe('the menu of a connection', () => {
  const choose = async (item: string) => {
    fireEvent.click(await screen.findByRole('button', { name: 'More actions for Sandbox' }))
    fireEvent.click(await screen.findByRole('menuitem', { name: item }))
  }
  const notice = () => screen.findByText(/“Sandbox” (duplicated|and its|exported)/)

  it('deletes, says what that means, and brings back', async () => {
    const { main } = renderApp()
    await choose('Delete')
    expect((await notice()).textContent).toMatch(/saved passwords.*runs stay.*weren’t changed/)
    expect(main.calls).toContainEqual(['profiles.remove', 'sandbox'])
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(main.calls).toContainEqual(['profiles.restore', 'sandbox']))
  })

  it('duplicates, and leads to the copy', async () => {
    const { stores } = renderApp()
    await choose('Duplicate')
    await notice()
    fireEvent.click(screen.getByRole('button', { name: 'Edit copy' }))
    expect(stores.navigation.getState().screen).toEqual({ name: 'connection', profileId: 'copy-1', tab: 'settings' })
  })

  it('exports to the file that was chosen, and says that passwords stay here', async () => {
    const { main } = renderApp()
    await choose('Export…')
    expect((await notice()).textContent).toContain('/home/ada/readur-connections.json, without passwords')
    expect(main.calls).toContainEqual(['profiles.export', ['sandbox']])
  })

  it('renames, but not to a name that is taken', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.profiles.list = () => answer([profile, { ...profile, id: 'b', name: 'Taken' }])
    })
    await choose('Rename…')
    const input = await screen.findByRole('textbox', { name: 'Name' })
    fireEvent.change(input, { target: { value: 'Taken' } })
    expect(screen.getByText('Another connection already has this name.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Rename' }).hasAttribute('disabled')).toBe(true)
    fireEvent.change(input, { target: { value: ' Other ' } })
    fireEvent.click(screen.getByRole('button', { name: 'Rename' }))
    await waitFor(() => expect(main.calls).toContainEqual(['profiles.rename', 'sandbox', 'Other']))
  })

  it('leads to its check', async () => {
    const { main } = renderApp('')
    await choose('Check')
    await waitFor(() => expect(main.calls.find(([channel]) => channel === 'doctor.start')?.[2]).toBe('sandbox'))
  })

  it('says why an order was refused', async () => {
    renderApp('', (main) => {
      main.answers.profiles.remove = () => refuse(errorOf('SETTING_INVALID', 'profiles.json is damaged'))
    })
    await choose('Delete')
    expect((await screen.findByRole('alert')).textContent).toContain('profiles.json is damaged')
  })
})
