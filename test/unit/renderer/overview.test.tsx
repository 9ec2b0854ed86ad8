// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { confirmedByUser, type ReadurState } from '../../../src/shared/readurState.ts'
import { answer, errorOf, type FakeMain, finished, planned, profile, refuse } from './fixtures.ts'
import { onBucket, settingsText } from './profileFixtures.ts'
import { counted } from './programFixtures.ts'
import { renderApp } from './renderApp.tsx'

const step = (name: RegExp) => screen.findByRole('listitem', { name })

describe('documents at a glance', () => {
  it('are counted for a connection of this computer, with the time of it', async () => {
    const { main } = renderApp()
    const card = await screen.findByRole('region', { name: 'Documents' })
    expect(await within(card).findByText('1,204 on S3')).toBeTruthy()
    expect(card.textContent).toMatch(/312 local.*as of/)
    expect(main.calls).toContainEqual(['counts.count', 'sandbox'])
  })

  it('of a server are what is known, until somebody asks', async () => {
    const { main } = renderApp('', (main) => {
      main.answers.profiles.list = () => answer([{ ...profile, server: 'nas' }])
      main.answers.counts.known = () => answer({ sandbox: { ...counted, onS3: 7 } })
    })
    const card = await screen.findByRole('region', { name: 'Documents' })
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
    const card = await screen.findByRole('region', { name: 'Documents' })
    expect(await within(card).findByText('Can’t reach the database')).toBeTruthy()
    expect(within(card).getByText('1,204 on S3')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('the overview of a connection', () => {
  it('names the next step, and leads to it', async () => {
    const { stores } = renderApp()
    expect((await step(/^1\. Check/)).getAttribute('aria-current')).toBe('step')
    fireEvent.click(screen.getByRole('button', { name: 'Check (Sandbox)' }))
    expect(stores.navigation.getState().screen).toEqual({ name: 'doctor', profileId: 'sandbox' })
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(stores.navigation.getState().screen).toEqual({ name: 'connection', profileId: 'sandbox', tab: 'overview' })
  })

  it('forces no order: a plan can be made at once', async () => {
    const { main } = renderApp('#/overview/sandbox')
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan for Sandbox' }))
    await waitFor(() => expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}]))
  })

  it('shows how far a connection is, and reads the runs of this one alone', async () => {
    const { main } = renderApp('#/overview/sandbox', (main) => {
      main.answers.runs.list = () => answer({ runs: [finished], next: null })
    })
    expect((await step(/^3\. Copy and verify: 298 files copied and verified; 2 files failed/)).dataset.state).toBe(
      'trouble',
    )
    expect((await step(/^6\. Validate/)).getAttribute('aria-current')).toBe('step')
    expect(main.calls).toContainEqual(['runs.list', { offset: 0, limit: 30, filter: { profileId: 'sandbox' } }])
    fireEvent.click(screen.getByRole('button', { name: 'View failures (Sandbox)' }))
    await waitFor(() => expect(main.calls).toContainEqual(['runs.get', 'run-1']))
  })

  const notOnBucket = (state: ReadurState) => (main: FakeMain) => {
    main.answers.runs.list = () =>
      answer({ runs: [{ ...finished, status: 'copied', committed: 0, copied: 298 }, planned], next: null })
    main.answers.server.known = () => answer(null)
    main.answers.server.look = () => answer({ state, foundAt: 1 })
  }

  it('finds out where Readur stores, and says what to write into its settings without the secret', async () => {
    const local: ReadurState = { at: 'local', source: 'container readur' }
    const { main } = renderApp('#/overview/sandbox', notOnBucket(local))
    const switching = await step(/^4\. Switch Readur to S3: Readur stores locally \(container readur\)/)
    expect(switching.getAttribute('aria-current')).toBe('step')
    expect(within(switching).getByText(/S3_ENABLED=true/).textContent).toBe(settingsText.lines)
    expect(within(switching).getByText(/as minio, port 9000/)).toBeTruthy()
    // What it was created with, a container keeps over a restart.
    expect(
      within(switching).getByText(
        /Then restart Readur \(in Docker: docker compose up -d, with its uploads on a volume; /,
      ),
    ).toBeTruthy()
    expect(within(switching).queryByRole('checkbox')).toBeNull()
    fireEvent.click(within(switching).getByRole('button', { name: 'Show with secret key…' }))
    await waitFor(() => expect(main.calls).toContainEqual(['server.reveal', 'sandbox']))
    main.answers.server.look = () => answer({ state: onBucket, foundAt: 2 })
    fireEvent.click(screen.getByRole('button', { name: 'Check Readur (Sandbox)' }))
    expect((await step(/^4\. Switch Readur to S3: Readur uses this bucket/)).dataset.state).toBe('done')
    expect(
      (await step(/^5\. Switch documents to S3: 298 files waiting for the switch/)).getAttribute('aria-current'),
    ).toBe('step')
  })

  it('does not say how to restart a Readur whose uploads would be deleted by it', async () => {
    const uploadsInside = { container: 'readur', path: '/app/uploads', lostWith: 'container' } as const
    renderApp('#/overview/sandbox', notOnBucket({ at: 'local', source: 'container readur', uploadsInside }))
    const switching = await step(/^4\. Switch Readur to S3: .* inside container readur, not on a volume/)
    expect(
      within(switching).getByText(/Don’t restart or recreate Readur yet.* mount the copy in its place/),
    ).toBeTruthy()
    expect(within(switching).queryByText(/docker compose up/)).toBeNull()
  })

  it('asks the user only where nothing tells', async () => {
    const unknown: ReadurState = { at: 'unknown', why: 'Nothing tells.', canConfirm: true }
    const { main } = renderApp('#/overview/sandbox', notOnBucket(unknown))
    const tick = await screen.findByRole('checkbox', { name: 'Readur uses this bucket and was restarted' })
    main.answers.server.confirm = () => answer({ state: { at: 'bucket', source: confirmedByUser }, foundAt: 2 })
    fireEvent.click(tick)
    expect((await step(/^4\. Switch Readur to S3: Readur uses this bucket \(you confirmed it\)/)).dataset.state).toBe(
      'done',
    )
    expect(main.calls).toContainEqual(['server.confirm', 'sandbox', true])
  })

  it('of a server asks nothing by itself', async () => {
    const { main } = renderApp('#/overview/sandbox', (main) => {
      main.answers.profiles.list = () => answer([{ ...profile, server: 'nas' }])
    })
    await step(/^4\. Switch Readur to S3: Readur uses this bucket/)
    expect(main.calls.some(([channel]) => channel === 'server.look')).toBe(false)
  })

  it('has all rows, files and objects compared, as closely as was asked, and shows the run that keeps it', async () => {
    const { main, stores } = renderApp('#/connection/sandbox/audit')
    fireEvent.click(await screen.findByRole('button', { name: 'Audit…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Audit of “Sandbox”' })
    fireEvent.click(within(dialog).getByRole('radio', { name: /^Hashes of local files/ }))
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start audit' }))
    await waitFor(() => expect(stores.navigation.getState().screen).toEqual({ name: 'run', runId: 'run-1' }))
    expect(main.calls).toContainEqual(['runs.audit', 'sandbox', 'checksum'])
  })

  it('of a connection that was deleted leads to the history', async () => {
    renderApp('#/overview/gone')
    expect(await screen.findByRole('heading', { name: 'Connection not found' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Open history' }))
    expect(await screen.findByRole('heading', { name: 'History' })).toBeTruthy()
  })
})
