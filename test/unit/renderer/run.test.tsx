// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, groupOf, problems, profile, snapshot } from './fixtures.ts'
import { openTab, renderApp } from './renderApp.tsx'

const running = () =>
  renderApp('#/run/run-1', (main) => {
    main.answers.runs.current = () => answer(snapshot)
  })

describe('run screen', () => {
  it('shows where the run stands', async () => {
    running()
    const bar = await screen.findByRole('progressbar', { name: 'Migration' })
    expect(bar.getAttribute('aria-valuenow')).toBe('27.6')
    expect(bar.getAttribute('aria-valuetext')).toBe('Copy and verify: 27.6% of the data, time left: estimating…')
    const steps = within(screen.getByRole('list', { name: 'Phases' })).getAllByRole('listitem')
    expect(steps.find((step) => step.getAttribute('aria-current') === 'step')?.textContent).toContain('Copy and verify')
    expect(screen.getByText('12.3 MB/s')).toBeTruthy()
    expect(screen.getByRole('progressbar', { name: 'scan.pdf' }).getAttribute('aria-valuetext')).toBe(
      '500.0 kB of 2.0 MB',
    )
    expect(screen.getByText('500.0 kB of 2.0 MB · 1.5 MB/s')).toBeTruthy()
    // What the plan excluded has not failed.
    expect(screen.getByText('Failed', { selector: 'dt' }).parentElement?.textContent).toBe('Failed012 excluded')
    await openTab(/^Record/)
    expect(within(await screen.findByRole('log')).getByText('Copying 300 files.')).toBeTruthy()
  })

  it('never shows 100 % while it runs', async () => {
    const { main } = running()
    await screen.findByRole('progressbar', { name: 'Migration' })
    act(() => main.emit({ ...snapshot, phase: 'finish', bytesDone: snapshot.bytesTotal, secondsLeft: 0 }))
    expect(screen.getByText('99.9% of the data')).toBeTruthy()
    expect(screen.getByText('a few seconds')).toBeTruthy()
  })

  it('says at once that it is about to end, or held up, wherever it is shown', async () => {
    const { main } = running()
    await screen.findByRole('progressbar', { name: 'Migration' })
    act(() => main.emit({ ...snapshot, stopping: 'in order' }))
    expect(screen.getByText('Finishing… 27.6% of the data')).toBeTruthy()
    expect(screen.getByText('Finishing…', { selector: 'dd' })).toBeTruthy()
    act(() => main.emit({ ...snapshot, pause: 'paused' }))
    fireEvent.click(screen.getByRole('button', { name: 'History' }))
    const banner = await screen.findByRole('region', { name: 'Run in progress' })
    expect(banner.textContent).toContain('Paused 27.6% of the data')
  })

  it('stops in order first, then at once', async () => {
    const { main } = running()
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }))
    act(() => main.emit({ ...snapshot, stopping: 'in order' }))
    expect(screen.getByText(/after current uploads/)).toBeTruthy()
    fireEvent.click(await screen.findByRole('button', { name: 'Stop now' }))
    expect(main.calls.filter(([channel]) => channel === 'runs.stop')).toEqual([
      ['runs.stop', 'run-1', 'in order'],
      ['runs.stop', 'run-1', 'now'],
    ])
  })

  it('turns into the result when the run has ended', async () => {
    const { main } = running()
    await screen.findByRole('progressbar', { name: 'Migration' })
    main.answers.runs.get = () => answer(finished)
    act(() => main.emit({ ...snapshot, status: 'completed with failures' }))
    expect(await screen.findByRole('heading', { name: 'Migration completed with failures' })).toBeTruthy()
  })
})

describe('result', () => {
  const result = (details: Partial<typeof finished> = {}, groups = problems) =>
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer({ ...finished, ...details })
      main.answers.runs.problems = () => answer(groups)
    })

  it('tells the truth in one sentence', async () => {
    result()
    expect(
      await screen.findByText('298 of 318 files moved and verified; 2 failed; 12 excluded; 6 skipped.'),
    ).toBeTruthy()
  })

  it('leads from a cause to all of its files', async () => {
    const { main } = result({}, [groupOf('FILE_MISSING', 'failed', 45)])
    await openTab(/^Issues/)
    fireEvent.click(await screen.findByRole('button', { name: /File not found/ }))
    fireEvent.click(await screen.findByRole('button', { name: 'Show all 45 files' }))
    expect(await screen.findByRole('grid', { name: 'Files of this run' })).toBeTruthy()
    await waitFor(() =>
      expect(main.calls.findLast(([channel]) => channel === 'runs.planRows')?.[2]).toMatchObject({
        filter: { code: 'FILE_MISSING' },
      }),
    )
  })

  it('lists the files of one outcome, and is found again where it was left', async () => {
    const { main, stores } = result()
    await openTab(/^Files/)
    fireEvent.change(await screen.findByLabelText('Result'), { target: { value: 'excluded' } })
    await waitFor(() =>
      expect(main.calls.findLast(([channel]) => channel === 'runs.planRows')?.[2]).toMatchObject({
        filter: { state: 'excluded' },
      }),
    )
    const { go } = stores.navigation.getState()
    act(() => go({ name: 'paths', runId: 'run-1' }))
    expect(screen.queryByRole('tab', { name: /^Files/ })).toBeNull()
    act(() => go({ name: 'run', runId: 'run-1' }))
    expect((await screen.findByRole('tab', { name: /^Files/ })).getAttribute('aria-selected')).toBe('true')
  })

  it('shows the state file in its folder', async () => {
    const { main } = result()
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'Show in folder' }))
    expect(main.calls).toContainEqual(['runs.reveal', 'run-1'])
  })

  it('writes the state file where there is none', async () => {
    const { main } = result({ stateFile: null })
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'Write state file' }))
    expect(main.calls).toContainEqual(['runs.export', 'run-1'])
  })

  it('shows what stopped the run once', async () => {
    result({ status: 'interrupted', error: errorOf('DB_LOST', 'Connection terminated') }, [
      groupOf('DB_LOST', 'run', 1),
      groupOf('FILE_MISSING', 'failed', 9),
    ])
    expect((await screen.findByRole('alert')).textContent).toContain('Connection terminated')
    await openTab(/^Issues/)
    expect(await screen.findByRole('button', { name: /File not found/ })).toBeTruthy()
    expect(screen.queryByRole('button', { name: /connection to the database was lost/ })).toBeNull()
  })

  it('leads to the next plan of the same profile, whatever its name is now', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(finished)
      main.answers.profiles.list = () =>
        answer([
          { ...profile, id: 'other' },
          { ...profile, name: 'Renamed' },
        ])
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Plan again' }))
    expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}])
  })

  it('has one word for what were rolled back', async () => {
    result({ status: 'rolled back', committed: 0, restored: 298, failed: 14, remaining: 0 })
    expect(await screen.findByText(/^298 files rolled back\. Readur loads the local files again/)).toBeTruthy()
    await openTab(/^Files/)
    expect(await screen.findByRole('option', { name: 'Rolled back' })).toBeTruthy()
    expect(document.body.textContent).not.toMatch(/und(o|one|oing)\b/i)
  })
})

