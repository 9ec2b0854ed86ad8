// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { audited, auditReport, repaired, repairPlan, soundReport, takenBack, takingBack } from './auditFixtures.ts'
import { answer, errorOf, groupOf, itemOf, refuse, snapshot } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

const shown = (report = auditReport, details = audited) =>
  renderApp('#/run/run-1', (main) => {
    main.answers.runs.get = () => answer(details)
    main.answers.runs.auditReport = () => answer(report)
  })

const figures = () =>
  Object.fromEntries(
    [...document.querySelectorAll('dt')].map((name) => [name.textContent, name.nextElementSibling?.textContent]),
  )

describe('a finished audit', () => {
  it('says what was compared, and what of it is amiss', async () => {
    shown()
    expect(await screen.findByRole('heading', { level: 1, name: 'Issues found' })).toBeTruthy()
    await screen.findByRole('region', { name: 'Documents' })
    expect(figures()).toMatchObject({ Rows: '318', Files: '410', Objects: '124', Amiss: '15', 'Needs nothing': '9' })
    expect(document.body.textContent).toContain('120 point at S3')
    expect(document.body.textContent).toContain('163.4 MB, 2 put aside')
  })

  it('groups findings by what they are about, each with what can be done', async () => {
    shown()
    const titles = async (name: string) =>
      within(await screen.findByRole('region', { name }))
        .getAllByRole('button', { expanded: false })
        .map((one) => one.textContent)
    expect(await titles('Documents')).toEqual([
      'File found in another folder than the database saysPath can be corrected3',
      'File not foundRow can be removed, last2',
      'Image differs from its recorded hashNeeds nothing5',
    ])
    expect(await titles('Files that no row names')).toEqual([
      'Orphaned fileCan be set aside7',
      'System file or unfinished copyCan be set aside4',
    ])
    expect(await titles('Objects that no row points at')).toEqual([
      'Orphaned file on S3Can be removed2',
      'Orphaned file on S3 without an owner tagCan be removed, with care1',
    ])
  })

  it('explains a kind without naming commands, and leads to all of its findings', async () => {
    const { main } = shown()
    fireEvent.click(await screen.findByRole('button', { name: /^Orphaned file(?! on S3)/ }))
    const text = (await screen.findByText(/^No row of any table names it/)).textContent
    expect(text).not.toMatch(/repair RUN|--/)
    fireEvent.click(screen.getByRole('button', { name: 'Show all 7 findings' }))
    expect(await screen.findByRole('grid', { name: 'Findings of the audit' })).toBeTruthy()
    await waitFor(() =>
      expect(main.calls).toContainEqual([
        'runs.planRows',
        'run-1',
        { filter: { code: 'FILE_ORPHAN' }, order: 'plan', descending: false },
        0,
        100,
      ]),
    )
  })

  it('lists every finding, to be narrowed by how grave it is', async () => {
    shown()
    fireEvent.click(await screen.findByRole('tab', { name: 'Findings (24)' }))
    await screen.findByRole('grid', { name: 'Findings of the audit' })
    expect(screen.getByText('45 findings')).toBeTruthy()
    expect(within(screen.getByLabelText('What was found')).getByRole('option', { name: 'Issues' })).toBeTruthy()
  })

  it('is written as CSV and JSON', async () => {
    const { main } = shown()
    fireEvent.click(await screen.findByRole('button', { name: 'Save the report as CSV…' }))
    expect(main.calls).toContainEqual(['records.saveReport', 'run-1', 'csv'])
    expect(await screen.findByText('The report was written to /home/ada/run_run-1.csv.')).toBeTruthy()
  })

  it('that has found nothing says so, and offers no repair', async () => {
    shown(soundReport, { ...audited, status: 'completed', planned: 0, failed: 0, skipped: 0 })
    expect(await screen.findByText('Every row has its file or its object, as it was uploaded.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Choose repairs…' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Audit again…' })).toBeTruthy()
  })

  it('that was stopped lists no findings and offers no repair', async () => {
    shown({ ...auditReport, status: 'interrupted', groups: [] }, { ...audited, status: 'interrupted', totals: null })
    expect((await screen.findAllByText('Not compared to the end.')).length).toBe(3)
    expect(screen.queryByRole('tab', { name: /^Findings/ })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Choose repairs…' })).toBeNull()
  })

  it('that cannot be read says why', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(audited)
      main.answers.runs.auditReport = () => refuse(errorOf('RUN_STORE_INVALID', 'file is not a database'))
    })
    expect((await screen.findByRole('alert')).textContent).toContain('RUN_STORE_INVALID')
  })
})

