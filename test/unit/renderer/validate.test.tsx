// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { ProfileSecret } from '../../../src/shared/profile.ts'
import type { ValidationReport } from '../../../src/shared/validation.ts'
import { validation } from './auditFixtures.ts'
import { answer, errorOf, finished, refuse, snapshot } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

const validating = (
  report: ValidationReport | null = null,
  prepare: Parameters<typeof renderApp>[1] = () => undefined,
) =>
  renderApp('#/validate/run-1', (main) => {
    main.answers.profiles.get = () => answer({ ...connection, variables: { READUR_URL: 'http://127.0.0.1:8000' } })
    main.answers.runs.get = () => answer({ ...finished, validation: report, validated: report?.passed ?? null })
    prepare(main)
  })
const connection = {
  id: 'sandbox',
  name: 'Sandbox',
  server: null,
  envFile: null,
  variables: {},
  has: ['READUR_TOKEN'] as ProfileSecret[],
}

const start = (name = 'Validate') => screen.findByRole('button', { name })

describe('validating a run', () => {
  it('compares checksums of all files, and asks Readur for twenty documents', async () => {
    const { main } = validating()
    fireEvent.click(await start())
    expect(main.calls).toContainEqual(['runs.validate', 'run-1', { level: 'checksum', documents: 20 }])
  })

  it('compares every byte of a sample, and asks for as many documents as wanted', async () => {
    const { main } = validating()
    fireEvent.click(await screen.findByRole('radio', { name: 'Every byte' }))
    fireEvent.change(screen.getByLabelText('Sample size'), { target: { value: '50' } })
    fireEvent.change(await screen.findByLabelText('Documents to download'), { target: { value: '3' } })
    fireEvent.click(await start())
    expect(main.calls).toContainEqual(['runs.validate', 'run-1', { level: 'readback', sample: 50, documents: 3 }])
  })

  it('does not begin with a number that is none', async () => {
    validating()
    fireEvent.change(await screen.findByLabelText('Documents to download'), { target: { value: '20000' } })
    expect(screen.getByText('Enter a whole number from 0 to 10,000.')).toBeTruthy()
    expect(await start()).toHaveProperty('disabled', true)
  })

  it.each([
    [{}, [], /has no address/],
    [{ READUR_URL: 'http://127.0.0.1:8000' }, [], /no administrator’s API key/],
  ])('says beforehand what the connection lacks to ask Readur', async (variables, has, words) => {
    validating(null, (main) => {
      main.answers.profiles.get = () => answer({ ...connection, variables, has })
    })
    expect(await screen.findByText(words)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Edit connection' }))
    expect(await screen.findByRole('heading', { level: 1 })).toBeTruthy()
  })

  it('shows which step it is at, can be stopped, and says that nothing was changed', async () => {
    const { main } = validating()
    await start()
    const under = { ...snapshot, activity: 'validate', phase: 'verify', copied: 75 } as const
    act(() => main.emit({ ...under, counts: { ...snapshot.counts, planned: 300 } }))
    const bar = screen.getByRole('progressbar', { name: 'Validation' })
    expect(bar.getAttribute('aria-valuenow')).toBe('25')
    act(() => main.emit({ ...under, phase: 'list' }))
    expect(screen.getByText('List documents, files and objects').getAttribute('aria-current')).toBe('step')
    expect(screen.getByRole('progressbar', { name: 'Validation' }).getAttribute('aria-valuenow')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    expect(main.calls).toContainEqual(['runs.stop', 'run-1', 'now'])
    const error = errorOf('INTERRUPTED', 'The run was stopped.')
    act(() => main.emit({ ...under, status: 'completed with failures', error }))
    expect(await screen.findByText('Validation stopped. Nothing was changed.')).toBeTruthy()
  })

  it('says why it could not be done', async () => {
    validating(null, (main) => (main.answers.runs.validate = () => refuse(errorOf('S3_UNREACHABLE', 'ECONNREFUSED'))))
    fireEvent.click(await start())
    expect((await screen.findByRole('alert')).textContent).toContain('S3_UNREACHABLE')
  })
})

describe('a validation', () => {
  it('that has passed shows every figure beside the other', async () => {
    validating(validation)
    expect(
      await screen.findByText(
        'Passed: 300 files match the record, and all counts match. Readur served 20 documents exactly as uploaded.',
      ),
    ).toBeTruthy()
    const table = screen.getByRole('table', { name: 'Counts that must match' })
    expect(
      within(table)
        .getAllByRole('row')
        .map((row) => row.textContent),
    ).toEqual([
      'CountedNumberCompared withNumberResult',
      'Documents and images on S3298found in the bucket298Match',
      'Documents and images not on S320found in the uploads folder20Match',
    ])
    expect(await start('Validate again')).toBeTruthy()
  })

  it('that has not passed says what differs, and leads to what puts it right', async () => {
    const [first] = validation.counts
    if (!first || !validation.readur) throw new Error('The validation has neither counts nor Readur.')
    const counts = [{ ...first, found: 296, agrees: false }]
    const state = { ...validation.state, sound: 298 }
    const readur = { ...validation.readur, same: 19, reencoded: 0, differs: 1 }
    validating({ ...validation, passed: false, counts, state, readur })
    expect(
      await screen.findByText(
        'Validation failed: 2 of 300 files don’t match the record; 1 count doesn’t match; 1 wrong or missing in Readur.',
      ),
    ).toBeTruthy()
    expect(screen.getByText('1 differs from the upload.')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Verify and fix…' }))
    expect(await screen.findByRole('heading', { name: /^Verify the run of/ })).toBeTruthy()
  })

  it('that did not ask Readur says why', async () => {
    validating({ ...validation, readur: null, readurSkipped: 'There is no API key to ask with.' })
    expect(await screen.findByText(/^Readur wasn’t asked\. There is no API key/)).toBeTruthy()
  })

  it('is written as HTML and as JSON', async () => {
    const { main } = validating(validation)
    for (const format of ['html', 'json']) {
      fireEvent.click(await screen.findByRole('button', { name: `Save the validation as ${format.toUpperCase()}…` }))
      expect(main.calls).toContainEqual(['records.saveValidation', 'run-1', format])
      await screen.findByText(`Validation saved to /home/ada/validation_run-1.${format}`)
    }
  })

  it('leads to the audit that it rests on', async () => {
    const { main } = validating(validation)
    fireEvent.click(await screen.findByRole('button', { name: 'Open audit' }))
    await waitFor(() => expect(main.calls).toContainEqual(['runs.get', 'run-9']))
  })

  it('is begun from the result of a run', async () => {
    renderApp('#/run/run-1', (main) => (main.answers.runs.get = () => answer(finished)))
    fireEvent.click(await screen.findByRole('button', { name: 'Validate…' }))
    expect(await screen.findByRole('heading', { name: /^Validate the run of/ })).toBeTruthy()
  })
})
