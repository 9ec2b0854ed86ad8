// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { RunDetails } from '../../../src/shared/record.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import { answer, errorOf, finished, planned, refuse, rolledBack, snapshot } from './fixtures.ts'
import { settingsText } from './profileFixtures.ts'
import { openTab, renderApp } from './renderApp.tsx'

const stopped: RunDetails = {
  ...finished,
  status: 'interrupted',
  committed: 120,
  failed: 0,
  skipped: 6,
  remaining: 192,
  copied: 40,
}

const result = (details: Partial<RunDetails> = {}, prepare: Parameters<typeof renderApp>[1] = () => undefined) =>
  renderApp('#/run/run-1', (main) => {
    main.answers.runs.get = (runId) => answer(runId === 'run-1' ? { ...finished, ...details } : { ...planned, runId })
    prepare(main)
  })

const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }))
const dialog = (name: string) => screen.findByRole('dialog', { name })

describe('a run that can go on', () => {
  it('says what remains before it does, and shows that it goes on', async () => {
    const { main } = result(stopped)
    await press('Resume')
    const asked = await dialog('Resume this run?')
    expect(asked.textContent).toContain('120 of 318 files done, 192 remaining.')
    expect(asked.textContent).toContain('40 of these are already copied')
    main.answers.runs.current = () => answer(snapshot)
    fireEvent.click(within(asked).getByRole('button', { name: 'Resume' }))
    expect(await screen.findByRole('progressbar', { name: 'Migration' })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.resume', 'run-1'])
  })

  it('says why it cannot, and can be tried again', async () => {
    const lost = errorOf('DB_UNREACHABLE', 'connect ECONNREFUSED')
    const { main } = result(stopped, (main) => (main.answers.runs.resume = () => refuse(lost)))
    await press('Resume')
    fireEvent.click(within(await dialog('Resume this run?')).getByRole('button', { name: 'Resume' }))
    expect((await screen.findByRole('alert')).textContent).toContain('DB_UNREACHABLE')
    // What the main process tells of its end is the same error, not a second one.
    act(() => main.emit({ ...snapshot, status: 'interrupted', error: lost }))
    expect(await screen.findAllByRole('alert')).toHaveLength(1)
    expect((await screen.findByRole('button', { name: 'Resume' })).hasAttribute('disabled')).toBe(false)
  })

  it('does not call a stop that was asked for an error', async () => {
    result({ ...stopped, error: errorOf('INTERRUPTED', 'The run was stopped.') })
    expect(await screen.findByRole('heading', { name: 'Migration interrupted' })).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('the next steps of a run', () => {
  it('plan anew what failed and can succeed', async () => {
    const { main } = result()
    await press('Retry 2 that can succeed')
    expect(await screen.findByRole('button', { name: /^Migrate 300 files/ })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.retryFailed', 'run-1', 'can succeed'])
  })

  it('plan anew what failed for one cause alone', async () => {
    const { main } = result()
    await openTab(/^Issues/)
    await press(/^File not found/)
    main.answers.runs.get = (runId) =>
      answer({ ...planned, runId, planOptions: { of: { runId: 'run-1', state: 'failed', code: 'FILE_MISSING' } } })
    // As things are it would fail again, which is said; whoever has restored the file may try.
    expect(await screen.findByText(/^Fix the cause first/)).toBeTruthy()
    await press('Retry these: File not found')
    expect(await screen.findByRole('button', { name: /^Migrate 300 files/ })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.retryFailed', 'run-1', 'FILE_MISSING'])
    expect(screen.getByText(/failed in an earlier run with: File not found/)).toBeTruthy()
  })

  it('offer a cause to be tried again only where it was a failure', async () => {
    result()
    await openTab(/^Issues/)
    for (const name of [/^Already on S3/, /^Path is outside/]) await press(name)
    expect(await screen.findByRole('button', { name: /^Retry these: Path is outside/ })).toBeTruthy()
    expect(screen.queryByRole('button', { name: /^Retry these: Already/ })).toBeNull()
  })

  it('say why a plan could not be made, and try the same again', async () => {
    const { main } = result({}, (main) => {
      main.answers.runs.retryFailed = () => refuse(errorOf('S3_UNREACHABLE', 'ECONNREFUSED'))
    })
    await press(/^Retry 2 that/)
    const alert = await screen.findByRole('alert')
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    await screen.findByRole('alert')
    expect(main.calls.filter(([channel]) => channel === 'runs.retryFailed')).toHaveLength(2)
  })

  it('cut over after saying what has to be done before', async () => {
    const { main } = result({ status: 'copied', committed: 0, failed: 0, copied: 300, remaining: 300 })
    expect(await screen.findByRole('heading', { name: 'Copied and verified' })).toBeTruthy()
    // What was copied has not been left undone.
    expect(screen.getByText('not switched yet').parentElement?.textContent).toBe('Copied300not switched yet')
    expect(screen.getByText('Not started', { selector: 'dt' }).parentElement?.textContent).toMatch(/^Not started0/)
    await press('Switch to S3…')
    const asked = await dialog('Switch to S3 now?')
    expect(asked.textContent).toContain('300 files in 127.0.0.1:54321/readur will load from bucket')
    expect(asked.textContent).toContain('Readur uses this bucket (container readur).')
    expect(within(asked).queryByRole('checkbox')).toBeNull()
    expect(asked.textContent).not.toContain('downloaded')
    expect(main.calls.some(([channel]) => channel === 'runs.cutover')).toBe(false)
    fireEvent.click(within(asked).getByRole('button', { name: 'Switch to S3' }))
    expect(main.calls).toContainEqual(['runs.cutover', 'run-1', true, false])
  })

  it('cut over after saying that every copy is downloaded once more, where the run verifies by download', async () => {
    const options = { ...defaultMigrateOptions, copyOnly: true, verify: 'readback' } as const
    result({ status: 'copied', committed: 0, failed: 0, copied: 300, remaining: 300, options })
    await press('Switch to S3…')
    const asked = await dialog('Switch to S3 now?')
    expect(asked.textContent).toContain('Every copy is downloaded and compared again first')
  })

  it.each([true, false])(
    'cut over and try Readur first where it can be asked, if that is left ticked: %s',
    async (tries) => {
      const { main } = result({ status: 'copied', committed: 0, failed: 0, copied: 300, remaining: 300 }, (main) => {
        main.answers.server.settings = () => answer({ ...settingsText, canTry: true })
        main.answers.server.known = () => answer({ state: { at: 'local', source: 'container readur' }, foundAt: 0 })
      })
      await press('Switch to S3…')
      const asked = await dialog('Switch to S3 now?')
      const offer = await within(asked).findByRole('checkbox', {
        name: /^Try Readur with a test document first\..*nothing is switched\.$/,
      })
      expect(offer).toHaveProperty('checked', true)
      // What is tried needs no decision.
      if (!tries) {
        fireEvent.click(offer)
        fireEvent.click(within(asked).getByRole('checkbox', { name: /^Switch anyway/ }))
      }
      fireEvent.click(within(asked).getByRole('button', { name: 'Switch to S3' }))
      expect(main.calls).toContainEqual(['runs.cutover', 'run-1', tries, !tries])
    },
  )

  it('tell why Readur refused to be cut over to, with the next step, and let it be cut over again', async () => {
    const error = errorOf('CANARY_FAILED', 'It still stores documents in its own folder. Write the S3 settings.')
    const facts = { status: 'interrupted', committed: 0, failed: 0, copied: 300, remaining: 300, error } as const
    const { main } = result(facts)
    const alert = await screen.findByRole('alert')
    for (const part of [error.title, error.message, error.remedy]) expect(alert.textContent).toContain(part)
    await press('Switch to S3…')
    fireEvent.click(within(await dialog('Switch to S3 now?')).getByRole('button', { name: 'Switch to S3' }))
    expect(main.calls).toContainEqual(['runs.cutover', 'run-1', true, false])
  })

  it('cut over before Readur uses the bucket only after that was decided', async () => {
    const { main } = result({ status: 'copied', committed: 0, failed: 0, copied: 300, remaining: 300 }, (main) => {
      main.answers.server.known = () => answer({ state: { at: 'local', source: 'container readur' }, foundAt: 0 })
    })
    expect(
      await screen.findByText(
        /^Readur stores locally .*Set Readur to bucket readur-documents, then switch the documents/,
      ),
    ).toBeTruthy()
    await press('Switch to S3…')
    const asked = await dialog('Switch to S3 now?')
    expect(await within(asked).findByText('Readur stores locally (container readur).')).toBeTruthy()
    const go = within(asked).getByRole('button', { name: 'Switch to S3' })
    expect(go.hasAttribute('disabled')).toBe(true)
    fireEvent.click(within(asked).getByRole('checkbox', { name: /^Switch anyway.*can’t open documents/ }))
    fireEvent.click(go)
    expect(main.calls).toContainEqual(['runs.cutover', 'run-1', true, true])
  })

  it('free space without more ado once Readur uses the bucket and the run is validated', async () => {
    const { main } = result({ validated: true })
    await press('Free up space…')
    const asked = await dialog('Free up space')
    await waitFor(() => expect(within(asked).queryByRole('checkbox')).toBeNull())
    expect(within(asked).getByRole('radio', { name: '2. Delete' })).toHaveProperty('disabled', true)
    fireEvent.click(within(asked).getByRole('button', { name: 'Preview' }))
    expect(main.calls).toContainEqual(['runs.prepareFree', 'run-1', 'quarantine', false])
  })

  it('say what is missing before space is freed, and need a decision then', async () => {
    result({}, (main) => {
      main.answers.server.known = () => answer({ state: { at: 'local', source: 'container readur' }, foundAt: 0 })
    })
    await press('Free up space…')
    const asked = await dialog('Free up space')
    const missing = await within(asked).findByRole('list', { name: 'What is missing' })
    await waitFor(() => expect(missing.textContent).toContain('Readur stores locally (container readur).'))
    expect(missing.textContent).toContain('The run hasn’t been validated since it last changed.')
    expect(within(asked).getByRole('button', { name: 'Preview' }).hasAttribute('disabled')).toBe(true)
    fireEvent.click(within(asked).getByRole('button', { name: 'Validate the run' }))
    expect(await screen.findByRole('heading', { name: /^Validate the run of/ })).toBeTruthy()
  })

  it('free space by a plan that is looked at first', async () => {
    const aside = { ...finished, runId: 'run-9', kind: 'quarantine', freed: 298, bytes: 1_200_000_000 } as const
    const { main } = result({}, (main) => {
      main.answers.runs.family = () => answer({ parent: null, children: [aside] })
    })
    await press('Free up space…')
    const asked = await dialog('Free up space')
    expect(await within(asked).findByText(/^Frees 1.2 GB: deletes 298 files set aside on /)).toBeTruthy()
    expect(within(asked).getByRole('radio', { name: '2. Delete' })).toHaveProperty('checked', true)
    fireEvent.click(within(asked).getByRole('checkbox', { name: /^Free up space anyway/ }))
    main.answers.runs.get = () => answer({ ...planned, runId: 'run-2', kind: 'purge' })
    fireEvent.click(within(asked).getByRole('button', { name: 'Preview' }))
    await press(/^Delete 300 files/)
    const sure = await dialog('Delete these files?')
    expect(sure.textContent).toContain('deleted from the quarantine for good')
    fireEvent.click(within(sure).getByRole('button', { name: 'Delete 300 files' }))
    expect(main.calls).toContainEqual(['runs.prepareFree', 'run-1', 'purge', true])
    expect(main.calls).toContainEqual(['runs.resume', 'run-2'])
  })

  it('take a rollback back by migrating again, and finish one that failed in part', async () => {
    const { main } = result({
      ...rolledBack,
      runId: 'run-1',
      parent: 'run-0',
      status: 'completed with failures',
      failed: 2,
    })
    await press('Migrate again…')
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', {}, { keepObjects: false, force: false }])
  })

  it('are not offered while something else is under way, which is said', async () => {
    const { main } = result()
    await screen.findByRole('button', { name: /^Retry 2 that/ })
    act(() => main.emit({ ...snapshot, runId: 'run-7' }))
    expect(screen.getByText(/Wait for the current run/)).toBeTruthy()
    for (const name of ['Retry 2 that can succeed', 'Roll back…', 'Verify…']) {
      expect(screen.getByRole('button', { name }).hasAttribute('disabled')).toBe(true)
    }
  })

  it('need the connection of the run', async () => {
    result({}, (main) => (main.answers.profiles.list = () => answer([])))
    expect(await screen.findByText(/The connection “Sandbox” no longer exists/)).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Roll back…' }).hasAttribute('disabled')).toBe(true)
  })
})

describe('the record of a run', () => {
  it('tells what happened when', async () => {
    const at = finished.createdAt
    result({
      timeline: [
        { at, what: 'planned' },
        { at: at + 1_000, what: 'started', host: 'desk' },
        { at: at + 2_000, what: 'lost' },
      ],
    })
    await openTab(/^Record/)
    const timeline = await screen.findByRole('region', { name: 'Timeline' })
    const lines = within(timeline).getAllByRole('listitem')
    expect(lines.map((line) => line.textContent)).toEqual([
      expect.stringContaining('Planned'),
      expect.stringContaining('Started'),
      expect.stringContaining('Stopped unexpectedly'),
    ])
  })

  it('leads to the runs that it is related to', async () => {
    const { main } = result({}, (main) => {
      main.answers.runs.family = () => answer({ parent: null, children: [rolledBack] })
    })
    const related = await screen.findByRole('region', { name: 'Related runs' })
    expect(related.textContent).toContain('Followed by: Rollback')
    main.answers.runs.get = () => answer(rolledBack)
    fireEvent.click(within(related).getByRole('button'))
    expect(await screen.findByRole('heading', { name: 'Rollback completed' })).toBeTruthy()
  })

  it('says with which settings it was made', async () => {
    result({ options: { ...defaultMigrateOptions, verify: 'readback' } })
    await openTab(/^Record/)
    const settings = await screen.findByRole('region', { name: 'Settings used' })
    expect(settings.textContent).toContain('VerificationDownload')
  })

  it('gives the paths of before as SQL', async () => {
    const { main } = result(
      {},
      (main) => (main.answers.runs.savePaths = () => answer({ path: '/home/ada/before.sql' })),
    )
    await openTab(/^Record/)
    await press('Save as SQL…')
    expect(await screen.findByText('/home/ada/before.sql')).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.savePaths', 'run-1'])
  })

  it('finds a file by its name', async () => {
    const { main } = result()
    await openTab(/^Files/)
    fireEvent.change(await screen.findByLabelText(/^Search files/), { target: { value: 'invoice' } })
    await screen.findByRole('grid', { name: 'Files of this run' })
    await expect
      .poll(() => main.calls.findLast(([channel]) => channel === 'runs.planRows')?.[2])
      .toMatchObject({ filter: { text: 'invoice' } })
  })
})

describe('interrupted runs at home', () => {
  const home = (profiles = 1) =>
    renderApp('#/', (main) => {
      main.answers.runs.list = ({ filter }) => answer({ runs: filter ? [stopped] : [], next: null })
      if (profiles === 0) main.answers.profiles.list = () => answer([])
    })
  const offer = () => screen.findByRole('region', { name: 'Interrupted runs' })

  it('are offered with how far they are', async () => {
    home()
    expect((await offer()).textContent).toContain('Interrupted: Sandbox, 120 of 318 files done, 40 copied')
  })

  it('go on from there', async () => {
    const { main } = home()
    fireEvent.click(within(await offer()).getByRole('button', { name: /^Resume: Migration of/ }))
    main.answers.runs.current = () => answer(snapshot)
    fireEvent.click(within(await dialog('Resume this run?')).getByRole('button', { name: 'Resume' }))
    expect(await screen.findByRole('progressbar', { name: 'Migration' })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.resume', 'run-1'])
  })

  it('are rolled back, or looked at, from there', async () => {
    const { main } = home()
    main.answers.runs.get = () => answer(stopped)
    fireEvent.click(within(await offer()).getByRole('button', { name: /^Roll back:/ }))
    expect(await screen.findByRole('heading', { name: /^Roll back the run of/ })).toBeTruthy()
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(await screen.findByRole('heading', { name: 'Migration interrupted' })).toBeTruthy()
  })

  it('are none when nothing can be done with them', async () => {
    home(0)
    await screen.findByRole('main')
    expect(screen.queryByRole('region', { name: 'Interrupted runs' })).toBeNull()
  })
})
