import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { performAction } from '../../../../src/main/engine/doctor/perform.ts'
import type { DatabaseSession } from '../../../../src/main/engine/doctor/ports.ts'
import { readurStateWords, type ReadurState } from '../../../../src/shared/readurState.ts'
import { readurStorage } from '../../../../src/shared/readurStorage.ts'
import { MemoryReadur } from '../../../fakes/memoryReadur.ts'
import { World } from '../../../fakes/world.ts'
import { doctorWorld, examine } from './doctorWorld.ts'

const never = new AbortController().signal

const session = (pid: number, changes: Partial<DatabaseSession> = {}): DatabaseSession => ({
  pid,
  startedAt: `2026-01-01 00:00:0${pid}+00`,
  user: 'readur',
  application: 'psql',
  client: '10.0.0.3',
  state: 'idle in transaction',
  transactionMs: 400_000,
  query: 'UPDATE documents SET title = ‘…’',
  ...changes,
})

describe('the database', () => {
  it('offers to end who is at the root of a chain of waiting, not who waits in it', async () => {
    const world = doctorWorld()
    world.condition.state.blocked = [
      { ...session(3), waitingMs: 5_000, blockers: [session(2)] },
      { ...session(2), waitingMs: 9_000, blockers: [session(1)] },
    ]
    const { of, checkup, outcome } = await examine(world)
    expect(of('database.locks').remedy?.actions.map(({ id }) => id)).toEqual(['end-session-1'])
    expect(of('database.locks').evidence.join('\n')).toContain(
      'pid 3 (readur, psql, from 10.0.0.3) has waited 5 s for pid 2',
    )
    expect(outcome).toBe('passed')
    const action = checkup.action('end-session-1')
    if (!action) throw new Error('Nothing was offered.')
    const deps = { ...world, places: null, setVariable: () => undefined }
    expect(await performAction(action, deps, never)).toBe('The session 1 was ended.')
    expect(world.condition.ended).toMatchObject([{ pid: 1, startedAt: '2026-01-01 00:00:01+00' }])
    vi.spyOn(world.condition, 'endSession').mockResolvedValue('gone')
    await expect(performAction(action, deps, never)).rejects.toMatchObject({ code: 'ACTION_GONE' })
  })

  it('that only lets read is in the way, whatever was granted', async () => {
    const world = doctorWorld()
    world.condition.state.identity.readOnly = true
    const { of } = await examine(world)
    expect(of('database.privileges')).toMatchObject({ severity: 'blocking', error: { code: 'DB_PRIVILEGE' } })
    expect(of('database.privileges').remedy?.words).toContain('primary')
  })

  it('with hardly a connection left, long transactions and a short time limit, is told of each', async () => {
    const world = doctorWorld({ timeoutMs: 5_000 })
    world.condition.state.connections = { used: 96, most: 100, reserved: 3, byName: ['50 of readur (Readur)'] }
    world.condition.state.long = [session(7)]
    const { of, outcome } = await examine(world)
    expect(of('database.connections')).toMatchObject({ severity: 'warning', finding: '96 of 100 in use.' })
    expect(of('database.connections').evidence).toContain('50 of readur (Readur)')
    expect(of('database.transactions')).toMatchObject({ severity: 'note' })
    expect(of('database.timeout')).toMatchObject({ severity: 'warning', finding: '5 s.' })
    expect(outcome).toBe('passed')
  })

  it.each([
    [4 * 60_000, 'ok', 'In sync'],
    [6 * 60_000, 'warning', 'This computer’s clock is 6 minutes behind the database’s.'],
    [-3 * 3_600_000, 'warning', 'This computer’s clock is 3 hours ahead of the database’s.'],
  ])('whose clock is %i ms ahead: %s', async (clockOffset, severity, finding) => {
    const world = doctorWorld()
    world.condition.state.clockOffset = clockOffset
    const { of, outcome } = await examine(world, 'run')
    expect(of('database.clock')).toMatchObject({ severity, finding })
    expect(outcome).toBe('passed')
  })

  it('with paths that Readur finds only locally has them counted and shown', async () => {
    const world = doctorWorld()
    world.condition.state.localOnly = { count: 12, paths: ['scan.pdf'] }
    const { of } = await examine(world, 'run')
    expect(of('database.localOnly')).toMatchObject({ severity: 'warning', evidence: ['“scan.pdf”'] })
    expect(of('database.localOnly').finding).toContain('12 documents have a path')
  })

  it('of an unknown version is remarked on', async () => {
    const world = doctorWorld()
    vi.spyOn(world.database, 'facts').mockResolvedValue({ ...world.database.known, version: 'PostgreSQL 12.1 on arm' })
    expect((await examine(world)).of('database.connect')).toMatchObject({
      severity: 'warning',
      finding: 'PostgreSQL 12.1',
    })
  })
})

