// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { audited, auditReport, repaired, repairPlan, soundReport, takenBack, takingBack } from './auditFixtures.ts'
import { answer, errorOf, groupOf, itemOf, refuse, snapshot } from './fixtures.ts'
import { labelOf } from '../../../src/renderer/components/run/auditWords.ts'
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
  it('says of how many of a kind something can be done, where it is not all of them', async () => {
    renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(audited)
      main.answers.runs.auditReport = () => answer({ ...auditReport, repairable: { FILE_MISSING: 1 } })
    })
    const group = await screen.findByRole('button', { name: /^File not found/ })
    expect(group.textContent).toBe('File not found1 of 2: database record can be deleted2')
  })

  it('says what was compared, and what of it is amiss', async () => {
    shown()
    expect(await screen.findByRole('heading', { level: 1, name: 'Issues found' })).toBeTruthy()
    await screen.findByRole('region', { name: 'Documents' })
    expect(figures()).toMatchObject({ Documents: '318', Files: '410', Objects: '124', Issues: '15', Notes: '9' })
    expect(document.body.textContent).toContain('120 on S3')
    expect(document.body.textContent).toContain('163.4 MB, 2 quarantined')
  })

  it('groups findings by what they are about, each with what can be done', async () => {
    shown()
    const titles = async (name: string) =>
      within(await screen.findByRole('region', { name }))
        .getAllByRole('button', { expanded: false })
        .map((one) => one.textContent)
    expect(await titles('Documents')).toEqual([
      'File found in another folder than the database saysPath can be fixed3',
      'File not foundDatabase record can be deleted2',
      'Image differs from its recorded hashNothing to do5',
    ])
    expect(await titles('Orphaned files')).toEqual([
      'Orphaned fileCan be quarantined7',
      'System file or unfinished copyCan be quarantined4',
    ])
    expect(await titles('Orphaned objects')).toEqual([
      'Orphaned file on S3Can be deleted2',
      'Orphaned file on S3 without an owner tagCan be deleted, with care1',
    ])
  })

  it('explains a kind without naming commands, and leads to all of its findings', async () => {
    const { main } = shown()
    fireEvent.click(await screen.findByRole('button', { name: /^Orphaned file(?! on S3)/ }))
    const text = (await screen.findByText(/^No document uses this file/)).textContent
    expect(text).not.toMatch(/repair RUN|--/)
    fireEvent.click(screen.getByRole('button', { name: 'Show all 7' }))
    expect(await screen.findByRole('grid', { name: 'Issues and notes of the audit' })).toBeTruthy()
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
    fireEvent.click(await screen.findByRole('tab', { name: 'Issues and notes (24)' }))
    await screen.findByRole('grid', { name: 'Issues and notes of the audit' })
    expect(screen.getByText('45 issues')).toBeTruthy()
    expect(within(screen.getByLabelText('Result')).getByRole('option', { name: 'Issues' })).toBeTruthy()
  })

  it('is written as CSV and JSON', async () => {
    const { main } = shown()
    fireEvent.click(await screen.findByRole('button', { name: 'Save the report as CSV…' }))
    expect(main.calls).toContainEqual(['records.saveReport', 'run-1', 'csv'])
    expect(await screen.findByText('Report saved to /home/ada/run_run-1.csv')).toBeTruthy()
  })

  it('that has found nothing says so, and offers no repair', async () => {
    shown(soundReport, { ...audited, status: 'completed', planned: 0, failed: 0, skipped: 0 })
    expect(await screen.findByText('Every document has its file or its S3 copy.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Choose repairs…' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Audit again…' })).toBeTruthy()
  })

  it('that was stopped lists no findings and offers no repair', async () => {
    shown({ ...auditReport, status: 'interrupted', groups: [] }, { ...audited, status: 'interrupted', totals: null })
    expect((await screen.findAllByText('Not compared to the end.')).length).toBe(3)
    expect(screen.queryByRole('tab', { name: /^Issues and notes/ })).toBeNull()
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
    expect(figures()).toMatchObject({ 'Issues so far': '4', Notes: '1' })
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
    expect(await box(/^Fix paths/)).toHaveProperty('checked', true)
    expect(await box(/^Quarantine files/)).toHaveProperty('checked', true)
    expect(await box(/^Delete orphaned objects/)).toHaveProperty('checked', false)
    expect(await box(/^Delete records of lost documents/)).toHaveProperty('checked', false)
    expect(screen.getAllByRole('checkbox').at(-1)).toBe(await box(/^Delete records of lost documents/))
    fireEvent.click(screen.getByRole('button', { name: 'Preview' }))
    expect(await screen.findByRole('heading', { name: 'Repair plan for Sandbox' })).toBeTruthy()
    const wanted = { fixPaths: true, quarantineFiles: true, removeObjects: false, unmarkedObjects: false }
    expect(main.calls).toContainEqual(['runs.prepareRepairs', 'run-1', { ...wanted, removeRows: false }])
  })

  it('takes objects that say nothing only together with those that are marked', async () => {
    choosing()
    fireEvent.click(await box(/^Include untagged objects/))
    expect(await box(/^Delete orphaned objects/)).toHaveProperty('checked', true)
    fireEvent.click(await box(/^Delete orphaned objects/))
    expect(await box(/^Include untagged objects/)).toHaveProperty('checked', false)
  })

  it('needs at least one, and offers none of which nothing was found', async () => {
    choosing((main) => {
      const { repairs } = auditReport
      const report = { ...auditReport, repairs: { ...repairs, removeRows: { items: 0, bytes: 0 } } }
      main.answers.runs.auditReport = () => answer(report)
    })
    fireEvent.click(await box(/^Fix paths/))
    fireEvent.click(await box(/^Quarantine files/))
    expect(screen.getByText('Choose at least one repair.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Preview' })).toHaveProperty('disabled', true)
    expect(await box(/^Delete records of lost documents/)).toHaveProperty('disabled', true)
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
    await screen.findByRole('button', { name: 'Repair 20 items' })
    expect(figures()).toMatchObject({
      'Paths fixed': '3',
      'Files put back': '1',
      'Files quarantined': '11',
      'Objects deleted': '3',
      'Document records deleted': '2',
      'Can’t be repaired': '1',
    })
    const cannot = await screen.findByRole('region', { name: 'What can’t be done' })
    expect(cannot.textContent).toContain('No file can be restored to this path')
  })

  it('lists each thing with from where to where', async () => {
    const { main } = previewed()
    const done = await screen.findByRole('region', { name: 'What a repair would do' })
    fireEvent.click(within(done).getByRole('button', { name: /^Paths fixed/ }))
    expect(await within(done).findByText('/app/uploads/a.pdf')).toBeTruthy()
    expect(within(done).getByText('→ /app/uploads/documents/a.pdf')).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.items', 'run-2', { deed: 'fix-path', after: 0, limit: 10 }])
  })

  it('is confirmed with what will be different, and then carried out', async () => {
    const { main } = previewed()
    fireEvent.click(await screen.findByRole('button', { name: 'Repair 20 items' }))
    const dialog = await screen.findByRole('dialog', { name: 'Start the repairs?' })
    expect([...dialog.querySelectorAll('li')].map((line) => line.textContent)).toEqual([
      '3 documents in 127.0.0.1:54321/readur get the path where the file was found.',
      '1 file (12.0 kB) moves from quarantine/ to where Readur expects it.',
      '11 files (1.2 MB) move to quarantine/ in the uploads folder.',
      '3 objects (120.0 kB) are saved to quarantine/, then deleted from bucket readur-documents.',
      '1 of them is untagged: make sure no other Readur server uses this bucket.',
      '2 document records in 127.0.0.1:54321/readur are deleted, after being saved with everything that depends on them. Users no longer see these documents.',
      'Each item is checked again before it is changed. Everything can be undone.',
    ])
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start repairs' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-2'])
  })

  it('that removes no row is carried out at once: what will be different stands beside the button', async () => {
    const { main } = renderApp('#/run/run-2', (main) => {
      const repairs = (repairPlan.repairs ?? []).filter(({ deed }) => deed !== 'remove-row')
      main.answers.runs.get = () => answer({ ...repairPlan, repairs })
    })
    const changes = await screen.findByRole('region', { name: 'What will change' })
    expect(changes.textContent).toContain('11 files (1.2 MB) move to quarantine/')
    fireEvent.click(within(changes).getByRole('button', { name: 'Repair 20 items' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-2'])
  })

  it('leads back to the choice', async () => {
    const { main } = previewed()
    main.answers.runs.auditReport = () => answer(auditReport)
    fireEvent.click(await screen.findByRole('button', { name: 'Change selection' }))
    expect(await screen.findByRole('checkbox', { name: /^Fix paths/ })).toBeTruthy()
  })
})

describe('what can be done about issues of one kind', () => {
  it('says how many of them a repair suits, where that is not all', () => {
    const report = auditReport
    const group = groupOf('FILE_MISSING', 'failed', 2)
    const some = { ...report, repairable: { FILE_MISSING: 1 } }
    expect(labelOf(group, report)).toBe('Database record can be deleted')
    expect(labelOf(group, some)).toBe('1 of 2: database record can be deleted')
    const none = { ...report, repairable: {} }
    expect(labelOf(group, none)).toBe('Needs your attention')
  })
})

describe('a repair that has ended', () => {
  const ended = (details = repaired) =>
    renderApp('#/run/run-2', (main) => (main.answers.runs.get = () => answer(details)))

  it('says what is where now, and what to keep', async () => {
    ended()
    const where = await screen.findByRole('region', { name: 'Where your files are now' })
    expect([...where.querySelectorAll('li')].map((line) => line.textContent)).toEqual([
      '3 documents now point to the right file.',
      '1 file is back where Readur expects it.',
      '11 files are in quarantine/run-2/ in the uploads folder.',
      '3 objects were deleted from bucket readur-documents. Copies are in quarantine/run-2/bucket/ in the uploads folder.',
      '2 document records were deleted. They are saved only in this run’s record, with everything that depended on them. Keep the record as long as you might want them back.',
      '1 issue left as found.',
    ])
    expect(screen.getByText('20 of 21 issues repaired; 1 excluded.')).toBeTruthy()
  })

  it('can be taken back, after a preview', async () => {
    const { main } = ended()
    fireEvent.click(await screen.findByRole('button', { name: 'Undo…' }))
    expect(main.calls).toContainEqual(['runs.prepareUndo', 'run-2', {}, { keepObjects: false, force: false }])
  })

  it('that was taken back says so', async () => {
    const repairs = (repaired.repairs ?? []).map((one) => ({ ...one, committed: 0, restored: one.planned }))
    ended({ ...repaired, status: 'rolled back', committed: 0, failed: 0, restored: 20, repairs })
    expect(await screen.findByRole('heading', { level: 1, name: 'Repair undone' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Undo…' })).toBeNull()
  })
})

describe('taking a repair back', () => {
  it('says before what it changes, last things first', async () => {
    const { main } = renderApp('#/run/run-3', (main) => (main.answers.runs.get = () => answer(takingBack)))
    const changes = await screen.findByRole('region', { name: 'What will change' })
    expect([...changes.querySelectorAll('li')].map((line) => line.textContent)).toEqual([
      '2 document records in 127.0.0.1:54321/readur are restored with everything that depended on them.',
      '3 objects (120.0 kB) are uploaded to bucket readur-documents again from the saved copies.',
      '11 files (1.2 MB) move from quarantine/ back to where they were.',
      '1 file moves to quarantine/ again.',
      '3 documents in 127.0.0.1:54321/readur get the path from before the repair.',
    ])
    fireEvent.click(screen.getByRole('button', { name: 'Undo 20 repairs' }))
    expect(main.calls).toContainEqual(['runs.resume', 'run-3'])
  })

  it('says afterwards what is where', async () => {
    renderApp('#/run/run-3', (main) => (main.answers.runs.get = () => answer(takenBack)))
    expect(await screen.findByRole('heading', { level: 1, name: 'Repair undo completed' })).toBeTruthy()
    const where = await screen.findByRole('region', { name: 'Where your files are now' })
    expect(where.textContent).toContain('2 document records were restored with everything that depended on them.')
    expect(where.textContent).toContain('3 objects are in bucket readur-documents again')
  })
})
