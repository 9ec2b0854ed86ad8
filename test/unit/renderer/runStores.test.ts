import { resumableKinds } from '../../../src/shared/runKind.ts'
import { describe, expect, it } from 'vitest'
import { createApi } from '../../../src/renderer/api.ts'
import { createFindingsStore } from '../../../src/renderer/stores/runLists.ts'
import { createHistoryStore, historyPageSize } from '../../../src/renderer/stores/history.ts'
import { createImportingStore } from '../../../src/renderer/stores/importing.ts'
import { createInterruptedStore } from '../../../src/renderer/stores/runLists.ts'
import { createLiveStore } from '../../../src/renderer/stores/live.ts'
import { createShownRunStore } from '../../../src/renderer/stores/shownRun.ts'
import { createStores } from '../../../src/renderer/stores/stores.ts'
import type { Screen } from '../../../src/renderer/stores/navigation.ts'
import type { RunPage } from '../../../src/shared/run.ts'
import type { Reply } from '../../../src/renderer/api.ts'
import { fakeAddress } from './fakeAddress.ts'
import {
  answer,
  errorOf,
  fakeMain,
  type FakeMain,
  finished,
  refuse,
  rolledBack,
  snapshot,
  stateCheck,
} from './fixtures.ts'

function setup(hash = '') {
  const main = fakeMain()
  const api = createApi(main.bridge)
  const stores = createStores(api, fakeAddress(hash))
  return { main, api, stores, screen: (): Screen => stores.navigation.getState().screen }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

const named = (main: FakeMain, channel: string) => main.calls.filter(([name]) => name === channel)

/** A main process with so many runs, which looks at `atOnce` of them for one answer. */
function manyRuns(main: FakeMain, total: number, atOnce = total): void {
  main.answers.runs.list = ({ offset, limit }) => {
    const count = Math.min(limit, atOnce, total - offset)
    const runs = Array.from({ length: count }, (_, n) => ({ ...finished, runId: `run-${offset + n}` }))
    return answer({ runs, next: offset + count < total ? offset + count : null })
  }
}

describe('history store', () => {
  it('holds one page, forth and back', async () => {
    const { main, api } = setup()
    manyRuns(main, 60)
    const history = createHistoryStore(api)
    const seen = () => {
      const { current, page, hasNext } = history.getState()
      return [current?.runs[0]?.runId, current?.runs.length, page, hasNext]
    }
    await history.getState().reload()
    expect(seen()).toEqual(['run-0', historyPageSize, 0, true])
    await history.getState().next()
    await history.getState().next()
    expect(seen()).toEqual(['run-50', 10, 2, false])
    await history.getState().next()
    expect(seen()).toEqual(['run-50', 10, 2, false])
    await history.getState().previous()
    expect(seen()).toEqual(['run-25', historyPageSize, 1, true])
  })

  it('asks on until a page is full, where the main process gives a few at a time', async () => {
    const { main, api } = setup()
    manyRuns(main, 60, 10)
    const history = createHistoryStore(api)
    await history.getState().reload()
    expect(history.getState().current?.runs).toHaveLength(historyPageSize)
    expect(main.calls.map(([, query]) => query)).toEqual([
      { offset: 0, limit: 25 },
      { offset: 10, limit: 15 },
      { offset: 20, limit: 5 },
    ])
    await history.getState().next()
    expect(history.getState().current?.runs[0]?.runId).toBe('run-25')
  })

  it('has the filter carried out by the main process, from the first page on', async () => {
    const { main, api } = setup()
    manyRuns(main, 60)
    const history = createHistoryStore(api)
    await history.getState().reload()
    await history.getState().next()
    await history.getState().narrow({ kind: 'rollback', result: 'failures' })
    expect(history.getState().page).toBe(0)
    expect(main.calls.at(-1)).toEqual([
      'runs.list',
      {
        offset: 0,
        limit: 25,
        filter: { kinds: ['rollback'], statuses: ['completed with failures', 'rollback incomplete'] },
      },
    ])
  })

  it('searches for what was typed last, not for what is spaces', async () => {
    const { main, api } = setup()
    const history = createHistoryStore(api)
    history.getState().setText('  ')
    await history.getState().restart()
    expect(main.calls).toEqual([['runs.list', { offset: 0, limit: 25 }]])
    history.getState().setText(' cold ')
    expect(main.calls).toHaveLength(1)
    await history.getState().restart()
    expect(main.calls.at(-1)).toEqual(['runs.list', { offset: 0, limit: 25, filter: { text: 'cold' } }])
  })

  it('begins at the first page of what it is narrowed to, whatever reads it again meanwhile', async () => {
    const { main, api } = setup()
    manyRuns(main, 60)
    const history = createHistoryStore(api)
    await history.getState().reload()
    await history.getState().next()
    await history.getState().next()
    const narrowed = history.getState().narrow({ kind: 'rollback' })
    // A run has ended, and somebody was quick to ask for the next page.
    await Promise.all([history.getState().reload(), history.getState().next(), narrowed])
    expect(main.calls.slice(3).map(([, query]) => query)).toEqual([
      { offset: 0, limit: 25, filter: { kinds: ['rollback'] } },
      { offset: 0, limit: 25, filter: { kinds: ['rollback'] } },
    ])
    expect(history.getState().page).toBe(0)
    expect(history.getState().current?.runs[0]?.runId).toBe('run-0')
  })

  it('asks no further for a search that another has taken the place of', async () => {
    const { main, api } = setup()
    manyRuns(main, 60, 10)
    const history = createHistoryStore(api)
    const first = history.getState().narrow({ kind: 'quarantine' })
    await Promise.all([first, history.getState().narrow({ kind: 'rollback' })])
    const asked = main.calls.map(([, query]) => JSON.stringify(query))
    expect(asked.filter((query) => query.includes('quarantine'))).toHaveLength(1)
    expect(asked.filter((query) => query.includes('rollback'))).toHaveLength(3)
  })

  it('lets a late answer of an earlier search go', async () => {
    const { main, api } = setup()
    let answerLate: (reply: Reply<RunPage>) => void = () => undefined
    main.answers.runs.list = () => new Promise((resolve) => (answerLate = resolve))
    const history = createHistoryStore(api)
    const first = history.getState().narrow({ kind: 'quarantine' })
    const late = answerLate
    main.answers.runs.list = () => answer({ runs: [rolledBack], next: null })
    await history.getState().narrow({ kind: 'rollback' })
    late({ ok: true, value: { runs: [finished], next: null } })
    await first
    expect(history.getState().current?.runs).toEqual([rolledBack])
  })

  it('keeps what it has, and says why, when it cannot be read', async () => {
    const { main, api } = setup()
    manyRuns(main, 3)
    const history = createHistoryStore(api)
    await history.getState().reload()
    main.answers.runs.list = () => refuse(errorOf('INTERNAL', 'permission denied'))
    await history.getState().reload()
    expect(history.getState()).toMatchObject({ error: { code: 'INTERNAL' }, loading: false })
    expect(history.getState().current?.runs).toHaveLength(3)
  })
})

describe('interrupted store', () => {
  it('asks for runs that can go on, and keeps quiet where they cannot be read', async () => {
    const { main, api } = setup()
    main.answers.runs.list = () => answer({ runs: [finished], next: null })
    const interrupted = createInterruptedStore(api)
    await interrupted.getState().load()
    expect(interrupted.getState().value).toEqual([finished])
    expect(main.calls[0]).toEqual([
      'runs.list',
      { offset: 0, limit: 3, filter: { kinds: [...resumableKinds], statuses: ['interrupted'] } },
    ])
    main.answers.runs.list = () => refuse(errorOf('INTERNAL', 'no'))
    await interrupted.getState().load()
    expect(interrupted.getState().value).toEqual([finished])
  })
})

describe('findings store', () => {
  it('forgets those of another run at once', async () => {
    const { main, api } = setup()
    main.answers.runs.findings = () => answer({ check: stateCheck, reUploaded: null })
    const findings = createFindingsStore(api)
    await findings.getState().load('run-1')
    expect(findings.getState().value?.check?.sound).toBe(295)
    const other = findings.getState().load('run-2')
    expect(findings.getState()).toMatchObject({ key: 'run-2', value: null })
    main.answers.runs.findings = () => refuse(errorOf('INTERNAL', 'no'))
    await other
    await findings.getState().load('run-2')
    expect(findings.getState().error?.code).toBe('INTERNAL')
  })
})

describe('importing store', () => {
  it('takes a dropped file, or one that is chosen, or none', async () => {
    const { main, api } = setup()
    const importing = createImportingStore(api)
    importing.getState().open(null)
    await importing.getState().choose()
    expect(importing.getState()).toMatchObject({ opened: true, path: null })
    main.answers.runs.chooseStateFile = () => answer({ path: '/home/ada/state.json' })
    await importing.getState().choose()
    expect(importing.getState().path).toBe('/home/ada/state.json')
    importing.getState().close()
    importing.getState().open('/dropped.json')
    expect(importing.getState()).toMatchObject({ opened: true, path: '/dropped.json' })
  })
})

describe('orders of the live store', () => {
  it('each calls what it is named after', async () => {
    const { main, api } = setup()
    const live = createLiveStore(api).getState()
    expect(await live.resume('run-1')).toBe(true)
    expect(await live.cutover('run-1', true, false)).toBe(true)
    expect(await live.check('run-1', { level: 'exists' })).toBe(true)
    expect(await live.repair('run-1', { reUpload: true, markGone: false })).toBe(true)
    const orders = main.calls.filter(([channel]) => channel !== 'runs.current')
    expect(orders).toEqual([
      ['runs.resume', 'run-1'],
      ['runs.cutover', 'run-1', true, false],
      ['runs.check', 'run-1', { level: 'exists' }],
      ['runs.repair', 'run-1', { reUpload: true, markGone: false }],
    ])
  })

  it('keeps why one was refused', async () => {
    const { main, api } = setup()
    main.answers.runs.resume = () => refuse(errorOf('RUN_BUSY', 'Another process'))
    const live = createLiveStore(api)
    expect(await live.getState().resume('run-1')).toBe(false)
    expect(live.getState()).toMatchObject({ pending: null, error: { code: 'RUN_BUSY' } })
  })
})

describe('shown run store', () => {
  it('reads the family with the run, and is whole without a part that cannot be read', async () => {
    const { main, api } = setup()
    main.answers.runs.family = () => answer({ parent: null, children: [rolledBack] })
    const shown = createShownRunStore(api)
    await shown.getState().load('run-1')
    expect(shown.getState().family?.children).toHaveLength(1)
    main.answers.runs.family = () => refuse(errorOf('INTERNAL', 'no'))
    await shown.getState().load('run-1')
    expect(shown.getState()).toMatchObject({ error: { code: 'INTERNAL' }, details: { runId: 'run-1' } })
  })

  it('says where the paths were saved, and nothing when the user thought better of it', async () => {
    const { main, api } = setup()
    const shown = createShownRunStore(api)
    await shown.getState().load('run-1')
    await shown.getState().savePaths()
    expect(shown.getState().savedPaths).toBeNull()
    main.answers.runs.savePaths = () => answer({ path: '/home/ada/before.sql' })
    await shown.getState().savePaths()
    expect(shown.getState().savedPaths).toBe('/home/ada/before.sql')
  })
})

describe('flows that start from a run', () => {
  it('lead from a wish over its checks to the plan, with the run one step back', async () => {
    const { stores, screen } = setup('#/run/run-1')
    const made = stores.prepare({ runId: 'run-1', profileId: 'sandbox' }, 'retry')
    expect(screen()).toEqual({ name: 'plan', profileId: 'sandbox', of: { runId: 'run-1', what: 'retry' } })
    await made
    expect(screen()).toEqual({ name: 'run', runId: 'run-2' })
  })

  it('lead from the choice to the rollback’s plan, and leave the choice one step back', async () => {
    const main = fakeMain()
    const address = fakeAddress('#/undo/run-1')
    const stores = createStores(createApi(main.bridge), address)
    await stores.previewUndo('run-1', {}, { keepObjects: false, force: false })
    expect(stores.navigation.getState().screen).toEqual({ name: 'run', runId: 'run-2' })
    address.back()
    expect(stores.navigation.getState().screen).toEqual({ name: 'undo', runId: 'run-1' })
  })

  it('stay where a rollback was refused, or where the user has gone', async () => {
    const { main, stores, screen } = setup('#/undo/run-1')
    main.answers.runs.prepareUndo = () => refuse(errorOf('S3_UNREACHABLE', 'ECONNREFUSED'))
    await stores.previewUndo('run-1', {}, { keepObjects: false, force: false })
    expect(screen()).toEqual({ name: 'undo', runId: 'run-1' })
    main.answers.runs.prepareUndo = () => answer({ runId: 'run-2' })
    const made = stores.previewUndo('run-1', {}, { keepObjects: false, force: false })
    stores.navigation.getState().go({ name: 'home' })
    await made
    expect(screen()).toEqual({ name: 'home' })
  })

  it('show the run that goes on', async () => {
    const { stores, screen } = setup('#/')
    await stores.resume('run-1')
    expect(screen()).toEqual({ name: 'run', runId: 'run-1' })
  })

  it('show the run that a state file has become, and close the question', async () => {
    const { main, stores, screen } = setup('#/history')
    stores.importing.getState().open('/state.json')
    await stores.importState('sandbox')
    expect(named(main, 'runs.import')).toEqual([['runs.import', 'sandbox', '/state.json']])
    expect(stores.importing.getState().opened).toBe(false)
    expect(screen()).toEqual({ name: 'run', runId: 'run-2' })
  })

  it('leave the question open when the file is refused', async () => {
    const { main, stores, screen } = setup('#/history')
    main.answers.runs.import = () => refuse(errorOf('STATE_FILE_INVALID', 'No JSON.'))
    stores.importing.getState().open('/state.json')
    await stores.importState('sandbox')
    expect(stores.importing.getState().opened).toBe(true)
    expect(screen()).toEqual({ name: 'history' })
  })
})

describe('a fresh window', () => {
  it('returns to a comparison under way', async () => {
    const { main, stores, screen } = setup()
    main.answers.runs.current = () => answer({ ...snapshot, activity: 'check' as const })
    stores.begin()
    await settle()
    expect(screen()).toEqual({ name: 'verify', runId: 'run-1' })
  })

  it('reads what a comparison has found when that has ended', async () => {
    const { main, stores } = setup('#/verify/run-1')
    stores.begin()
    await stores.findings.getState().load('run-1')
    main.emit({ ...snapshot, activity: 'check', phase: 'verify' })
    await settle()
    main.answers.runs.findings = () => answer({ check: stateCheck, reUploaded: null })
    main.emit({ ...snapshot, activity: 'check', status: 'completed' })
    await settle()
    expect(stores.findings.getState().value?.check?.checked).toBe(300)
  })
})