describe('the pace of a run', () => {
  it('is held up and let go on', async () => {
    const { main } = running()
    fireEvent.click(await screen.findByRole('button', { name: 'Pause' }))
    act(() => main.emit({ ...snapshot, pause: 'pausing' }))
    expect(screen.getByText('Pausing after current uploads…')).toBeTruthy()
    act(() => main.emit({ ...snapshot, pause: 'paused' }))
    expect(screen.getByText('Paused. Nothing is being uploaded.')).toBeTruthy()
    expect(screen.getByText('Paused', { selector: 'dd' })).toBeTruthy()
    expect(screen.getByText('Paused 27.6% of the data')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Resume' }))
    expect(main.calls.filter(([channel]) => channel === 'runs.pause' || channel === 'runs.continue')).toEqual([
      ['runs.pause', 'run-1'],
      ['runs.continue', 'run-1'],
    ])
  })

  it('is changed while it goes on, and only to what can be', async () => {
    const { main } = running()
    const bandwidth = await screen.findByLabelText('Bandwidth')
    const adjusted = () => main.calls.filter(([channel]) => channel === 'runs.adjust').map(([, , pace]) => pace)
    fireEvent.change(bandwidth, { target: { value: '5 MB/s' } })
    fireEvent.keyDown(bandwidth, { key: 'Enter' })
    expect(adjusted()).toEqual([{ parallelUploads: 8, bytesPerSecond: 5_000_000 }])
    fireEvent.change(bandwidth, { target: { value: 'fast' } })
    fireEvent.blur(bandwidth)
    expect(adjusted()).toHaveLength(1)
    expect(screen.getByText(/^Enter a size such as 5MB/)).toBeTruthy()
    fireEvent.change(screen.getByLabelText('Files in parallel'), { target: { value: '3' } })
    expect(adjusted().at(-1)).toEqual({ parallelUploads: 3, bytesPerSecond: null })
  })

  it('says so when the service asks for fewer requests', async () => {
    const { main } = running()
    await screen.findByLabelText('Files in parallel')
    act(() => main.emit({ ...snapshot, parallelNow: 2 }))
    expect(screen.getByText('2 now: the service asked for fewer requests.')).toBeTruthy()
  })

  it('cannot be changed before the place is open', async () => {
    const { main } = running()
    await screen.findByRole('progressbar', { name: 'Migration' })
    act(() => main.emit({ ...snapshot, pace: null }))
    expect(screen.queryByLabelText('Bandwidth')).toBeNull()
    expect(screen.getByRole('button', { name: 'Pause' })).toHaveProperty('disabled', true)
  })

  it('is told in words beside the chart', async () => {
    running()
    expect(await screen.findByText('1.5 MB/s on average, 2.0 MB/s at most')).toBeTruthy()
  })
})

describe('failures of a run under way', () => {
  it('are grouped by cause, without what is none', async () => {
    running()
    await openTab(/^Issues/)
    expect(await screen.findByRole('button', { name: /File not found/ })).toBeTruthy()
    expect(screen.queryByRole('button', { name: /Already on S3/ })).toBeNull()
  })

  it('say that they cannot be tried again yet, and can once the run has ended', async () => {
    const { main } = running()
    await openTab(/^Issues/)
    fireEvent.click(await screen.findByRole('button', { name: /File not found/ }))
    const retry = () => screen.findByRole('button', { name: 'Retry these: File not found' })
    expect((await retry()).hasAttribute('disabled')).toBe(true)
    expect(screen.getByText(/^Available after the run/)).toBeTruthy()
    main.answers.runs.get = () => answer(finished)
    act(() => main.emit({ ...snapshot, status: 'completed with failures' }))
    await screen.findByRole('heading', { name: 'Migration completed with failures' })
    fireEvent.click(await screen.findByRole('button', { name: /^File not found/ }))
    expect((await retry()).hasAttribute('disabled')).toBe(false)
  })
})
