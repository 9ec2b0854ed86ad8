// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../src/shared/errors.ts'
import type { IpcReply } from '../../../src/shared/ipc.ts'
import { columnsOf } from '../../../src/renderer/components/files/columns.ts'
import { formatMoment } from '../../../src/renderer/format/time.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import { answer, errorOf, groupOf, planned, refuse, snapshot } from './fixtures.ts'
import { settingsText } from './profileFixtures.ts'
import { openTab, renderApp } from './renderApp.tsx'

const migrate = () => screen.findByRole('button', { name: /^Migrate / })

const makePlan = async () => fireEvent.click(await screen.findByRole('button', { name: 'Make a plan for Sandbox' }))

/** A plan whose checks go on until the test ends them. */
function slowChecks() {
  let end: (reply: IpcReply<{ runId: string }>) => void = () => undefined
  const { main } = renderApp('', (main) => {
    main.answers.runs.plan = () => new Promise((resolve) => (end = resolve))
  })
  const endWith = (reply: IpcReply<{ runId: string }>) =>
    act(() => {
      end(reply)
      return Promise.resolve()
    })
  return { main, end: endWith }
}

const stopped = errorOf('INTERRUPTED', 'The run was stopped.')

describe('checks before a plan', () => {
  it.each<ErrorCode>([
    'S3_UNREACHABLE',
    'S3_BAD_CREDENTIALS',
    'S3_NO_BUCKET',
    'DB_UNREACHABLE',
    'DB_NOT_READUR',
    'UPLOADS_MISSING',
    'SETTING_MISSING',
    'SOURCE_WOULD_INGEST',
    'DB_BUSY',
    'INTERNAL',
  ])('tell of %s with code, cause, remedy and the way on', async (code) => {
    const error = errorOf(code, 'What happened.', { subject: 'the.host:1', causes: ['connect ECONNREFUSED'] })
    const { main } = renderApp('', (main) => (main.answers.runs.plan = () => refuse(error)))
    await makePlan()
    const alert = await screen.findByRole('alert')
    const parts = [error.title, code, 'What happened.', 'the.host:1', 'connect ECONNREFUSED', error.remedy]
    for (const part of parts) expect(alert.textContent).toContain(part)
    expect(within(alert).getByRole('button', { name: 'Copy error' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull()

    main.answers.runs.plan = () => answer({ runId: 'run-1' })
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await migrate()).toBeTruthy()
  })

  it('can be stopped, which is said plainly, and begun again', async () => {
    const { main, end } = slowChecks()
    await makePlan()
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }))
    expect(main.calls).toContainEqual(['runs.stop', '', 'now'])
    expect(await screen.findByText('Stopping…')).toBeTruthy()
    await end({ ok: false, error: stopped })
    expect(await screen.findByText('The plan was stopped. Nothing was changed.')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.queryByText('Stopping…')).toBeNull()

    main.answers.runs.plan = () => answer({ runId: 'run-1' })
    fireEvent.click(screen.getByRole('button', { name: 'Plan again' }))
    expect(await migrate()).toBeTruthy()
  })

  it('say why they cannot be stopped, and let it be tried again', async () => {
    const { main } = slowChecks()
    main.answers.runs.stop = () => refuse(errorOf('INTERNAL', 'No handler registered'))
    await makePlan()
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }))
    expect((await screen.findByRole('alert')).textContent).toContain('No handler registered')
    expect(screen.getByRole('button', { name: 'Stop' }).hasAttribute('disabled')).toBe(false)
  })

  it('stop when the order came before there was anything to stop', async () => {
    const { main, end } = slowChecks()
    main.answers.runs.stop = () => refuse(errorOf('RUN_NOT_FOUND', 'This run is not under way.'))
    await makePlan()
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }))
    await end({ ok: true, value: { runId: 'run-1' } })
    expect(main.calls.filter(([channel]) => channel === 'runs.stop')).toEqual([
      ['runs.stop', '', 'now'],
      ['runs.stop', 'run-1', 'now'],
    ])
    await migrate()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('are no dead end for who comes back when they are over', async () => {
    const { main, end } = slowChecks()
    await makePlan()
    fireEvent.click(await screen.findByRole('button', { name: 'Connection' }))
    await end({ ok: false, error: errorOf('S3_UNREACHABLE', 'ECONNREFUSED') })
    main.answers.runs.plan = () => answer({ runId: 'run-1' })
    await makePlan()
    expect(await migrate()).toBeTruthy()
  })
})

