import { beforeEach, describe, expect, it, vi } from 'vitest'
import { command, onlyId } from '../../../src/main/ipc/command.ts'
import type { Commands } from '../../../src/main/ipc/commands.ts'
import { accepts } from './accepts.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { firstSettings } from '../../../src/shared/settings.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import { callChannel } from '../../../src/shared/ipc.ts'

type Listener = (event: unknown, ...args: unknown[]) => Promise<unknown>
const listeners = new Map<string, Listener>()
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, listener: Listener) => listeners.set(channel, listener) },
  protocol: {},
}))
const { answerCalls } = await import('../../../src/main/ipc/electron.ts')
const { fileFor } = await import('../../../src/main/window/protocol.ts')

const id = '20261122-084501-9f3a'
const uuid = '11111111-2222-4333-8444-555555555555'
const undoOptions = { keepObjects: false, force: false }
type Name = keyof Commands

describe('what a call of the window may say', () => {
  it.each<[Name, unknown[]]>([
    ['app.info', []],
    ['profiles.list', []],
    ['runs.plan', ['sandbox', {}]],
    ['runs.plan', ['sandbox', { userId: '11111111-2222-4333-8444-555555555555', limit: 10 }]],
    ['runs.start', [id, defaultMigrateOptions, false]],
    ['runs.stop', [id, 'in order']],
    ['runs.stop', [id, 'now']],
    ['runs.current', []],
    ['runs.audit', ['sandbox', 'checksum']],
    ['settings.set', [firstSettings]],
    ['settings.set', [{ ...firstSettings, locale: 'de-DE', keepRunsDays: 90 }]],
    ['counts.count', ['sandbox']],
    ['records.statePage', [id, 0]],
    ['records.paths', [id, null, 50]],
    ['records.saveReport', [id, 'html']],
    ['records.compare', [id, id]],
    ['records.forget', [id]],
    ['records.outdated', [90]],
    ['runs.list', [{ offset: 0, limit: 50 }]],
    ['runs.get', [id]],
    ['runs.items', [id, { after: 0, limit: 100 }]],
    ['runs.items', [id, { after: 7, limit: 1, state: 'failed', code: 'FILE_MISSING' }]],
    ['runs.problems', [id]],
    ['runs.export', [id]],
    ['runs.reveal', [id]],
    ['runs.list', [{ offset: 0, limit: 25, filter: { kinds: ['rollback'], statuses: ['completed'], text: 'x' } }]],
    ['runs.items', [id, { after: 0, limit: 10, text: 'invoice', documents: true }]],
    ['runs.resume', [id]],
    ['runs.retryFailed', [id, 'can succeed']],
    ['runs.retryFailed', [id, 'FILE_MISSING']],
    ['runs.cutover', [id, true, false]],
    ['runs.prepareUndo', [id, {}, undoOptions]],
    ['runs.prepareUndo', [id, { userIds: [uuid] }, undoOptions]],
    ['runs.prepareUndo', [id, { folder: 'documents/2026', from: 0, before: 1 }, undoOptions]],
    ['runs.countSelected', [id, { userIds: [uuid] }]],
    ['runs.prepareUndo', [id, { documentIds: [uuid] }, { keepObjects: true, force: true }]],
    ['runs.prepareFree', [id, 'quarantine', false]],
    ['server.known', [id]],
    ['server.confirm', [id, true]],
    ['runs.check', [id, { level: 'checksum' }]],
    ['runs.check', [id, { level: 'readback', sample: 100 }]],
    ['runs.repair', [id, { reUpload: true, markGone: false }]],
    ['runs.findings', [id]],
    ['runs.family', [id]],
    ['runs.users', [id]],
    ['runs.chooseStateFile', []],
    ['runs.takeOpenedStateFile', []],
    ['runs.import', ['sandbox', '/home/ada/migration_state.json']],
    ['runs.savePaths', [id]],
  ])('%s %j', (channel, args) => expect(accepts(channel, ...args)).toBe(true))

  it.each<[Name, unknown[]]>([
    ['app.info', ['more']],
    ['settings.set', [{ ...firstSettings, locale: 'not a language' }]],
    ['settings.set', [{ ...firstSettings, keepRunsDays: 0 }]],
    ['settings.set', [{ ...firstSettings, defaults: { ...firstSettings.defaults, parallelUploads: 1_000 } }]],
    ['settings.set', [{ ...firstSettings, more: true }]],
    ['records.statePage', [id, -1]],
    ['records.paths', [id, { documentId: 'x' }, 50]],
    ['records.saveReport', [id, 'exe']],
    ['records.forget', ['']],
    ['runs.audit', ['sandbox', 'nothing']],
    ['runs.plan', ['sandbox']],
    ['runs.plan', ['', {}]],
    ['runs.plan', ['x'.repeat(101), {}]],
    ['runs.plan', [{ id: 'sandbox' }, {}]],
    ['runs.plan', ['sandbox', { userId: "' OR 1=1" }]],
    ['runs.plan', ['sandbox', { limit: 0 }]],
    ['runs.plan', ['sandbox', { limit: 1.5 }]],
    ['runs.plan', ['sandbox', { limit: '5' }]],
    ['runs.plan', ['sandbox', { more: true }]],
    ['runs.start', [id]],
    ['runs.start', [id, { ...defaultMigrateOptions, parallelUploads: 65 }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, parallelUploads: 0 }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, batchSize: 5_001 }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, multipartThreshold: 1 }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, multipartThreshold: Infinity }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, verify: 'none' }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, enableRollback: 'yes' }, false]],
    ['runs.start', [id, { ...defaultMigrateOptions, __proto__x: 1 }, false]],
    ['runs.stop', [id, 'gently']],
    ['runs.list', [{ offset: -1, limit: 50 }]],
    ['runs.list', [{ offset: 0, limit: 201 }]],
    ['runs.items', [id, { after: 0, limit: 501 }]],
    ['runs.items', [id, { after: 0, limit: 10, state: 'done' }]],
    ['runs.items', [id, { after: 0, limit: 10, code: 'NO_SUCH_CODE' }]],
    ['runs.get', []],
    ['runs.get', [null]],
    ['runs.list', [{ offset: 0, limit: 25, filter: { kinds: ['anything'] } }]],
    ['runs.list', [{ offset: 0, limit: 25, filter: { statuses: [] } }]],
    ['runs.list', [{ offset: 0, limit: 25, filter: { text: 'x'.repeat(201) } }]],
    ['runs.items', [id, { after: 0, limit: 10, text: '' }]],
    ['runs.prepareUndo', [id, {}]],
    ['runs.prepareUndo', [id, { userIds: ["' OR 1=1"] }, undoOptions]],
    ['runs.prepareUndo', [id, { documentIds: [] }, undoOptions]],
    ['runs.prepareUndo', [id, { documentIds: ['../etc'] }, undoOptions]],
    ['runs.prepareUndo', [id, {}, { ...undoOptions, force: 'yes' }]],
    ['runs.prepareUndo', [id, {}, { ...undoOptions, deleteLocal: true }]],
    ['runs.prepareFree', [id, 'everything', false]],
    ['runs.prepareFree', [id, 'quarantine']],
    ['server.confirm', [id, 'yes']],
    ['runs.check', [id, { level: 'closely' }]],
    ['runs.check', [id, { level: 'exists', sample: 0 }]],
    ['runs.repair', [id, { reUpload: true }]],
    ['runs.import', ['sandbox', '']],
    ['runs.savePaths', [id, '/etc/passwd']],
  ])('not %s %j', (channel, args) => expect(accepts(channel, ...args)).toBe(false))
})

