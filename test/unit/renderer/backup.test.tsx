// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { backupSize, lastBackupWords } from '../../../src/renderer/components/backup/backupWords.ts'
import type { BackupMade, BackupSnapshot, KnownBackup } from '../../../src/shared/backup.ts'
import { answer, errorOf, planned, profile } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'

setReaderLocale('en-US')

const made: BackupMade = {
  database: profile.database,
  path: '/home/ada/readur.dump',
  bytes: 12_400_000,
  at: Date.UTC(2026, 10, 22, 8),
  restore: 'pg_restore --clean --if-exists --username readur --dbname readur /home/ada/readur.dump',
  container: null,
  listed: 120,
}
const last: KnownBackup = { ...made, isThere: true }
const running: BackupSnapshot = {
  profileId: profile.id,
  state: 'running',
  path: made.path,
  bytes: 3_200_000,
  seconds: 8,
  made: null,
  error: null,
}
const begin = () => fireEvent.click(screen.getByRole('button', { name: 'Choose a file and back up…' }))
const openForm = async () => {
  fireEvent.click(await screen.findByRole('button', { name: 'Back up database…' }))
  return screen.findByRole('dialog', { name: `Back up the database of “${profile.name}”` })
}

describe('the backup of a plan’s database', () => {
  it('is asked about for the database of that plan, and never stands in the way of the run', async () => {
    const { main } = renderApp('#/run/run-1', (main) => (main.answers.runs.get = () => answer(planned)))
    expect(await screen.findByText('No database backup made yet.')).toBeTruthy()
    expect(main.calls).toContainEqual(['backups.last', 'sandbox', 'run-1'])
    expect(screen.getByText(/^You can undo this run without a backup/)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: /^Migrate / }))
    const dialog = await screen.findByRole('dialog', { name: 'Start the migration?' })
    expect(dialog.textContent).toContain('No database backup made yet.')
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start migration' }))
    expect(main.calls.some(([channel]) => channel === 'runs.start')).toBe(true)
  })

  it('is made with its bytes in sight, can be cancelled, and ends with restore command', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(planned)
      main.answers.backups.make = () => answer({ path: made.path })
    })
    await openForm()
    begin()
    act(() => main.emitBackup(running))
    const dialog = await screen.findByRole('dialog')
    expect(await within(dialog).findByText('3.2 MB so far, 8 s')).toBeTruthy()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel backup' }))
    expect(main.calls).toContainEqual(['backups.cancel'])
    act(() => main.emitBackup({ ...running, state: 'done', bytes: made.bytes, made }))
    expect(await within(dialog).findByText('Database backed up')).toBeTruthy()
    for (const text of [made.path, '12.4 MB', '120 objects', made.restore]) expect(dialog.textContent).toContain(text)
    expect(within(dialog).getByRole('button', { name: 'Copy restore command' })).toBeTruthy()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Show in folder' }))
    expect(main.calls.at(-1)).toEqual(['backups.reveal', 'sandbox', 'run-1'])
  })

  it('goes on out of sight, and says when it has ended', async () => {
    const { main } = renderApp('#/run/run-1', (main) => {
      main.answers.runs.get = () => answer(planned)
      main.answers.backups.make = () => answer({ path: made.path })
    })
    await openForm()
    begin()
    act(() => main.emitBackup(running))
    fireEvent.click(await screen.findByRole('button', { name: 'Continue in background' }))
    expect(await screen.findByText('Backup in progress: 3.2 MB so far, 8 s.')).toBeTruthy()
    main.answers.backups.last = () => answer(last)
    act(() => main.emitBackup({ ...running, state: 'done', made }))
    expect(await screen.findByText(`Database backed up to ${made.path}`)).toBeTruthy()
    expect(await screen.findByText(/^Last backup: .*12\.4 MB\.$/)).toBeTruthy()
  })

  it('says why it failed and what to do, and can be made by the container’s own pg_dump', async () => {
    const { main } = renderApp('#/overview/sandbox', (main) => {
      main.answers.backups.make = () => answer({ path: made.path })
    })
    const dialog = await openForm()
    begin()
    const error = errorOf('BACKUP_FAILED', 'There is no pg_dump on this computer.')
    act(() => main.emitBackup({ ...running, state: 'failed', error }))
    const alert = await within(dialog).findByRole('alert')
    for (const text of [error.message, error.remedy, 'BACKUP_FAILED']) expect(alert.textContent).toContain(text)
    fireEvent.click(within(dialog).getByRole('radio', { name: /^pg_dump in the database container/ }))
    expect(screen.getByRole('button', { name: 'Choose a file and back up…' }).hasAttribute('disabled')).toBe(true)
    fireEvent.change(within(dialog).getByLabelText('Container name'), { target: { value: ' readur-db ' } })
    begin()
    expect(main.calls.filter(([channel]) => channel === 'backups.make')).toEqual([
      ['backups.make', 'sandbox', { container: null }],
      ['backups.make', 'sandbox', { container: 'readur-db' }],
    ])
  })

  it('leaves nothing when it was cancelled, and is shown again after a reload', async () => {
    const { main } = renderApp('#/overview/sandbox', (main) => (main.answers.backups.current = () => answer(running)))
    fireEvent.click(await screen.findByRole('button', { name: 'Show backup' }))
    expect(await screen.findByRole('dialog')).toBeTruthy()
    act(() => main.emitBackup({ ...running, state: 'cancelled' }))
    expect(await screen.findByText('Backup cancelled. Nothing was left behind.')).toBeTruthy()
  })

  it('is found by the search for anything', async () => {
    renderApp()
    await screen.findByRole('heading', { name: 'Sandbox', level: 1 })
    fireEvent.keyDown(document.documentElement, { key: 'k', code: 'KeyK', ctrlKey: true })
    fireEvent.change(await screen.findByRole('textbox'), { target: { value: 'back up' } })
    fireEvent.click(await screen.findByText('Sandbox: back up database…'))
    expect(await screen.findByRole('dialog', { name: /^Back up the database/ })).toBeTruthy()
  })
})

describe('a backup in words', () => {
  it('says where its file is missing, and what could not be looked into', () => {
    expect(lastBackupWords({ ...last, isThere: false })).toMatch(/The file is no longer at \/home\/ada\/readur\.dump/)
    expect(backupSize({ bytes: 13, listed: null })).toContain('pg_restore isn’t installed')
    expect(backupSize({ bytes: 13, listed: 1 })).toContain('1 object inside')
  })
})
