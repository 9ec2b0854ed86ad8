import { describe, expect, it } from 'vitest'
import {
  backOf,
  createNavigationStore,
  hashOf,
  type Screen,
  screenOf,
} from '../../../src/renderer/stores/navigation.ts'
import { fakeAddress } from './fakeAddress.ts'

describe('addresses of screens', () => {
  it.each<Screen>([
    { name: 'home' },
    { name: 'plan', profileId: 'a/b c' },
    { name: 'run', runId: '20261122-084501-9f3a' },
    { name: 'history' },
    { name: 'plan', profileId: 'a/b c', of: { runId: '20261122-084501-9f3a', what: 'retry' } },
    { name: 'plan', profileId: 'a/b c', of: { runId: '20261122-084501-9f3a', what: 'retry', code: 'FILE_MISSING' } },
    { name: 'undo', runId: '20261122-084501-9f3a' },
    { name: 'undo', runId: '20261122-084501-9f3a', documentId: '11111111-2222-4333-8444-555555555555' },
    { name: 'verify', runId: '20261122-084501-9f3a' },
    { name: 'run', runId: '20261122-084501-9f3a', tab: 'issues' },
    { name: 'new' },
    { name: 'help' },
    { name: 'connection', profileId: 'a/b c', tab: 'overview' },
    { name: 'connection', profileId: 'a/b c', tab: 'settings' },
  ])('leads back to %j', (screen) => expect(screenOf(hashOf(screen))).toEqual(screen))

  it.each([
    '',
    '#',
    '#/x/1',
    '#/run/',
    '#/run/a/b',
    '#/run/%E0%A4%A',
    '#/history/1',
    '#/plan/p/anything/r',
    '#/plan/p/retry',
    '#/plan/p/retry/r/more',
    '#/plan/p/again/r/FILE_MISSING',
    '#/plan/p/retry/r/FILE_MISSING/more',
    '#/undo/a/b/c',
    '#/verify/a/b',
    '#/connection/a/b',
    '#/connection/a/runs/b',
    '#/overview/a/b',
    '#/help/1',
    '#/new/1',
    '#/run/a/summary/b',
  ])('takes "%s" for home', (hash) => {
    expect(screenOf(hash)).toEqual({ name: 'home' })
  })

  it.each<[string, Screen]>([
    ['#/overview/p', { name: 'connection', profileId: 'p', tab: 'overview' }],
    ['#/connection/p', { name: 'connection', profileId: 'p', tab: 'settings' }],
    ['#/connection', { name: 'new' }],
  ])('takes "%s", of an earlier version, for what followed it', (hash, screen) => {
    expect(screenOf(hash)).toEqual(screen)
  })
})

describe('navigation store', () => {
  it('begins where the address says', () => {
    expect(createNavigationStore(fakeAddress('#/run/r1')).getState().screen).toEqual({ name: 'run', runId: 'r1' })
  })

  it('follows the browser back', () => {
    const address = fakeAddress('#/')
    const store = createNavigationStore(address)
    store.getState().go({ name: 'plan', profileId: 'p' })
    store.getState().replace({ name: 'run', runId: 'r' })
    expect(address.read()).toBe('#/run/r')
    expect(store.getState().arrival).toBe('opened')
    store.getState().step(-1)
    expect(store.getState().screen).toEqual({ name: 'home' })
    expect(store.getState().arrival).toBe('returned')
  })
})

describe('the way back', () => {
  const run: Screen = { name: 'run', runId: 'r' }

  it('leads to the list that a run was opened from, and from its parts to the run', () => {
    const store = createNavigationStore(fakeAddress('#/'))
    const { go } = store.getState()
    const back = () => backOf(store.getState().screen, store.getState().origin)
    go(run)
    expect(back()).toEqual({ name: 'home' })
    go({ name: 'connection', profileId: 'p', tab: 'overview' })
    expect(back()).toBeNull()
    go({ name: 'connection', profileId: 'p', tab: 'runs' })
    expect(back()).toEqual({ name: 'connection', profileId: 'p', tab: 'overview' })
    go(run)
    expect(back()).toEqual({ name: 'connection', profileId: 'p', tab: 'runs' })
    go({ name: 'history' })
    expect(back()).toEqual({ name: 'home' })
    go(run)
    expect(back()).toEqual({ name: 'history' })
    go({ name: 'undo', runId: 'r' })
    expect(back()).toEqual(run)
    go({ name: 'verify', runId: 'r' })
    expect(back()).toEqual(run)
    go({ name: 'plan', profileId: 'p', of: { runId: 'r', what: 'purge' } })
    expect(back()).toEqual(run)
    go({ name: 'plan', profileId: 'p' })
    expect(back()).toEqual({ name: 'history' })
  })

  it('is home after a reload', () => {
    const { screen, origin } = createNavigationStore(fakeAddress('#/run/r')).getState()
    expect(backOf(screen, origin)).toEqual({ name: 'home' })
  })
})
