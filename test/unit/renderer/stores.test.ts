import { describe, expect, it } from 'vitest'
import { createApi } from '../../../src/renderer/api.ts'
import { createItemsStore } from '../../../src/renderer/stores/pages.ts'
import { createLiveStore } from '../../../src/renderer/stores/live.ts'
import { createRunsStore } from '../../../src/renderer/stores/runLists.ts'
import { createShownRunStore } from '../../../src/renderer/stores/shownRun.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import type { RunDetails } from '../../../src/shared/record.ts'
import type { Reply } from '../../../src/renderer/api.ts'
import { answer, errorOf, fakeMain, finished, planned, refuse, snapshot } from './fixtures.ts'

function setup() {
  const main = fakeMain()
  return { main, api: createApi(main.bridge) }
}

describe('live store', () => {
  it('keeps the latest snapshot until it stops listening', () => {
    const { main, api } = setup()
    const live = createLiveStore(api)
    const end = live.getState().listen()
    main.emit(snapshot)
    main.emit({ ...snapshot, copied: 200 })
    expect(live.getState().snapshot?.copied).toBe(200)
    end()
    expect(main.listeners()).toBe(0)
  })

  it('takes up the run that was under way before the window was there', async () => {
    const { main, api } = setup()
    main.answers.runs.current = () => answer(snapshot)
    const live = createLiveStore(api)
    await live.getState().refresh()
    expect(live.getState().snapshot).toEqual(snapshot)
  })

  it('knows no run while the checks before a plan go on', async () => {
    const { main, api } = setup()
    main.answers.runs.current = () => answer({ ...snapshot, runId: '', status: 'planning' as const })
    const live = createLiveStore(api)
    await live.getState().refresh()
    expect(live.getState().snapshot).toBeNull()
  })

  it('resolves with the run of a plan', async () => {
    const { main, api } = setup()
    const live = createLiveStore(api)
    const asked = live.getState().order('plan', () => api.runs.plan('sandbox', {}))
    expect(live.getState().pending).toBe('plan')
    expect(await asked).toEqual({ ok: true, value: { runId: 'run-1' } })
    expect(live.getState().pending).toBeNull()
    expect(main.calls[0]).toEqual(['runs.plan', 'sandbox', {}])
  })

  it('keeps why an order was refused, until the next one', async () => {
    const { main, api } = setup()
    main.answers.runs.start = () => refuse(errorOf('DB_BUSY', 'run-0 is under way'))
    const live = createLiveStore(api)
    expect(await live.getState().start('run-1', defaultMigrateOptions, false)).toBe(false)
    expect(live.getState()).toMatchObject({ pending: null, error: { code: 'DB_BUSY' } })
    await live.getState().stop('run-1', 'in order')
    expect(live.getState().error).toBeNull()
  })
})

describe('runs store', () => {
  const page = (count: number) => Array.from({ length: count }, (_, n) => ({ ...finished, runId: `run-${n}` }))

  it('reads the latest', async () => {
    const { main, api } = setup()
    main.answers.runs.list = ({ offset, limit }) => answer({ runs: page(25).slice(offset, offset + limit), next: 20 })
    const runs = createRunsStore(api)
    await runs.getState().load()
    expect(runs.getState().value).toHaveLength(20)
    expect(main.calls).toEqual([['runs.list', { offset: 0, limit: 20 }]])
  })

  it('keeps what it has when reading fails', async () => {
    const { main, api } = setup()
    main.answers.runs.list = () => answer({ runs: page(2), next: null })
    const runs = createRunsStore(api)
    await runs.getState().load()
    main.answers.runs.list = () => refuse(errorOf('RUN_STORE_INVALID', 'damaged'))
    await runs.getState().load()
    expect(runs.getState()).toMatchObject({ value: page(2), error: { code: 'RUN_STORE_INVALID' } })
  })
})

describe('shown run store', () => {
  it('forgets one run when another is shown, and a late answer of the first', async () => {
    const { main, api } = setup()
    let answerLate: (reply: Reply<RunDetails>) => void = () => undefined
    const late = new Promise<Reply<RunDetails>>((resolve) => (answerLate = resolve))
    main.answers.runs.get = (runId) => (runId === 'run-1' ? late : answer({ ...finished, runId }))
    const shown = createShownRunStore(api)
    const first = shown.getState().load('run-1')
    await shown.getState().load('run-2')
    answerLate({ ok: true, value: planned })
    await first
    expect(shown.getState()).toMatchObject({ runId: 'run-2', details: { runId: 'run-2' }, loading: false })
  })

  it('keeps the record while it is read again', async () => {
    const { main, api } = setup()
    const shown = createShownRunStore(api)
    await shown.getState().load('run-1')
    main.answers.runs.get = () => answer(finished)
    const again = shown.getState().load('run-1')
    expect(shown.getState()).toMatchObject({ loading: true, details: { status: 'planned' } })
    await again
    expect(shown.getState()).toMatchObject({ loading: false, details: { status: 'completed with failures' } })
  })

  it('reads the run again after its state file was written', async () => {
    const { main, api } = setup()
    const shown = createShownRunStore(api)
    await shown.getState().load('run-1')
    main.answers.runs.get = () => answer({ ...finished, stateFile: '/data/state.json' })
    await shown.getState().exportState()
    expect(shown.getState().details?.stateFile).toBe('/data/state.json')
  })

  it('tells why it could not be read', async () => {
    const { main, api } = setup()
    main.answers.runs.get = () => refuse(errorOf('RUN_NOT_FOUND', 'run-9'))
    const shown = createShownRunStore(api)
    await shown.getState().load('run-9')
    expect(shown.getState()).toMatchObject({ details: null, loading: false, error: { code: 'RUN_NOT_FOUND' } })
  })
})

describe('items store', () => {
  const list = { runId: 'run-1', filter: { state: 'failed' as const }, pageSize: 20 }

  it('pages forth and back, holding one page', async () => {
    const { main, api } = setup()
    const items = createItemsStore(api, list)
    const seen = () => [
      items.getState().current?.items[0]?.seq,
      items.getState().current?.items.length,
      items.getState().hasNext,
    ]
    await items.getState().restart()
    expect(seen()).toEqual([1, 20, true])
    await items.getState().next()
    await items.getState().next()
    expect(seen()).toEqual([41, 5, false])
    await items.getState().next()
    expect(items.getState().page).toBe(2)
    await items.getState().previous()
    expect(seen()).toEqual([21, 20, true])
    expect(main.calls.at(-1)).toEqual(['runs.items', 'run-1', { state: 'failed', after: 20, limit: 20 }])
  })

  it('stays on its page when the next cannot be read', async () => {
    const { main, api } = setup()
    const items = createItemsStore(api, list)
    await items.getState().restart()
    main.answers.runs.items = () => refuse(errorOf('RUN_STORE_INVALID', 'damaged'))
    await items.getState().next()
    expect(items.getState()).toMatchObject({ page: 0, loading: false, error: { code: 'RUN_STORE_INVALID' } })
  })
})
