// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { checkupSentence, worstOf } from '../../../src/renderer/screens/doctor/checkup.ts'
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
    expect(screen.getByRole('img', { name: 'in progress' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(main.calls.at(-1)).toEqual(['doctor.cancel', checkupId])
  })

  it('open what would stop a run, with evidence, remedy and a command to copy', async () => {
    renderApp('#/doctor/sandbox', (main) => (main.answers.doctor.start = (id) => answer(failed(id))))
    const bucket = await screen.findByRole('region', { name: 'Bucket' })
    // What blocks is named above, and told once: where it is.
    const summary = screen.getByText('1 problem blocks a run.').parentElement
    expect(summary?.textContent).toBe('1 problem blocks a run.Bucket')
    expect(screen.getAllByText('There is no such bucket.')).toHaveLength(1)
    for (const text of ['Blocks a run', 'There is no such bucket.', 'HEAD readur-documents: 404', 'aws s3 mb']) {
      expect(bucket.textContent).toContain(text)
    }
    expect(bucket.querySelector('details')?.open).toBe(true)
    expect(within(bucket).getByRole('button', { name: 'Copy the command for this computer' })).toBeTruthy()
    expect(screen.getByRole('region', { name: 'Database' }).textContent).toContain('OK')
    expect(screen.queryByRole('region', { name: 'Server' })).toBeNull()
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
    ['failed', [noBucket, it_({ severity: 'warning' })], '1 problem blocks a run, 1 warning.'],
    ['cancelled', [it_({}), it_({ state: 'skipped', severity: null })], 'Cancelled after 1 check.'],
  ] as const)('%s', (outcome, diagnostics, text) =>
    expect(checkupSentence({ outcome, diagnostics: [...diagnostics] }).text).toBe(text),
  )

  it('is as bad as its worst finding', () => {
    expect(worstOf(['ok', null, 'warning', 'note'])).toBe('warning')
    expect(worstOf([null])).toBeNull()
  })
})
