import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupCommands } from '../../../src/main/ipc/backups.ts'
import { BackupStore, lastBackup, type BackupEntry } from '../../../src/main/runs/backup/backupStore.ts'
import { Backups } from '../../../src/main/runs/backup/backups.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import type { BackupSnapshot } from '../../../src/shared/backup.ts'
import { ReadurStateStore } from '../../../src/main/runs/readur/readurStateStore.ts'
import { header } from '../../fakes/runStores.ts'
import { noPrompts } from '../../fakes/noPrompts.ts'

let dir = ''
let book: BackupStore
let runs: RunFolder
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-backups-'))
  await mkdir(join(dir, 'runs'))
  book = new BackupStore(dir)
  runs = new RunFolder(join(dir, 'runs'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const entry = (name: string, more: Partial<BackupEntry> = {}): BackupEntry => ({
  databaseIdentity: 'one',
  profileId: 'test',
  database: 'localhost:5432/readur',
  path: join(dir, name),
  bytes: 13,
  at: 1_000,
  restore: 'pg_restore …',
  container: null,
  ...more,
})

describe('the record of backups', () => {
  it('knows the latest of a database, and whether its file is still there', async () => {
    book.add(entry('first.dump'))
    book.add(entry('second.dump', { at: 2_000, container: 'readur-db' }))
    book.add(entry('other.dump', { at: 3_000, databaseIdentity: 'two', profileId: 'other' }))
    const last = () => lastBackup(book, runs, { profileId: 'test', runId: null })
    expect(last()).toMatchObject({ path: join(dir, 'second.dump'), container: 'readur-db', isThere: false })
    await writeFile(join(dir, 'second.dump'), 'PGDMP')
    expect(last()?.isThere).toBe(true)
    expect(lastBackup(book, runs, { profileId: 'nobody', runId: null })).toBeNull()
  })

  it('speaks of the database that a run was planned on, whatever the connection led to before', () => {
    book.add(entry('old.dump'))
    const run = runs.create({ ...header, databaseIdentity: 'two' })
    const runId = run.header.id
    run.close()
    expect(lastBackup(book, runs, { profileId: 'test', runId })).toBeNull()
    expect(lastBackup(book, runs, { profileId: 'test', runId: null })).toBeNull()
    // Made by the command line.
    book.add(entry('new.dump', { databaseIdentity: 'two', profileId: 'environment' }))
    expect(lastBackup(book, runs, { profileId: 'test', runId })?.path).toBe(join(dir, 'new.dump'))
  })

  it('forgets the backup whose file was replaced, and reads records of before', async () => {
    book.add(entry('same.dump'))
    book.add(entry('same.dump', { at: 2_000 }))
    expect(book.of('one').map(({ at }) => at)).toEqual([2_000])
    const { container: _container, profileId: _profileId, ...old } = entry('old.dump')
    expect([_container, _profileId]).toEqual([null, 'test'])
    await writeFile(join(dir, 'backups.json'), JSON.stringify({ version: 1, backups: [old] }))
    expect(book.of('one')).toMatchObject([{ container: null, profileId: null }])
  })
})

describe('a backup of the window', () => {
  const variables = {
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: '1',
    S3_BUCKET_NAME: 'documents',
    S3_ACCESS_KEY_ID: 'key',
    READUR_UPLOADS_DIR: tmpdir(),
  }
  function openDesk() {
    const snapshots: BackupSnapshot[] = []
    let ended: (snapshot: BackupSnapshot) => void = () => undefined
    const end = new Promise<BackupSnapshot>((resolve) => (ended = resolve))
    const desk = new Backups({
      runs,
      states: dir,
      readurs: new ReadurStateStore(dir),
      profileOf: (id) => ({ id, name: 'Test', server: null, envFile: null, variables }),
      secretsOf: () => (name) => (name === 'S3_SECRET_ACCESS_KEY' ? 'secret' : null),
      ssh: { hostKeys: join(dir, 'hostKeys.json'), accept: [], prompts: noPrompts },
      backupStore: book,
      onSnapshot: (snapshot) => {
        snapshots.push(snapshot)
        if (snapshot.state !== 'running') ended(snapshot)
      },
    })
    return { desk, end }
  }

  it('fails with the reason and leaves no file; another can be begun then', async () => {
    const { desk, end } = openDesk()
    desk.start('test', join(dir, 'readur.dump'), { container: null })
    expect(desk.busy).toBe(true)
    expect(() => desk.start('test', join(dir, 'second.dump'), { container: null })).toThrow('being made already')
    expect(await end).toMatchObject({ state: 'failed', made: null, error: { code: 'DB_UNREACHABLE' } })
    expect(desk.busy).toBe(false)
    expect((await readdir(dir)).filter((name) => name.includes('dump'))).toEqual([])
  })

  it('is no error when it was cancelled, and is ended before the program is', async () => {
    const { desk, end } = openDesk()
    desk.start('test', join(dir, 'readur.dump'), { container: null })
    await desk.shutDown()
    expect(await end).toMatchObject({ state: 'cancelled', error: null })
    expect(desk.current()?.state).toBe('cancelled')
  })

  it('begins nothing when no file was chosen', async () => {
    const { desk } = openDesk()
    const calls = backupCommands({
      backups: desk,
      reveal: () => expect.unreachable(),
      chooseBackupFile: () => Promise.resolve(null),
    })
    expect(await calls['backups.make'].run('test', { container: null })).toBeNull()
    expect(desk.current()).toBeNull()
    calls['backups.reveal'].run('test', null)
  })
})
