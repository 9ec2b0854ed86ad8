// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { IpcReply } from '../../../src/shared/ipc.ts'
import {
  planItemOf,
  answer,
  errorOf,
  finished,
  groupOf,
  refuse,
  rollbackPlan,
  rolledBack,
  snapshot,
} from './fixtures.ts'
import { openTab, renderApp } from './renderApp.tsx'

const safe = { keepObjects: false, force: false }
const preview = () => screen.findByRole('button', { name: 'Preview' })

const choosing = (hash = '#/undo/run-1', prepare: Parameters<typeof renderApp>[1] = () => undefined) =>
  renderApp(hash, (main) => {
    main.answers.runs.get = (runId) => answer(runId === 'run-1' ? finished : rollbackPlan)
    prepare(main)
  })

describe('choosing what is rolled back', () => {
  it('is all of the run, with objects removed, unless told otherwise', async () => {
    const { main } = choosing()
    expect(await screen.findByRole('heading', { name: /^Roll back the run of/ })).toBeTruthy()
    expect(screen.getByRole('radio', { name: 'Everything' })).toHaveProperty('checked', true)
    fireEvent.click(await preview())
    expect(await screen.findByRole('heading', { name: 'Rollback plan for Sandbox' })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', {}, safe])
  })

  it('can be some people, by name, without choosing that first', async () => {
    const anna = { userId: '8725cfbd-c3d8-46e1-bfc8-65b309fb3614', documents: 120, files: 130, bytes: 1_000_000 }
    const { main } = choosing('#/undo/run-1', (main) => {
      main.answers.runs.users = () =>
        answer([
          { ...anna, example: 'Invoice 7.pdf', name: 'anna' },
          { ...anna, userId: '11111111-2222-4333-8444-555555555555', example: 'Lease.pdf', name: null },
        ])
    })
    fireEvent.click(await screen.findByRole('radio', { name: 'Some people' }))
    expect(screen.getByText('Choose at least one person.')).toBeTruthy()
    expect((await preview()).hasAttribute('disabled')).toBe(true)
    expect(screen.getByRole('checkbox', { name: '11111111 with Lease.pdf' })).toBeTruthy()
    fireEvent.click(screen.getByRole('radio', { name: 'Everything' }))
    fireEvent.click(screen.getByRole('checkbox', { name: 'anna' }))
    expect(screen.getByRole('radio', { name: 'Some people' })).toHaveProperty('checked', true)
    await waitFor(() => expect(main.calls).toContainEqual(['runs.countSelected', 'run-1', { userIds: [anna.userId] }]))
    fireEvent.click(await preview())
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', { userIds: [anna.userId] }, safe])
  })

  it('can be a folder, days, or both', async () => {
    const { main } = choosing()
    fireEvent.click(await screen.findByRole('radio', { name: 'A folder or a time' }))
    expect(screen.getByText('Enter a folder or a date.')).toBeTruthy()
    fireEvent.change(screen.getByLabelText('Folder'), { target: { value: ' documents/2026 ' } })
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-02' } })
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-01' } })
    expect(screen.getByText('The last day is before the first.')).toBeTruthy()
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-30' } })
    const from = new Date(2026, 10, 2).getTime()
    const before = new Date(2026, 11, 1).getTime()
    fireEvent.click(await preview())
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', { folder: 'documents/2026', from, before }, safe])
  })

  it('says what the choice comes to while one chooses', async () => {
    const { main } = choosing()
    expect(await screen.findByText('286 documents, 300 files, 64.0 kB')).toBeTruthy()
    main.answers.runs.countSelected = () => answer({ documents: 0, files: 0, bytes: 0 })
    fireEvent.click(screen.getByRole('radio', { name: 'A folder or a time' }))
    fireEvent.change(screen.getByLabelText('Folder'), { target: { value: 'nowhere' } })
    expect(await screen.findByText('No documents match.')).toBeTruthy()
  })

  it('can be documents that are found and ticked, over several pages and searches', async () => {
    const { main } = choosing()
    fireEvent.click(await screen.findByRole('radio', { name: 'Chosen documents' }))
    expect(screen.getByText('Select at least one document.')).toBeTruthy()
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Select file 2.pdf' }))
    fireEvent.click(screen.getByRole('button', { name: 'Next' }))
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Select file 11.pdf' }))
    expect(screen.getByText('2 documents selected')).toBeTruthy()
    fireEvent.change(screen.getByLabelText(/^Search documents/), { target: { value: 'invoice' } })
    await waitFor(() =>
      expect(main.calls.at(-1)).toEqual([
        'runs.items',
        'run-1',
        { documents: true, text: 'invoice', after: 0, limit: 10 },
      ]),
    )
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Select file 2.pdf', checked: true }))
    expect(screen.getByText('1 document selected')).toBeTruthy()
    fireEvent.click(await preview())
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', { documentIds: ['id-11'] }, safe])
  })

  it('can be the one document that a row of the run leads to', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(finished)
      main.answers.runs.planRows = () =>
        answer({ rows: [planItemOf(1, { documentId: 'id-3', state: 'committed' })], total: 1, bytes: 0 })
      main.answers.menu.popUp = () => answer('roll back')
    })
    await openTab(/^Files/)
    fireEvent.contextMenu(await screen.findByRole('row', { name: /invoice 1\.pdf/ }))
    expect(await screen.findByText('1 document selected')).toBeTruthy()
    expect(screen.getByLabelText(/^Search documents/)).toHaveProperty('value', 'id-3')
    fireEvent.click(await preview())
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', { documentIds: ['id-3'] }, safe])
  })

  it('passes the options on, and says what they do', async () => {
    const { main } = choosing()
    fireEvent.click(await screen.findByRole('switch', { name: /^Keep S3 copies/ }))
    fireEvent.click(screen.getByRole('switch', { name: /^Skip files that changed/ }))
    expect(screen.getByText('The S3 copy stays in bucket readur-documents.')).toBeTruthy()
    fireEvent.click(await preview())
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-1', {}, { keepObjects: true, force: true }])
  })

  it('shows that it is being looked at, can be stopped, and keeps the choice', async () => {
    let end: (reply: IpcReply<{ runId: string }>) => void = () => undefined
    const { main } = choosing('#/undo/run-1', (main) => {
      main.answers.runs.prepareUndo = () => new Promise((resolve) => (end = resolve))
    })
    fireEvent.click(await screen.findByRole('switch', { name: /^Keep S3 copies/ }))
    fireEvent.click(await preview())
    expect(await screen.findByRole('progressbar', { name: 'Plan' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    expect(main.calls).toContainEqual(['runs.stop', '', 'now'])
    await act(() => {
      end({ ok: false, error: errorOf('INTERRUPTED', 'The run was stopped.') })
      return Promise.resolve()
    })
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.getByRole('switch', { name: /^Keep S3 copies/ })).toHaveProperty('checked', true)
    expect((await preview()).hasAttribute('disabled')).toBe(false)
  })

  it('says why there is no preview, and tries again', async () => {
    const { main } = choosing('#/undo/run-1', (main) => {
      main.answers.runs.prepareUndo = () => refuse(errorOf('S3_UNREACHABLE', 'connect ECONNREFUSED'))
    })
    fireEvent.click(await preview())
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('S3_UNREACHABLE')
    main.answers.runs.prepareUndo = () => answer({ runId: 'run-2' })
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('heading', { name: 'Rollback plan for Sandbox' })).toBeTruthy()
  })
})