describe('the uploads folder', () => {
  it('without room, and with a file system that tells nothing', async () => {
    const world = doctorWorld()
    vi.spyOn(world.folder, 'space').mockResolvedValueOnce({ freeBytes: 1e6, totalBytes: 1e10, freeFiles: null })
    expect((await examine(world)).of('uploads.space').severity).toBe('warning')
    vi.spyOn(world.folder, 'space').mockResolvedValueOnce(null)
    expect((await examine(world)).of('uploads.space').severity).toBe('note')
  })

  it('names what cannot be read, with the owner of documents/ for what another owns', async () => {
    const world = doctorWorld()
    world.uploads.write('documents/it’s.pdf', Buffer.from('x'))
    world.uploads.write('thumbnails/a_thumb.jpg', Buffer.from('x'))
    const entry = world.uploads.entries.get('documents/it’s.pdf')
    if (entry?.kind === 'file') entry.readable = false
    vi.spyOn(world.folder, 'ownership').mockImplementation((path = '') =>
      Promise.resolve({ mode: 0o400, uid: path === 'documents' ? 1001 : 0, gid: path === 'documents' ? 1001 : 0 }),
    )
    const { of } = await examine(world)
    expect(of('uploads.readable')).toMatchObject({ severity: 'warning' })
    expect(of('uploads.readable').evidence).toEqual([
      'documents/it’s.pdf: owner 0:0, mode 400',
      'documents: 1 files',
      'thumbnails: 1 files',
    ])
    expect(of('uploads.readable').remedy?.commands[0]?.text).toBe(
      `sudo chown -h 1001:1001 '/srv/readur/uploads/documents/it’s.pdf' && sudo find '/srv/readur/uploads/documents/it’s.pdf' -maxdepth 0 ! -type l -exec chmod u+rX,g+rX,o+rX {} +`,
    )
  })

  it.each(['a line\nbreak.pdf', 'an \u001b[2K escape.pdf', 'a turned \u202e name.pdf', 'a zero\u200bwidth.pdf'])(
    'shows no command for “%s”: what is read and what is copied would differ',
    async (name) => {
      const world = doctorWorld()
      for (const path of [`documents/${name}`, 'documents/plain.pdf']) {
        world.uploads.write(path, Buffer.from('x'))
        const entry = world.uploads.entries.get(path)
        if (entry?.kind === 'file') entry.readable = false
      }
      const { of } = await examine(world)
      expect(of('uploads.readable').finding).toContain('2 of ')
      expect(of('uploads.readable').remedy?.commands).toHaveLength(1)
      expect(of('uploads.readable').remedy?.commands[0]?.text).toContain('plain.pdf')
    },
  )

  it.each([
    ['1000', { uid: 1000 }, { uid: 1000, mode: 0o755 }, 'ok'],
    ['an account that is not told', { uid: null }, { uid: 1000, mode: 0o777 }, 'ok'],
    ['root where only root writes', { uid: 0 }, { uid: 0, mode: 0o755 }, 'ok'],
    ['root where another owns', { uid: 0 }, { uid: 1000, mode: 0o755 }, 'warning'],
    ['root where a group writes', { uid: 0 }, { uid: 0, mode: 0o775 }, 'warning'],
    ['root where all write', { uid: 0 }, { uid: 0, mode: 0o757 }, 'warning'],
    ['root, guarded against swapped links', { uid: 0, isGuarded: true }, { uid: 1000, mode: 0o755 }, 'note'],
  ])('tells root from others: %s', async (_story, account, { uid, mode }, severity) => {
    const world = doctorWorld()
    vi.spyOn(world.folder, 'account').mockResolvedValue({ isGuarded: false, ...account })
    vi.spyOn(world.folder, 'ownership').mockResolvedValue({ uid, gid: 1000, mode })
    const found = (await examine(world)).of('uploads.account')
    expect(found.severity).toBe(severity)
    if (severity !== 'ok')
      expect(found.remedy?.words).toMatch(uid === 0 ? /^Log in as the account that/ : /^Log in as uid 1000/)
  })
})