describe('an audit under way', () => {
  it('shows no share that nobody knows, no pace, and what it has found so far', async () => {
    const { main } = shown(auditReport, { ...audited, status: 'running' })
    await screen.findByRole('main')
    const counts = { ...snapshot.counts, planned: 5, failed: 4, skipped: 1, remaining: 0 }
    act(() => main.emit({ ...snapshot, kind: 'audit', phase: 'verify', pace: null, counts, bytesTotal: 0 }))
    const bar = await screen.findByRole('progressbar', { name: 'Audit' })
    expect(bar.getAttribute('aria-valuenow')).toBeNull()
    expect(figures()).toMatchObject({ 'Amiss so far': '4', 'Needs nothing': '1' })
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull()
  })
})

const choosing = (prepare: Parameters<typeof renderApp>[1] = () => undefined) =>
  renderApp('#/repair/run-1', (main) => {
    main.answers.runs.get = (runId) => answer(runId === 'run-1' ? audited : repairPlan)
    main.answers.runs.auditReport = () => answer(auditReport)
    prepare(main)
  })
const box = (name: RegExp) => screen.findByRole('checkbox', { name })

describe('choosing repairs', () => {
  it('begins with what moves and points only; removing is for the user to choose', async () => {
    const { main } = choosing()
    expect(await box(/^Correct paths/)).toHaveProperty('checked', true)
    expect(await box(/^Set files aside/)).toHaveProperty('checked', true)
    expect(await box(/^Remove objects/)).toHaveProperty('checked', false)
    expect(await box(/^Remove rows/)).toHaveProperty('checked', false)
    expect(screen.getAllByRole('checkbox').at(-1)).toBe(await box(/^Remove rows/))
    fireEvent.click(screen.getByRole('button', { name: 'Preview' }))
    expect(await screen.findByRole('heading', { name: 'Repair plan for Sandbox' })).toBeTruthy()
    const wanted = { fixPaths: true, quarantineFiles: true, removeObjects: false, unmarkedObjects: false }
    expect(main.calls).toContainEqual(['runs.prepareRepairs', 'run-1', { ...wanted, removeRows: false }])
  })

  it('takes objects that say nothing only together with those that are marked', async () => {
    choosing()
    fireEvent.click(await box(/^Those too/))
    expect(await box(/^Remove objects/)).toHaveProperty('checked', true)
    fireEvent.click(await box(/^Remove objects/))
    expect(await box(/^Those too/)).toHaveProperty('checked', false)
  })

  it('needs at least one, and offers none of which nothing was found', async () => {
    choosing((main) => {
      const { repairs } = auditReport
      const report = { ...auditReport, repairs: { ...repairs, removeRows: { items: 0, bytes: 0 } } }
      main.answers.runs.auditReport = () => answer(report)
    })
    fireEvent.click(await box(/^Correct paths/))
    fireEvent.click(await box(/^Set files aside/))
    expect(screen.getByText('Choose at least one.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Preview' })).toHaveProperty('disabled', true)
    expect(await box(/^Remove rows/)).toHaveProperty('disabled', true)
    expect(screen.getByText('None found')).toBeTruthy()
  })

  it('says why there is no preview', async () => {
    choosing((main) => {
      main.answers.runs.prepareRepairs = () => refuse(errorOf('RUN_NOT_STARTABLE', 'The audit was of another bucket.'))
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Preview' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The audit was of another bucket.')
  })
})