describe('the preview of a rollback', () => {
  const shown = (groups = [groupOf('ROLLBACK_BLOCKED', 'failed', 2)]) =>
    renderApp('#/run/run-2', (main) => {
      main.answers.runs.get = () => answer(rollbackPlan)
      main.answers.runs.problems = () => answer(groups)
    })

  it('says that the objects stay as old versions, where the bucket keeps them', async () => {
    shown([groupOf('VERSIONS_STAY', 'note', 297)])
    const versions = await screen.findByRole('button', { name: /^Removed objects stay as old versions and are billed/ })
    expect(versions.textContent).toContain('297')
    fireEvent.click(versions)
    expect(await screen.findByText(/NoncurrentVersionExpiration/)).toBeTruthy()
  })

  it('counts rows, files and objects, and lists what cannot go back', async () => {
    const { main } = shown()
    await screen.findByRole('button', { name: 'Roll back 290 documents' })
    const figures = [...document.querySelectorAll('dt')].map((name) => [
      name.textContent,
      name.nextElementSibling?.textContent,
    ])
    expect(Object.fromEntries(figures)).toMatchObject({
      'Back to local files': '298',
      'Intact local files': '290',
      'To download': '8',
      'S3 copies removed': '297',
      Conflicts: '2',
    })
    const conflicts = screen.getByRole('button', { name: /^The document was not rolled back/ })
    expect(conflicts.textContent).toContain('Can’t be rolled back')
    fireEvent.click(conflicts)
    expect(await screen.findByRole('table', { name: 'The document was not rolled back' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: /^The local file is gone or damaged/ }))
    expect(await screen.findByRole('table', { name: 'The local file is gone or damaged' })).toBeTruthy()
    for (const code of ['ROLLBACK_BLOCKED', 'FILE_TO_FETCH']) {
      expect(main.calls).toContainEqual(['runs.items', 'run-2', { code, after: 0, limit: 10 }])
    }
  })

  it('is carried out only after the consequence was named', async () => {
    const { main } = shown()
    const named = await screen.findByRole('region', { name: 'What will change' })
    expect(named.textContent).toContain('298 files in 127.0.0.1:54321/readur load from the local path again.')
    expect(named.textContent).toContain('297 S3 copies are removed from bucket readur-documents afterwards.')
    expect(named.textContent).toContain('2 files can’t be rolled back')
    expect(main.calls.some(([channel]) => channel === 'runs.resume')).toBe(false)
    fireEvent.click(within(named).getByRole('button', { name: 'Roll back 290 documents' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-2'])
  })

  it('leads back to the choice', async () => {
    shown()
    fireEvent.click(await screen.findByRole('button', { name: 'Change selection' }))
    expect(await screen.findByRole('heading', { name: /^Roll back the run of/ })).toBeTruthy()
  })

  it('says when there is nothing to roll back', async () => {
    renderApp('#/run/run-2', (main) => {
      const totals = { documents: 0, items: 3, move: 0, skip: 3, blocked: 0, bytes: 0 }
      const none = {
        documents: 0,
        rows: 0,
        filesSound: 0,
        filesToReturn: 0,
        filesToFetch: 0,
        bytesToFetch: 0,
        objects: 0,
        conflicts: 0,
      }
      main.answers.runs.get = () => answer({ ...rollbackPlan, totals, preview: none })
      main.answers.runs.problems = () => answer([])
    })
    expect(await screen.findByText('Nothing to roll back.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: /^Roll back/ })).toBeNull()
  })

  it('says why it could not be started, and stays startable', async () => {
    const { main } = shown()
    main.answers.runs.resume = () => refuse(errorOf('DB_BUSY', 'Another run uses this database.'))
    fireEvent.click(await screen.findByRole('button', { name: 'Roll back 290 documents' }))
    expect((await screen.findByRole('alert')).textContent).toContain('DB_BUSY')
    expect(screen.getByRole('button', { name: 'Roll back 290 documents' }).hasAttribute('disabled')).toBe(false)
  })
})

describe('a rollback under way', () => {
  it('shows its own phases and counts, then what is where now', async () => {
    const counts = {
      ...snapshot.counts,
      planned: 300,
      committed: 0,
      restored: 149,
      failed: 2,
      skipped: 0,
      remaining: 149,
    }
    const running = { ...snapshot, runId: 'run-2', kind: 'rollback', phase: 'rollback', counts, copied: 160 } as const
    const { main } = renderApp('#/run/run-2', (main) => {
      main.answers.runs.current = () => answer(running)
      main.answers.runs.get = () => answer({ ...rollbackPlan, status: 'running' })
    })
    const bar = await screen.findByRole('progressbar', { name: 'Rollback' })
    expect(bar.getAttribute('aria-valuenow')).toBe('50')
    expect(screen.getByRole('heading', { name: 'Rolling back Sandbox' })).toBeTruthy()
    const steps = within(screen.getByRole('list', { name: 'Phases' })).getAllByRole('listitem')
    expect(steps.map((step) => step.textContent.replace(/^\d/, ''))).toEqual(['Check', 'Plan', 'Roll back', 'Finish'])
    expect(screen.getByText('Files rolled back').nextElementSibling?.textContent).toBe('149')
    main.answers.runs.get = () => answer(rolledBack)
    main.answers.runs.family = () => answer({ parent: finished, children: [] })
    act(() => main.emit({ ...running, status: 'completed' }))
    expect(await screen.findByRole('heading', { name: 'Rollback completed' })).toBeTruthy()
    const where = screen.getByRole('region', { name: 'Where your files are now' })
    expect(
      within(where)
        .getAllByRole('listitem')
        .map((line) => line.textContent),
    ).toEqual([
      '298 files are local again.',
      '8 files of these were downloaded from S3.',
      '297 S3 copies were removed from bucket readur-documents.',
    ])
    const related = screen.getByRole('region', { name: 'Related runs' })
    expect(related.textContent).toContain('Based on: Migration')
  })
})
