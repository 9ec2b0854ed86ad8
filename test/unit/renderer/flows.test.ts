import { describe, expect, it } from 'vitest'
import { createApi } from '../../../src/renderer/api.ts'
import { createStores } from '../../../src/renderer/stores/stores.ts'
import { fakeAddress } from './fakeAddress.ts'
import { answer, errorOf, fakeMain, finished, refuse, snapshot } from './fixtures.ts'

function setup(hash = '') {
  const main = fakeMain()
  const address = fakeAddress(hash)
  const stores = createStores(createApi(main.bridge), address)
  return { main, address, stores, screen: () => stores.navigation.getState().screen }
}

/** Lets all answers of the fake arrive. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('opening the window', () => {
  it('a run is opened at its summary, or where one is sent to; and is as it was left when one returns to it', () => {
    const { stores } = setup('#/history')
    stores.begin()
    const { go } = stores.navigation.getState()
    const tab = () => stores.shownRun.getState().places['run-1']?.tab
    go({ name: 'run', runId: 'run-1', tab: 'issues' })
    expect(tab()).toBe('issues')
    stores.shownRun.getState().show('run-1', { tab: 'record', filter: {} })
    go({ name: 'state', runId: 'run-1' })
    go({ name: 'run', runId: 'run-1' })
    expect(tab()).toBe('record')
    go({ name: 'compare', first: 'run-1', second: 'run-2' })
    go({ name: 'run', runId: 'run-1' })
    expect(tab()).toBe('record')
    go({ name: 'history' })
    go({ name: 'run', runId: 'run-1' })
    expect(tab()).toBe('summary')
  })

  it('shows the run that is under way in a fresh window', async () => {
    const { main, stores, screen } = setup()
    main.answers.runs.current = () => answer(snapshot)
    stores.begin()
    await settle()
    expect(screen()).toEqual({ name: 'run', runId: 'run-1' })
  })

  it('returns to the same screen after a reload', async () => {
    const { main, stores, screen } = setup('#/run/run-0')
    main.answers.runs.current = () => answer(snapshot)
    stores.begin()
    await settle()
    expect(screen()).toEqual({ name: 'run', runId: 'run-0' })
  })

  it('stays at home when the last run has ended', async () => {
    const { main, stores, screen } = setup()
    main.answers.runs.current = () => answer({ ...snapshot, status: 'completed' as const })
    stores.begin()
    await settle()
    expect(screen()).toEqual({ name: 'home' })
  })

  it('has no plan to show that nobody makes any more', async () => {
    const { stores, screen } = setup('#/plan/sandbox')
    stores.begin()
    await settle()
    expect(screen()).toEqual({ name: 'home' })
  })

  it('ends all that it began', () => {
    const { main, stores } = setup()
    const end = stores.begin()
    expect(main.listeners()).toBe(1)
    end()
    expect(main.listeners()).toBe(0)
  })
})

describe('making a plan', () => {
  it('leads to its run, with home one step back', async () => {
    const { address, stores, screen } = setup('#/')
    const made = stores.makePlan('sandbox')
    expect(screen()).toEqual({ name: 'plan', profileId: 'sandbox' })
    await made
    expect(screen()).toEqual({ name: 'run', runId: 'run-1' })
    address.back()
    expect(screen()).toEqual({ name: 'home' })
  })

  it('does not pull back a user who has gone elsewhere', async () => {
    const { stores, screen } = setup('#/')
    const made = stores.makePlan('sandbox')
    stores.navigation.getState().go({ name: 'home' })
    await made
    expect(screen()).toEqual({ name: 'home' })
  })

  it('stays where it says why there is none', async () => {
    const { main, stores, screen } = setup('#/')
    stores.begin()
    main.answers.runs.plan = () => refuse(errorOf('DB_UNREACHABLE', 'connect ECONNREFUSED'))
    await stores.makePlan('sandbox')
    expect(screen()).toEqual({ name: 'plan', profileId: 'sandbox' })
    expect(stores.live.getState().error?.code).toBe('DB_UNREACHABLE')
    stores.navigation.getState().go({ name: 'home' })
    expect(stores.live.getState().error).toBeNull()
  })
})

describe('a run that is made of another, or of a file', () => {
  it.each([
    ['retry', ['runs.retryFailed', 'run-1', 'can succeed']],
    ['again', ['runs.prepareUndo', 'run-1', {}, { keepObjects: false, force: false }]],
    ['quarantine', ['runs.prepareFree', 'run-1', 'quarantine', false]],
  ] as const)('is asked for and shown: %s', async (what, call) => {
    const { main, stores, screen } = setup('#/')
    await stores.prepare({ runId: 'run-1', profileId: 'sandbox' }, what)
    expect(main.calls.find(([channel]) => channel === call[0])).toEqual(call)
    expect(screen()).toEqual({ name: 'run', runId: 'run-2' })
  })

  it('is a rollback of what was chosen', async () => {
    const { main, stores, screen } = setup('#/')
    const options = { keepObjects: true, force: false }
    await stores.previewUndo('run-1', { userIds: ['u'] }, options)
    expect(main.calls[0]).toEqual(['runs.prepareUndo', 'run-1', { userIds: ['u'] }, options])
    expect(screen()).toEqual({ name: 'run', runId: 'run-2' })
  })

  it('is what a state file tells of', async () => {
    const { main, stores, screen } = setup('#/')
    stores.importing.getState().open('/state.json')
    await stores.importState('sandbox')
    expect(main.calls.find(([channel]) => channel === 'runs.import')).toEqual(['runs.import', 'sandbox', '/state.json'])
    expect(screen()).toEqual({ name: 'run', runId: 'run-2' })
  })
})

describe('a run that comes to rest', () => {
  it('is read again, once', async () => {
    const { main, stores } = setup('#/run/run-1')
    stores.begin()
    await stores.shownRun.getState().load('run-1')
    main.answers.runs.get = () => answer(finished)
    main.emit(snapshot)
    await settle()
    main.calls.length = 0
    main.emit(snapshot)
    main.emit({ ...snapshot, status: 'completed with failures' })
    main.emit({ ...snapshot, status: 'completed with failures' })
    await settle()
    expect(main.calls.filter(([channel]) => channel === 'runs.get')).toHaveLength(1)
    const lists = main.calls.filter(([channel]) => channel === 'runs.list').map(([, query]) => query)
    expect(lists).toEqual([{ offset: 0, limit: 20 }, expect.objectContaining({ limit: 3 })])
    expect(stores.shownRun.getState().details?.status).toBe('completed with failures')
  })
})