describe('a call of the window', () => {
  const get = vi.fn()
  const mainFrame = { url: 'readur-migrate://app/index.html' }
  const event = (frame: { url: string } | null) => ({ senderFrame: frame, sender: { mainFrame } })
  const call = (name: unknown, from: unknown, ...args: unknown[]): Promise<unknown> => {
    const listener = listeners.get(callChannel)
    if (!listener) throw new Error('nobody listens')
    return listener(from, name, ...args)
  }

  beforeEach(() => {
    get.mockReset()
    answerCalls(
      { 'runs.get': command(onlyId, get) },
      ({ url, isMainFrame }) => isMainFrame && url.startsWith('readur-migrate://app/'),
    )
  })

  it('is answered with the value', async () => {
    get.mockResolvedValue({ runId: id })
    await expect(call('runs.get', event(mainFrame), id)).resolves.toEqual({ ok: true, value: { runId: id } })
    expect(get).toHaveBeenCalledWith(id)
  })

  it('is refused when it comes from another page or from a frame in ours', async () => {
    for (const frame of [{ url: 'https://evil.example' }, { url: mainFrame.url }, null]) {
      await expect(call('runs.get', event(frame), id)).resolves.toMatchObject({
        ok: false,
        error: { code: 'INTERNAL' },
      })
    }
    expect(get).not.toHaveBeenCalled()
  })

  it('is refused when its arguments are not what it takes', async () => {
    await expect(call('runs.get', event(mainFrame), { id })).resolves.toMatchObject({
      ok: false,
      error: { code: 'INTERNAL' },
    })
    expect(get).not.toHaveBeenCalled()
  })

  it.each(['runs.nothing', 'constructor', '__proto__', '', 'x'.repeat(101), null, ['runs.get']])(
    'is refused when there is no command %j',
    async (name) => {
      await expect(call(name, event(mainFrame), id)).resolves.toMatchObject({ ok: false, error: { code: 'INTERNAL' } })
      expect(get).not.toHaveBeenCalled()
    },
  )

  it('that fails is answered with code, message, remedy and causes, not with an exception', async () => {
    get.mockImplementation(() => {
      throw new MigrateError('RUN_NOT_FOUND', { message: 'There is no run.', cause: new Error('no file') })
    })
    const reply = await call('runs.get', event(mainFrame), id)
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'RUN_NOT_FOUND', message: 'There is no run.', causes: ['Error: no file'] },
    })
    expect(structuredClone(reply)).toEqual(reply)
  })
})

describe('the files that the window may load', () => {
  const root = '/opt/app/out/renderer'

  it.each([
    ['/', `${root}/index.html`],
    ['/index.html', `${root}/index.html`],
    ['/assets/main.js', `${root}/assets/main.js`],
    ['/assets/with%20space.css', `${root}/assets/with space.css`],
    ['/assets/../index.html', `${root}/index.html`],
  ])('%s', (path, file) => expect(fileFor(root, path)).toBe(file))

  it.each([
    '/../main/index.js',
    '/..%2fmain%2findex.js',
    '/assets/../../main/index.js',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/../renderer-old/index.html',
    '/..',
    '/assets%5c..%5c..%5cmain',
    '/index.html%00.png',
    '/%zz',
  ])('not %s', (path) => expect(fileFor(root, path)).toBeNull())
})