describe('plan screen', () => {
  it('counts live while the plan is being made', async () => {
    const planning = { ...snapshot, status: 'planning' as const, phase: 'plan' as const, documents: 128 }
    const { main } = renderApp('#/run/run-1', (main) => (main.answers.runs.current = () => answer(planning)))
    expect(await screen.findByText('128')).toBeTruthy()
    act(() => main.emit({ ...planning, documents: 256 }))
    expect(screen.getByText('256')).toBeTruthy()
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    expect(main.calls).toContainEqual(['runs.stop', 'run-1', 'now'])
  })

  it.each([
    ['that says so', { status: 'not started' as const, error: stopped }],
    ['that never learned of it', {}],
  ])('says plainly that a plan was stopped, by a record %s, and makes it again', async (_which, record) => {
    const planning = { ...snapshot, status: 'planning' as const, phase: 'plan' as const }
    const making = { ...planned, status: 'planning' as const, totals: null }
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.current = () => answer(planning)
      main.answers.runs.get = () => answer(making)
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }))
    main.answers.runs.get = () => answer({ ...making, ...record })
    act(() => main.emit({ ...planning, status: 'interrupted', error: stopped }))
    expect(await screen.findByText('The plan was stopped. Nothing was changed.')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Plan again' }))
    expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}])
  })

  it('puts what cannot be moved first, and opens to remedy and examples', async () => {
    renderApp('#/run/run-1')
    await openTab(/^Issues/)
    const groups = await screen.findAllByRole('button', { name: /Excluded|Skipped|Note/ })
    expect(groups.map((group) => group.textContent)).toEqual([
      expect.stringMatching(/^File not found.*9$/),
      expect.stringMatching(/^Path is outside the uploads folder.*3$/),
      expect.stringMatching(/^Already on S3.*6$/),
      expect.stringMatching(/^Several documents use one file.*2$/),
    ])
    fireEvent.click(groups[0] ?? document.body)
    const examples = await screen.findByRole('table', { name: 'Examples: File not found' })
    expect(within(examples).getByText('invoice 1.pdf')).toBeTruthy()
    expect(screen.getByText(/Restore the file from a backup/)).toBeTruthy()
    expect(screen.getByText('First 5 of 9 files')).toBeTruthy()
  })

  it('starts only after the consequence was named', async () => {
    const { main } = renderApp('#/run/run-1')
    fireEvent.click(await migrate())
    const dialog = await screen.findByRole('dialog', { name: 'Start the migration?' })
    expect(dialog.textContent).toContain('300 files will be copied to bucket readur-documents and verified')
    expect(dialog.textContent).toContain('Local files are kept.')
    expect(main.calls.some(([channel]) => channel === 'runs.start')).toBe(false)
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start migration' }))
    expect(main.calls).toContainEqual(['runs.start', 'run-1', defaultMigrateOptions, false])
  })

  it('copies now and switches later while Readur does not use the bucket; anything else is a decision', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.server.known = () => answer({ state: { at: 'local', source: 'container readur' }, foundAt: 0 })
    })
    expect(await screen.findByText('Readur stores locally (container readur).')).toBeTruthy()
    fireEvent.click(await screen.findByRole('button', { name: /^Copy 300 files/ }))
    const copying = await screen.findByRole('dialog', { name: 'Start copying?' })
    expect(within(copying).queryByRole('checkbox')).toBeNull()
    expect(copying.textContent).toContain('switch the documents. That takes seconds to minutes.')
    fireEvent.click(within(copying).getByRole('button', { name: 'Cancel' }))
    // Then each copy is downloaded once more.
    fireEvent.click(screen.getByRole('radio', { name: 'Download' }))
    fireEvent.click(screen.getByRole('button', { name: /^Copy 300 files/ }))
    const later = await screen.findByRole('dialog', { name: 'Start copying?' })
    expect(later.textContent).not.toContain('seconds to minutes')
    expect(later.textContent).toContain('Every copy is downloaded again first, which can take hours.')
    fireEvent.click(within(later).getByRole('button', { name: 'Cancel' }))
    fireEvent.click(screen.getByRole('radio', { name: 'Checksum' }))

    fireEvent.click(screen.getByRole('switch', { name: /^Copy now, switch later/ }))
    fireEvent.click(await migrate())
    const asked = await screen.findByRole('dialog', { name: 'Start the migration?' })
    const go = within(asked).getByRole('button', { name: 'Start migration' })
    expect(go.hasAttribute('disabled')).toBe(true)
    fireEvent.click(within(asked).getByRole('checkbox', { name: /^Switch anyway.*can’t open documents/ }))
    fireEvent.click(go)
    await waitFor(() => expect(main.calls).toContainEqual(['runs.start', 'run-1', defaultMigrateOptions, true]))
  })

  it.each([true, false])(
    'tries Readur before rows are switched where it can be asked, if that is left ticked: %s',
    async (canary) => {
      const { main } = renderApp('#/run/run-1', (main) => {
        main.answers.server.settings = () => answer({ ...settingsText, canTry: true })
      })
      fireEvent.click(await migrate())
      const asked = await screen.findByRole('dialog', { name: 'Start the migration?' })
      const offer = await within(asked).findByRole('checkbox', { name: /^Try Readur with a test document first\./ })
      if (!canary) fireEvent.click(offer)
      fireEvent.click(within(asked).getByRole('button', { name: 'Start migration' }))
      expect(main.calls).toContainEqual(['runs.start', 'run-1', { ...defaultMigrateOptions, canary }, false])
    },
  )

  it('has the focus on the safe way out when it asks', async () => {
    renderApp('#/run/run-1')
    fireEvent.click(await migrate())
    const cancel = await screen.findByRole('button', { name: 'Cancel' })
    await waitFor(() => expect(document.activeElement).toBe(cancel))
  })

  it('sends the options as they are in the form', async () => {
    const { main } = renderApp('#/run/run-1')
    await migrate()
    fireEvent.change(screen.getByLabelText('Upload in parts above'), { target: { value: '64MiB' } })
    fireEvent.click(screen.getByLabelText('Download'))
    fireEvent.click(screen.getByRole('switch', { name: /^Roll back on failure/ }))
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
    fireEvent.change(screen.getByLabelText('Upload in parts above'), { target: { value: 'lots' } })
    expect(screen.getByText('Enter a size, such as 100MB or 64MiB.')).toBeTruthy()
    expect((await migrate()).hasAttribute('disabled')).toBe(true)
  })

  it('says how long it takes at the pace that is typed', async () => {
    renderApp('#/run/run-1')
    await migrate()
    const time = () => screen.getByText('Time', { selector: 'dt' }).parentElement?.textContent
    expect(time()).toContain('about 20 seconds')
    fireEvent.change(screen.getByLabelText('Bandwidth'), { target: { value: '500kB' } })
    expect(time()).toContain('5 minutes')
    fireEvent.change(screen.getByLabelText('Bandwidth'), { target: { value: '' } })
    fireEvent.change(screen.getByLabelText('Files in parallel'), { target: { value: '1' } })
    expect(time()).toContain('50 seconds')
  })

  it('tries again with the settings of the run that failed', async () => {
    const options = { ...defaultMigrateOptions, parallelUploads: 3, bytesPerSecond: 2_000_000 }
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = (runId) =>
        answer(
          runId === 'run-1'
            ? { ...planned, planOptions: { of: { runId: 'run-0', state: 'failed', canSucceed: true } } }
            : { ...planned, runId, status: 'completed with failures', options },
        )
    })
    expect(await screen.findByText(/failed in an earlier run and can succeed now/)).toBeTruthy()
    await waitFor(() => expect(screen.getByLabelText('Files in parallel')).toHaveProperty('value', '3'))
    expect(screen.getByLabelText('Bandwidth')).toHaveProperty('value', '2MB')
  })

  it('takes nothing to move for good news', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () =>
        answer({ ...planned, totals: { documents: 9, items: 9, move: 0, skip: 9, blocked: 0, bytes: 0 } })
      main.answers.runs.problems = () => answer([groupOf('ALREADY_ON_S3', 'skipped', 9)])
    })
    expect(await screen.findByText('Nothing to move.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: /^Migrate/ })).toBeNull()
  })

  it('shows why the start was refused, and stays startable', async () => {
    renderApp('#/run/run-1', (main) => (main.answers.runs.start = () => refuse(errorOf('DB_BUSY', 'run-0'))))
    fireEvent.click(await migrate())
    fireEvent.click(await screen.findByRole('button', { name: 'Start migration' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Another run uses this database')
    expect((await migrate()).hasAttribute('disabled')).toBe(false)
  })

  it('goes home by Esc, but not out of a dialog', async () => {
    renderApp('#/run/run-1')
    fireEvent.click(await migrate())
    fireEvent.keyDown(await screen.findByRole('button', { name: 'Start migration' }), { key: 'Escape' })
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Plan for Sandbox')
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(await screen.findByRole('heading', { name: 'Sandbox', level: 1 })).toBeTruthy()
  })
})

describe('the files of a plan', () => {
  it('are a tab beside the overview, with what the bucket is asked for and what that costs', async () => {
    renderApp('#/run/run-1')
    expect(await screen.findByText('300 uploads and 300 look-ups')).toBeTruthy()
    expect(screen.getByText(/List prices of Amazon S3 Standard/)).toBeTruthy()
    fireEvent.click(screen.getByRole('tab', { name: /^Files.*318/ }))
    expect(await screen.findByRole('grid', { name: 'Files in the plan' })).toBeTruthy()
    expect(await screen.findByText('45 files, 45.0 kB to move')).toBeTruthy()
  })

  const downloads = '300 uploads, 300 look-ups and 300 downloads to verify the copies'

  it('are read back where a key of KMS encrypts them, and that is in the cost', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer({ ...planned, storedAs: { encryption: 'aws:kms' } })
    })
    expect(await screen.findByText(downloads)).toBeTruthy()
    expect(screen.getByText(/costs a KMS request \(\$0\.03 per 10,000/)).toBeTruthy()
  })

  it('are read back where that is chosen, and that is in the cost', async () => {
    renderApp('#/run/run-1')
    await screen.findByText('300 uploads and 300 look-ups')
    fireEvent.click(screen.getByLabelText('Download'))
    expect(await screen.findByText(downloads)).toBeTruthy()
    expect(screen.getByText(/unless this computer is in the same AWS region/)).toBeTruthy()
    expect(screen.queryByText(/KMS/)).toBeNull()
  })

  it('are narrowed by what was found, type, size and user, and no longer', async () => {
    const { main } = renderApp('#/run/run-1')
    fireEvent.click(await screen.findByRole('tab', { name: /^Files.*318/ }))
    await screen.findByRole('option', { name: 'PDF (45)' })
    const asked = () => main.calls.findLast(([channel]) => channel === 'runs.planRows')?.[2]
    fireEvent.change(screen.getByLabelText('Result'), { target: { value: 'code FILE_MISSING' } })
    fireEvent.change(screen.getByLabelText('File type'), { target: { value: 'application/pdf' } })
    fireEvent.change(screen.getByLabelText('Size'), { target: { value: 'huge' } })
    await waitFor(() =>
      expect(asked()).toMatchObject({
        filter: { code: 'FILE_MISSING', type: 'application/pdf', sizeFrom: 100_000_000 },
      }),
    )
    fireEvent.click(screen.getByRole('button', { name: 'Clear' }))
    await waitFor(() => expect(asked()).toMatchObject({ filter: {} }))
  })

  it('show when they were changed, and sort by that from the latest', async () => {
    const { main } = renderApp('#/run/run-1')
    fireEvent.click(await screen.findByRole('tab', { name: /^Files.*318/ }))
    const [cell] = await screen.findAllByRole('gridcell', { name: formatMoment(1_700_000_000_000) })
    expect(cell).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Changed' }))
    await waitFor(() =>
      expect(main.calls.findLast(([channel]) => channel === 'runs.planRows')?.[2]).toMatchObject({
        order: 'changed',
        descending: true,
      }),
    )
  })

  it('name their users, are copied as a line, and have the platform’s menu', async () => {
    const { main } = renderApp('#/run/run-1')
    await openTab(/^Files/)
    const [row] = await screen.findAllByRole('row', { name: /invoice 2\.pdf/ })
    if (!row) throw new Error('There is no row.')
    expect(within(row).getByText('ada')).toBeTruthy()
    fireEvent.contextMenu(row)
    const menu = main.calls.find(([channel]) => channel === 'menu.popUp')?.[1]
    expect(menu).toEqual([
      { id: 'open', label: 'Open', enabled: true },
      'line',
      { id: 'path', label: 'Copy Path', enabled: true },
      { id: 'key', label: 'Copy Key', enabled: true },
      { id: 'id', label: 'Copy ID', enabled: true },
      { id: 'row', label: 'Copy Row', enabled: true },
    ])
    fireEvent.click(row)
    const copied: string[] = []
    Object.assign(document, {
      execCommand: (order: string) => {
        const area = document.querySelector('textarea')
        if (order === 'copy' && area) copied.push(area.value)
        return true
      },
    })
    fireEvent.keyDown(screen.getByRole('grid'), { key: 'c', ctrlKey: true })
    expect(copied[0]?.split('\t')).toEqual(expect.arrayContaining(['invoice 2.pdf', 'ada', 'Will be moved']))
  })

  it('have columns that are hidden and made wider, and stay so', async () => {
    const { main } = renderApp('#/run/run-1')
    await openTab(/^Files/)
    expect(await screen.findByRole('columnheader', { name: /Changed/ })).toBeTruthy()
    const edge = screen.getByRole('separator', { name: 'Width of the column Size' })
    const before = Number(edge.getAttribute('aria-valuenow'))
    fireEvent.keyDown(edge, { key: 'ArrowLeft' })
    expect(Number(edge.getAttribute('aria-valuenow'))).toBe(before + 16)
    fireEvent.click(screen.getByRole('button', { name: 'Columns' }))
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Changed' }))
    expect(screen.queryByRole('columnheader', { name: /Changed/ })).toBeNull()
    expect(columnsOf(localStorage.getItem('readur-migrate-columns') ?? '')).toEqual({
      hidden: ['changed'],
      px: { size: before + 16 },
    })
    expect(main.calls.some(([channel]) => channel === 'settings.set')).toBe(false)
    localStorage.clear()
  })

  it('keep usual columns where what was kept cannot be read', () => {
    for (const text of ['', '{', '[]', '{"hidden":1,"px":{"size":"wide"}}']) {
      expect(columnsOf(text)).toEqual({ hidden: [], px: {} })
    }
  })

  it('are sorted by a column, the other way, and then as planned', async () => {
    const { main } = renderApp('#/run/run-1')
    fireEvent.click(await screen.findByRole('tab', { name: /^Files.*318/ }))
    const asked = () => main.calls.findLast(([channel]) => channel === 'runs.planRows')?.[2]
    const size = await screen.findByRole('button', { name: 'Size' })
    for (const expected of [
      { order: 'size', descending: true },
      { order: 'size', descending: false },
      { order: 'plan', descending: false },
    ]) {
      fireEvent.click(size)
      await waitFor(() => expect(asked()).toMatchObject(expected))
    }
  })
})
