// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../../src/renderer/components/check/verdict.ts'
import type { CheckupSnapshot, Diagnostic } from '../../../src/shared/diagnostic.ts'
import { answer, errorOf, refuse } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'

setReaderLocale('en-US')

const it_ = (more: Partial<Diagnostic>): Diagnostic => ({
  code: 'database.tables',
  area: 'database',
  subject: '127.0.0.1:5432/readur',
  state: 'done',
  severity: 'ok',
  finding: 'Readur’s tables found',
  evidence: [],
  remedy: null,
  milliseconds: 12,
  error: null,
  ...more,
})
const noBucket = it_({
  code: 'bucket.exists',
  area: 'bucket',
  subject: 'readur-documents',
  severity: 'blocking',
  finding: 'There is no such bucket.',
  evidence: ['HEAD readur-documents: 404'],
  remedy: {
    words: 'Create the bucket.',
    commands: [{ where: 'this computer', text: 'aws s3 mb s3://readur-documents' }],
    actions: [{ id: 'a1', label: 'Create the bucket', consequence: 'A private bucket “readur-documents” is made.' }],
  },
})
const failed = (checkupId: string): CheckupSnapshot => ({
  checkupId,
  outcome: 'failed',
  diagnostics: [it_({}), noBucket],
})

describe('the checks of a connection', () => {
  it('begin by themselves and are shown as they come in', async () => {
    const { main } = renderApp('#/doctor/sandbox', (main) => {
      main.answers.doctor.start = () => new Promise(() => undefined)
    })
    await screen.findByRole('button', { name: 'Cancel' })
    const [, checkupId] = main.calls.find(([channel]) => channel === 'doctor.start') ?? []
    act(() =>
      main.emitCheckup({
        ...failed(String(checkupId)),
        outcome: 'running',
        diagnostics: [it_({}), it_({ code: 'database.privileges', state: 'begun', severity: null, finding: null })],
      }),
    )
    expect(screen.getByText('Readur’s tables found')).toBeTruthy()
    expect(screen.getByText('Database: 1 of 2 checks done')).toBeTruthy()
    expect(screen.getAllByRole('img', { name: 'in progress' })).not.toEqual([])
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(main.calls.at(-1)).toEqual(['doctor.cancel', checkupId])
  })

  it('open what would stop a run, with evidence, remedy and a command to copy', async () => {
    renderApp('#/doctor/sandbox', (main) => (main.answers.doctor.start = (id) => answer(failed(id))))
    const panel = within(await screen.findByRole('region', { name: 'Check' }))
    expect((await panel.findByRole('status')).textContent).toBe('There is no such bucket')
    const finding = panel.getByRole('list', { name: 'To look at' })
    for (const text of ['Bucket', 'There is no such bucket', 'HEAD readur-documents: 404', 'aws s3 mb']) {
      expect(finding.textContent).toContain(text)
    }
    expect(finding.querySelector('details')?.open).toBe(true)
    expect(panel.getByRole('button', { name: 'Copy the command for this computer' })).toBeTruthy()
    expect(panel.getByText('Database: 1 check passed')).toBeTruthy()
    expect(panel.queryByText(/^Server/)).toBeNull()
    fireEvent.click(panel.getByRole('button', { name: 'Go to field' }))
    const bucket = await screen.findByPlaceholderText('readur-documents')
    await waitFor(() => expect(document.activeElement).toBe(bucket))
  })

  it('do what a remedy offers once its consequence was confirmed, and look at that area again', async () => {
    const { main } = renderApp('#/doctor/sandbox', (main) => {
      main.answers.doctor.start = (id, _profile, { areas }) =>
        answer(
          areas ? { checkupId: id, outcome: 'passed', diagnostics: [{ ...noBucket, severity: 'ok' }] } : failed(id),
        )
      main.answers.doctor.perform = () => answer({ done: 'The bucket was created.' })
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Create the bucket…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Create the bucket?' })
    expect(dialog.textContent).toContain('A private bucket “readur-documents” is made.')
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create the bucket' }))
    expect(await screen.findByText('The bucket was created.')).toBeTruthy()
    expect(await screen.findByText('Ready to migrate: 2 checks passed')).toBeTruthy()
    expect(main.calls.filter(([channel]) => channel === 'doctor.start').at(-1)?.[3]).toEqual({
      depth: 'run',
      areas: ['bucket'],
    })
  })

  it('say why they could not begin', async () => {
    renderApp('#/doctor/sandbox', (main) => {
      main.answers.doctor.start = () => refuse(errorOf('SSH_CONFIG_INVALID', 'line 3'))
    })
    expect((await screen.findByRole('alert')).textContent).toContain('line 3')
  })
})

describe('a checkup in one sentence', () => {
  it.each([
    ['passed', [it_({})], 'Ready to migrate: 1 check passed'],
    ['passed', [it_({ severity: 'warning' })], 'Ready to migrate, with 1 warning'],
    ['failed', [noBucket, it_({ severity: 'warning' })], 'There is no such bucket'],
    ['failed', [noBucket, it_({ severity: 'blocking' })], 'There is no such bucket, and 1 more problem'],
    ['cancelled', [it_({}), it_({ state: 'skipped', severity: null })], 'Cancelled after 1 check.'],
  ] as const)('%s', (outcome, diagnostics, text) =>
    expect(verdictOf({ outcome, diagnostics: [...diagnostics] }).text).toBe(text),
  )
})
