// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { RunFindings } from '../../../src/shared/run.ts'
import { answer, driftOf, errorOf, finished, refuse, snapshot, stateCheck } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

const verifying = (findings: RunFindings = { check: null, reUploaded: null }) =>
  renderApp('#/verify/run-1', (main) => {
    main.answers.runs.get = () => answer(finished)
    main.answers.runs.findings = () => answer(findings)
  })

const found = (drift = stateCheck.drift) => verifying({ check: { ...stateCheck, drift }, reUploaded: null })
const checking = { ...snapshot, activity: 'check', phase: 'verify', copied: 75 } as const

describe('verifying a run', () => {
  it('compares checksums of all files unless told otherwise', async () => {
    const { main } = verifying()
    fireEvent.click(await screen.findByRole('button', { name: 'Verify' }))
    expect(main.calls).toContainEqual(['runs.check', 'run-1', { level: 'checksum' }])
  })

  it('compares as closely as is asked for, and only a sample where one is', async () => {
    const { main } = verifying()
    fireEvent.click(await screen.findByRole('radio', { name: 'Every byte' }))
    fireEvent.change(screen.getByLabelText('Sample size'), { target: { value: '20' } })
    fireEvent.click(screen.getByRole('button', { name: 'Verify' }))
    expect(main.calls).toContainEqual(['runs.check', 'run-1', { level: 'readback', sample: 20 }])
  })

  it('does not begin with a sample of nothing', async () => {
    verifying()
    fireEvent.change(await screen.findByLabelText('Sample size'), { target: { value: '0' } })
    expect(screen.getByText(/^Enter a whole number from 1 to/)).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Verify' }).hasAttribute('disabled')).toBe(true)
  })

  it('shows how far it is, and can be stopped', async () => {
    const { main } = verifying()
    await screen.findByRole('button', { name: 'Verify' })
    act(() => main.emit({ ...checking, counts: { ...snapshot.counts, planned: 300 } }))
    expect(screen.getByRole('progressbar', { name: 'Verification' }).getAttribute('aria-valuenow')).toBe('25')
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    expect(main.calls).toContainEqual(['runs.stop', 'run-1', 'now'])
    const stopped = errorOf('INTERRUPTED', 'The run was stopped.')
    act(() => main.emit({ ...checking, status: 'completed with failures', error: stopped }))
    expect(await screen.findByText('Verification stopped. Nothing was changed.')).toBeTruthy()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('says why it could not be done', async () => {
    const { main } = verifying()
    main.answers.runs.check = () => refuse(errorOf('S3_UNREACHABLE', 'connect ECONNREFUSED'))
    fireEvent.click(await screen.findByRole('button', { name: 'Verify' }))
    expect((await screen.findByRole('alert')).textContent).toContain('S3_UNREACHABLE')
  })
})

describe('what a comparison has found', () => {
  it('is said in one sentence', async () => {
    verifying({ check: { ...stateCheck, sound: 300, drift: [] }, reUploaded: null })
    expect(await screen.findByText('300 files compared in 3 s: all match the record.')).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Differences' })).toBeNull()
  })

  it('is grouped by kind, with what has to be done before what is known and harmless', async () => {
    found()
    const differences = await screen.findByRole('region', { name: 'Differences' })
    const groups = within(differences).getAllByRole('button', { expanded: false })
    expect(groups.map((group) => group.textContent)).toEqual([
      expect.stringMatching(/^File not found in the bucket.*3$/),
      expect.stringMatching(/^The document was deleted during the run.*2$/),
      expect.stringMatching(/^The local file is gone.*Note12$/),
    ])
  })

  it('can be sent again, after the consequence was named; then it is compared anew', async () => {
    const { main } = found()
    fireEvent.click(await screen.findByRole('button', { name: /^File not found in the bucket/ }))
    expect(await screen.findByRole('table', { name: /^Examples/ })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Upload again…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Upload missing S3 copies again?' })
    expect(dialog.textContent).toContain('3 files will be uploaded to bucket readur-documents')
    fireEvent.click(within(dialog).getByRole('button', { name: 'Upload again' }))
    expect(main.calls).toContainEqual(['runs.repair', 'run-1', { reUpload: true, markGone: false }])

    act(() => main.emit({ ...snapshot, activity: 'repair' }))
    expect(screen.getByRole('progressbar', { name: 'Repair' }).getAttribute('aria-valuenow')).toBeNull()
    main.answers.runs.findings = () => answer({ check: stateCheck, reUploaded: { resent: 3, gone: 0, isWhole: true } })
    act(() => main.emit({ ...snapshot, activity: 'repair', status: 'completed with failures' }))
    expect(await screen.findByText('3 objects uploaded again.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Verify again' })).toBeTruthy()
  })

  it('can be written down as gone', async () => {
    const { main } = found()
    fireEvent.click(await screen.findByRole('button', { name: /^The document was deleted/ }))
    fireEvent.click(await screen.findByRole('button', { name: 'Mark as deleted…' }))
    fireEvent.click(await screen.findByRole('button', { name: 'Mark as deleted' }))
    expect(main.calls).toContainEqual(['runs.repair', 'run-1', { reUpload: false, markGone: true }])
  })

  it('leads to a plan, where rows are local again', async () => {
    const { main } = found([driftOf('ROW_LOCAL', 'migrate', 2)])
    fireEvent.click(await screen.findByRole('button', { name: /^Document uses its local file although/ }))
    fireEvent.click(await screen.findByRole('button', { name: 'Make a plan' }))
    expect(main.calls).toContainEqual(['runs.plan', 'sandbox', {}])
  })

  it('leads to the rollback, of the one document where it is one', async () => {
    found([driftOf('OBJECT_DIFFERS', 'rollback', 1)])
    fireEvent.click(await screen.findByRole('button', { name: /^Another file already has this path/ }))
    fireEvent.click(await screen.findByRole('button', { name: 'Roll back…' }))
    expect(await screen.findByText('1 document selected')).toBeTruthy()
  })

  it('can be taken up by the run itself', async () => {
    const { main } = found([driftOf('ROW_UNRECORDED', 'resume', 4)])
    fireEvent.click(await screen.findByRole('button', { name: /^Document is on S3, but the run/ }))
    fireEvent.click(await screen.findByRole('button', { name: 'Resume the run…' }))
    fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Resume' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-1'])
  })

  it('offers nothing where nothing helps', async () => {
    found([driftOf('ROW_CHANGED', 'none', 1)])
    fireEvent.click(await screen.findByRole('button', { name: /^Somebody else changed/ }))
    expect(await screen.findByText(/^Only a backup or Readur itself/)).toBeTruthy()
  })
})

describe('the screen of a run meanwhile', () => {
  it('says that it is being repaired, not that another program works on it', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer({ ...finished, status: 'running' })
    })
    await screen.findByRole('main')
    act(() => main.emit({ ...snapshot, activity: 'repair' }))
    expect(await screen.findByText('This run is being repaired.')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Show' }))
    expect(await screen.findByRole('progressbar', { name: 'Repair' })).toBeTruthy()
  })
})
