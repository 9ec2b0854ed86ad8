// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, refuse, rolledBack } from './fixtures.ts'
import { repaired } from './auditFixtures.ts'
import { openTab, renderApp } from './renderApp.tsx'

const openRun = (prepare: Parameters<typeof renderApp>[1] = () => undefined) =>
  renderApp('#/run/run-1', (main) => {
    main.answers.runs.get = () => answer(finished)
    prepare(main)
  })

describe('the record of a run', () => {
  it('has its state file to read and as it is, page by page', async () => {
    openRun((main) => {
      main.answers.records.statePage = (_id, offset) =>
        answer(
          offset === 0
            ? { path: '/s.json', size: 99, offset, text: '{\n  "completed_migrations": [\n', next: 29 }
            : { path: '/s.json', size: 99, offset, text: '    {"document_id":"d1","s3_key":"k"}\n', next: null },
        )
    })
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'View state file' }))
    expect(await screen.findByRole('heading', { name: 'completed migrations' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Next' }))
    expect((await screen.findByText('d1', { selector: 'summary' })).parentElement?.textContent).toContain('s3 keyk')
    fireEvent.click(screen.getByRole('radio', { name: 'Raw' }))
    expect(await screen.findByText(/^\{"document_id":"d1"/, { selector: 'pre' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Run' }))
    expect(await screen.findByRole('heading', { name: 'Migration completed with failures' })).toBeTruthy()
  })

  it('has the paths of before, page by page', async () => {
    const path = { documentId: 'd', column: 'documents.file_path', rowId: 'row-1', path: './uploads/a.pdf' }
    openRun((main) => (main.answers.records.paths = () => answer({ paths: [path], next: null })))
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'View paths' }))
    const table = await screen.findByRole('table', { name: 'Original paths' })
    expect(within(table).getByText('./uploads/a.pdf')).toBeTruthy()
  })

  it('is saved as a report', async () => {
    const { main } = openRun()
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'Save the report as CSV…' }))
    expect(await screen.findByText('Report saved to /home/ada/run_run-1.csv')).toBeTruthy()
    expect(main.calls).toContainEqual(['records.saveReport', 'run-1', 'csv'])
  })

  it('is put beside another run of the connection that did the same, and no other', async () => {
    const earlier = { ...finished, runId: 'run-3', status: 'rolled back' } as const
    const { main } = openRun((main) => {
      main.answers.runs.list = () => answer({ runs: [finished, rolledBack, earlier], next: null })
      main.answers.records.compare = () =>
        answer({
          first: finished,
          second: earlier,
          alike: 20,
          differences: [
            {
              from: 'committed',
              to: 'restored',
              count: 298,
              examples: [{ documentId: 'd', filename: 'a.pdf', path: '/a' }],
            },
          ],
        })
    })
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'Compare…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Compare with another run' })
    await within(dialog).findByRole('option', { name: /Migration, rolled back/ })
    expect(within(dialog).queryByRole('option', { name: /Rollback/ })).toBeNull()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Compare' }))
    expect(await screen.findByText('298 files differ; 20 are the same.')).toBeTruthy()
    expect(screen.getByRole('region', { name: 'Moved in run A, Rolled back in run B' })).toBeTruthy()
    expect(main.calls).toContainEqual(['records.compare', 'run-1', 'run-3'])
  })

  it('is not put beside anything, where it moved no files', async () => {
    openRun((main) => {
      main.answers.runs.get = () => answer(repaired)
    })
    await openTab(/^Record/)
    await screen.findByRole('button', { name: 'Forget…' })
    expect(screen.queryByRole('button', { name: 'Compare…' })).toBeNull()
  })

  it('is forgotten only by who knows what that means', async () => {
    const { main, stores } = openRun()
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'Forget…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Forget this run?' })
    expect(dialog.textContent).toContain('aren’t changed')
    const forget = within(dialog).getByRole('button', { name: 'Forget run' })
    expect(forget.hasAttribute('disabled')).toBe(true)
    fireEvent.click(within(dialog).getByRole('checkbox', { name: /can’t roll it back/ }))
    fireEvent.click(forget)
    await waitFor(() => expect(stores.navigation.getState().screen).toEqual({ name: 'home' }))
    expect(main.calls).toContainEqual(['records.forget', 'run-1'])
    expect(await screen.findByText(/^Run record deleted/)).toBeTruthy()
  })

  it('that another run needs is not forgotten, and says so', async () => {
    openRun((main) => {
      main.answers.runs.get = () => answer(rolledBack)
      main.answers.records.forget = () => refuse(errorOf('RUN_NEEDED', 'run-3 goes back over it.'))
    })
    await openTab(/^Record/)
    fireEvent.click(await screen.findByRole('button', { name: 'Forget…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Forget this run?' })
    fireEvent.click(within(dialog).getByRole('button', { name: 'Forget run' }))
    expect((await within(dialog).findByRole('alert')).textContent).toContain('run-3 goes back over it.')
  })
})