describe('the preview of repairs', () => {
  const previewed = () =>
    renderApp('#/run/run-2', (main) => {
      main.answers.runs.get = () => answer(repairPlan)
      main.answers.runs.problems = () => answer([groupOf('FILE_NOT_PLACED', 'failed', 1)])
      const remedy = { action: 'fix-path', from: '/app/uploads/a.pdf', to: '/app/uploads/documents/a.pdf' } as const
      main.answers.runs.items = () => answer({ items: [itemOf(1, { state: 'pending', remedy })], next: null })
    })

  it('counts what would be done, and says what cannot be and why', async () => {
    previewed()
    await screen.findByRole('button', { name: 'Put 20 findings right' })
    expect(figures()).toMatchObject({
      'Paths corrected': '3',
      'Files put back': '1',
      'Files set aside': '11',
      'Objects removed': '3',
      'Rows removed': '2',
      'Can’t be repaired': '1',
    })
    const cannot = await screen.findByRole('region', { name: 'What can’t be done' })
    expect(cannot.textContent).toContain('No file can be restored to this path')
  })

  it('lists each thing with from where to where', async () => {
    const { main } = previewed()
    const done = await screen.findByRole('region', { name: 'What would be done' })
    fireEvent.click(within(done).getByRole('button', { name: /^Paths corrected/ }))
    expect(await within(done).findByText('/app/uploads/a.pdf')).toBeTruthy()
    expect(within(done).getByText('→ /app/uploads/documents/a.pdf')).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.items', 'run-2', { deed: 'fix-path', after: 0, limit: 10 }])
  })

  it('is confirmed with what will be different, and then carried out', async () => {
    const { main } = previewed()
    fireEvent.click(await screen.findByRole('button', { name: 'Put 20 findings right' }))
    const dialog = await screen.findByRole('dialog', { name: 'Start the repairs?' })
    expect([...dialog.querySelectorAll('li')].map((line) => line.textContent)).toEqual([
      '3 rows in 127.0.0.1:54321/readur get the path where the document was found.',
      '1 file (12.0 kB) moves out of quarantine/ to where the row says.',
      '11 files (1.2 MB) move to quarantine/ in the uploads folder.',
      '3 objects (120.0 kB) are removed from bucket readur-documents, after their bytes were saved to quarantine/.',
      '1 of them does not say whose it is: no other Readur may use this bucket.',
      '2 rows in 127.0.0.1:54321/readur are deleted, with all that depends on them, after that was saved in the record of this repair. Users no longer see these documents.',
      'Each is proved once more right before it is done. All of it can be taken back.',
    ])
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start repairs' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-2'])
  })

  it('that removes no row is carried out at once: what will be different stands beside the button', async () => {
    const { main } = renderApp('#/run/run-2', (main) => {
      const repairs = (repairPlan.repairs ?? []).filter(({ deed }) => deed !== 'remove-row')
      main.answers.runs.get = () => answer({ ...repairPlan, repairs })
    })
    const changes = await screen.findByRole('region', { name: 'What will be different' })
    expect(changes.textContent).toContain('11 files (1.2 MB) move to quarantine/')
    fireEvent.click(within(changes).getByRole('button', { name: 'Put 20 findings right' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-2'])
  })

  it('leads back to the choice', async () => {
    const { main } = previewed()
    main.answers.runs.auditReport = () => answer(auditReport)
    fireEvent.click(await screen.findByRole('button', { name: 'Choose anew' }))
    expect(await screen.findByRole('checkbox', { name: /^Correct paths/ })).toBeTruthy()
  })
})

describe('a repair that has ended', () => {
  const ended = (details = repaired) =>
    renderApp('#/run/run-2', (main) => (main.answers.runs.get = () => answer(details)))

  it('says what is where now, and what to keep', async () => {
    ended()
    const where = await screen.findByRole('region', { name: 'What is where now' })
    expect([...where.querySelectorAll('li')].map((line) => line.textContent)).toEqual([
      '3 rows name the place where the document lies.',
      '1 file lies where the row says.',
      '11 files lie in quarantine/run-2/ of the uploads folder.',
      '3 objects are gone from bucket readur-documents; the bytes lie in quarantine/run-2/bucket/ of the uploads folder.',
      '2 rows are deleted. Saved in this record alone, with all that depended on them: keep it as long as they may be wanted back.',
      '1 finding left as found.',
    ])
    expect(screen.getByText('20 of 21 findings repaired; 1 failed.')).toBeTruthy()
  })

  it('can be taken back, after a preview', async () => {
    const { main } = ended()
    fireEvent.click(await screen.findByRole('button', { name: 'Take back…' }))
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-2', {}, { keepObjects: false, force: false }])
  })

  it('that was taken back says so', async () => {
    const repairs = (repaired.repairs ?? []).map((one) => ({ ...one, committed: 0, restored: one.planned }))
    ended({ ...repaired, status: 'rolled back', committed: 0, failed: 0, restored: 20, repairs })
    expect(await screen.findByRole('heading', { level: 1, name: 'Repair undone' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Take back…' })).toBeNull()
  })
})

describe('taking a repair back', () => {
  it('says before what it changes, last things first', async () => {
    const { main } = renderApp('#/run/run-3', (main) => (main.answers.runs.get = () => answer(takingBack)))
    const changes = await screen.findByRole('region', { name: 'What will be different' })
    expect([...changes.querySelectorAll('li')].map((line) => line.textContent)).toEqual([
      '2 rows in 127.0.0.1:54321/readur are put back, with all that depended on them.',
      '3 objects (120.0 kB) are sent to bucket readur-documents again, from what was saved.',
      '11 files (1.2 MB) move out of quarantine/ to where they lay.',
      '1 file moves into quarantine/ again.',
      '3 rows in 127.0.0.1:54321/readur get the path of before the repair.',
    ])
    fireEvent.click(screen.getByRole('button', { name: 'Take 20 repairs back' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-3'])
  })

  it('says afterwards what is where', async () => {
    renderApp('#/run/run-3', (main) => (main.answers.runs.get = () => answer(takenBack)))
    expect(await screen.findByRole('heading', { level: 1, name: 'Repair undo completed' })).toBeTruthy()
    const where = await screen.findByRole('region', { name: 'What is where now' })
    expect(where.textContent).toContain('2 rows are back, with all that depended on them.')
    expect(where.textContent).toContain('3 objects are in bucket readur-documents again')
  })
})