describe('Readur', () => {
  it.each<[ReadurState, severity: string]>([
    [{ at: 'bucket', source: 'container readur' }, 'ok'],
    [{ at: 'local', source: 'container readur' }, 'warning'],
    [{ at: 'elsewhere', source: 'container readur', place: 'other on Amazon S3' }, 'warning'],
    [{ at: 'unknown', why: 'Nothing tells.', canConfirm: true }, 'note'],
  ])('is said to store where it was found to: %j', async (state, severity) => {
    const { of, outcome } = await examine(doctorWorld({ readurState: () => Promise.resolve(state) }))
    expect(of('readur.storage')).toMatchObject({ severity, finding: readurStateWords(state) })
    if (severity !== 'ok') expect(of('readur.storage').remedy?.words).toContain('then switch the documents')
    expect(outcome).toBe('passed')
  })

  it('whose uploads go with its container is in the way of the switch, and once it is on S3 a warning', async () => {
    const uploadsInside = { container: 'podman:readur', path: '/app/uploads', lostWith: 'container' } as const
    const local = { at: 'local', source: 'container readur', uploadsInside } as const
    const { of, outcome } = await examine(doctorWorld({ readurState: () => Promise.resolve(local) }))
    const finding =
      'Its uploads folder /app/uploads is inside container readur, not on a volume: its files are deleted when that is recreated.'
    expect(of('readur.uploads')).toMatchObject({ severity: 'blocking', finding })
    expect(of('readur.uploads').remedy?.words).toContain('mount the copy in its place')
    expect(of('readur.uploads').remedy).toMatchObject({
      commands: [
        { text: 'podman stop readur && podman cp -a readur:/app/uploads ./readur-uploads' },
        { text: 'volumes:\n  - ./readur-uploads:/app/uploads' },
      ],
    })
    expect(of('readur.storage').finding).toContain(finding)
    expect(of('readur.storage').remedy?.words).not.toContain('docker compose up')
    expect(outcome).toBe('failed')

    const onBucket = { at: 'bucket', source: 'container readur', uploadsInside } as const
    const after = await examine(doctorWorld({ readurState: () => Promise.resolve(onBucket) }))
    expect(after.of('readur.uploads')).toMatchObject({ severity: 'warning', finding })
    expect(after.outcome).toBe('passed')

    const inMemory = { ...local, uploadsInside: { ...uploadsInside, container: 'readur', lostWith: 'memory' } } as const
    const memory = (await examine(doctorWorld({ readurState: () => Promise.resolve(inMemory) }))).of('readur.uploads')
    expect(memory.finding).toContain('deleted when that stops')
    // It is not stopped for that.
    expect(memory.remedy?.commands[0]?.text).toMatch(/^mkdir .* docker exec -i readur tar /)
    expect((await examine(doctorWorld())).of('readur.uploads').severity).toBe('ok')
  })

  it('whose uploads go with its pod is in the way of the switch, with the command that gets them out', async () => {
    const uploadsInside = {
      container: 'kubernetes:docs/deployment/readur:app',
      path: '/app/uploads',
      lostWith: 'pod',
    } as const
    const local = { at: 'local', source: 'you confirmed it', uploadsInside } as const
    const { of } = await examine(doctorWorld({ readurState: () => Promise.resolve(local) }))
    const finding =
      'Its uploads folder /app/uploads is on an emptyDir volume of deployment/readur: its files are deleted with the pod.'
    expect(of('readur.uploads')).toMatchObject({ severity: 'blocking', finding })
    expect(of('readur.uploads').remedy).toMatchObject({
      words: expect.stringContaining('onto a persistent volume') as unknown,
      commands: [
        {
          text: 'mkdir readur-uploads && kubectl --namespace=docs exec -i deployment/readur --container=app -- tar -C /app/uploads -cf - . | tar -C readur-uploads -xpf -',
        },
      ],
    })
    const layer = { ...local, uploadsInside: { ...uploadsInside, lostWith: 'container' } } as const
    const inLayer = (await examine(doctorWorld({ readurState: () => Promise.resolve(layer) }))).of('readur.uploads')
    expect(inLayer.finding).toContain(
      'inside deployment/readur, not on a volume: its files are deleted when that is restarted',
    )
  })

  it('is of the version of its image, whatever the setting says', async () => {
    const world = await World.open()
    const readur = new MemoryReadur(world)
    const readurState = (): Promise<ReadurState> => {
      readur.version = '2.9.1'
      return Promise.resolve({ at: 'bucket', source: 'container readur' })
    }
    const about = { version: '2.9.3', remarks: [] }
    const { of } = await examine(doctorWorld({ readur, readurState, about }), 'run')
    expect(of('readur.version')).toMatchObject({ severity: 'warning', finding: '2.9.1, which is before 2.9.2.' })
    await world.close()
  })

  it('that reads its settings otherwise than they are meant is told of when the connection is tested', async () => {
    const { remarks } = readurStorage((name) => ({ S3_ENABLED: '1', S3_PREFIX: 'a/' })[name])
    const { of, outcome } = await examine(doctorWorld({ about: { version: null, remarks } }), 'connection')
    expect(of('readur.settings')).toMatchObject({
      severity: 'warning',
      finding: 'Readur stores locally: it takes only “true” as yes, and S3_ENABLED is “1”.',
    })
    expect(of('readur.settings').evidence.join()).toContain('S3_PREFIX')
    expect(outcome).toBe('passed')
  })

  it.each([
    ['2.9.2', 'ok'],
    ['2.9.1', 'warning'],
    ['main', 'note'],
  ])('of version %s', async (version, severity) => {
    const { of } = await examine(doctorWorld({ about: { version, remarks: [] } }), 'run')
    expect(of('readur.version').severity).toBe(severity)
    expect(of('readur.version').remedy?.words.includes('no OCR') ?? false).toBe(severity !== 'ok')
  })
})

describe.skipIf(process.platform === 'win32')('files with passwords', () => {
  it('that other accounts can read are warned of, with the command that closes them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'readur-secrets-'))
    await chmod(dir, 0o755)
    const [open, closed] = [join(dir, 'open.env'), join(dir, 'closed.env')]
    await writeFile(open, '')
    await chmod(open, 0o644)
    await writeFile(closed, '', { mode: 0o600 })
    const ours = { data: tmpdir(), temporary: tmpdir(), secrets: [open, closed, join(dir, 'nowhere')] }
    const { of } = await examine(doctorWorld({ ours }))
    expect(of('computer.secrets')).toMatchObject({
      severity: 'warning',
      evidence: [open],
      remedy: { commands: [{ where: 'this computer', text: `chmod 600 ${open}` }] },
    })
    const well = await examine(doctorWorld({ ours: { ...ours, secrets: [closed] } }))
    expect(well.of('computer.secrets')).toMatchObject({ severity: 'ok', evidence: [closed] })
    await rm(dir, { recursive: true, force: true })
  })
})
