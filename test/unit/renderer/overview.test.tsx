// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, planned, profile, refuse } from './fixtures.ts'
import { counted } from './programFixtures.ts'
import { renderApp } from './renderApp.tsx'

const step = (name: RegExp) => screen.findByRole('listitem', { name })

describe('documents at a glance', () => {
  it('are counted for a connection of this computer, with the time of it', async () => {
    const { main } = renderApp()
    const card = await screen.findByRole('article', { name: 'Sandbox' })
    expect(await within(card).findByText('1,204 on S3')).toBeTruthy()
    expect(card.textContent).toMatch(/312 local.*3 files in trouble.*as of/)
    expect(main.calls).toContainEqual(['counts.count', 'sandbox'])
  })

  it('of a server are what is known, until somebody asks', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.profiles.list = () => answer([{ ...profile, server: 'nas' }])
      main.answers.counts.known = () => answer({ sandbox: { ...counted, onS3: 7 } })
    })
    const card = await screen.findByRole('article', { name: 'Sandbox' })
    expect(await within(card).findByText('7 on S3')).toBeTruthy()
    expect(main.calls.some(([channel]) => channel === 'counts.count')).toBe(false)
    fireEvent.click(within(card).getByRole('button', { name: 'Count the documents of Sandbox' }))
    expect(await within(card).findByText('1,204 on S3')).toBeTruthy()
  })

  it('keep the old figures where the server is away, and say so without an alarm', async () => {
    renderApp('', (main) => {
      main.answers.counts.known = () => answer({ sandbox: counted })
      main.answers.counts.count = () => refuse(errorOf('DB_UNREACHABLE', 'connect ECONNREFUSED'))
    })
    const card = await screen.findByRole('article', { name: 'Sandbox' })
    expect(await within(card).findByText('Cannot reach the database')).toBeTruthy()
    expect(within(card).getByText('1,204 on S3')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('the overview of a connection', () => {
  it('is opened from its card, names the next step, and leads to it', async () => {
    const { stores } = renderApp()
    fireEvent.click(await screen.findByRole('button', { name: 'Sandbox' }))
    expect((await step(/^1\. Check/)).getAttribute('aria-current')).toBe('step')
    fireEvent.click(screen.getByRole('button', { name: 'Check (Sandbox)' }))
    expect(stores.navigation.getState().screen).toEqual({ name: 'doctor', profileId: 'sandbox' })
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(stores.navigation.getState().screen).toEqual({ name: 'overview', profileId: 'sandbox' })
  })

  it('forces no order: a plan can be made at once', async () => {
    const { main } = renderApp('#/overview/sandbox')
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan (Sandbox)' }))
    await waitFor(() => expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}]))
  })

  it('shows how far a connection is, and reads the runs of this one alone', async () => {
    const { main } = renderApp('#/overview/sandbox', (main) => {
      main.answers.runs.list = () => answer({ runs: [finished], next: null })
    })
    expect((await step(/^3\. Copy and verify: 298 files copied and verified; 14 files/)).dataset.state).toBe('trouble')
    expect((await step(/^4\. Switch Readur/)).getAttribute('aria-current')).toBe('step')
    expect(main.calls).toContainEqual(['runs.list', { offset: 0, limit: 30, filter: { profileId: 'sandbox' } }])
    fireEvent.click(screen.getByRole('button', { name: 'See the failures (Sandbox)' }))
    await waitFor(() => expect(main.calls).toContainEqual(['runs.get', 'run-1']))
  })

  it('says what to write into Readur’s settings, and remembers that it was done', async () => {
    renderApp('#/overview/sandbox', (main) => {
      main.answers.runs.list = () =>
        answer({ runs: [{ ...finished, status: 'copied', copied: 298 }, planned], next: null })
    })
    expect((await screen.findByText(/S3_ENABLED=true/)).textContent).toBe(
      'S3_ENABLED=true\nS3_BUCKET_NAME=readur-documents\nS3_ENDPOINT_URL=http://127.0.0.1:9000',
    )
    fireEvent.click(screen.getByRole('checkbox', { name: 'Readur uses this bucket now' }))
    expect((await step(/^4\. Switch Readur/)).dataset.state).toBe('done')
    expect((await step(/^5\. Cut over: 298 files wait for it/)).getAttribute('aria-current')).toBe('step')
  })

  it('has all rows, files and objects compared, as closely as was asked, and shows the run that keeps it', async () => {
    const { main, stores } = renderApp('#/overview/sandbox')
    fireEvent.click(await screen.findByRole('button', { name: 'Audit…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Audit of “Sandbox”' })
    fireEvent.click(within(dialog).getByRole('radio', { name: /^Local files by their hash/ }))
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start' }))
    await waitFor(() => expect(stores.navigation.getState().screen).toEqual({ name: 'run', runId: 'run-1' }))
    expect(main.calls).toContainEqual(['runs.audit', 'sandbox', 'checksum'])
  })

  it('of a connection that was deleted leads to the history', async () => {
    renderApp('#/overview/gone')
    expect(await screen.findByRole('heading', { name: 'It is not here any more' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Open the history' }))
    expect(await screen.findByRole('heading', { name: 'History' })).toBeTruthy()
  })
})
