import { describe, expect, it } from 'vitest'
import { createNavigationStore, hashOf, type Screen, screenOf } from '../../../src/renderer/stores/navigation.ts'
import { fakeAddress } from './fakeAddress.ts'

describe('addresses of screens', () => {
  it.each<Screen>([
    { name: 'home' },
    { name: 'plan', profileId: 'a/b c' },
    { name: 'run', runId: '20261122-084501-9f3a' },
  ])('leads back to %j', (screen) => expect(screenOf(hashOf(screen))).toEqual(screen))

  it.each(['', '#', '#/x/1', '#/run/', '#/run/a/b', '#/run/%E0%A4%A'])('takes "%s" for home', (hash) => {
    expect(screenOf(hash)).toEqual({ name: 'home' })
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
    address.back()
    expect(store.getState().screen).toEqual({ name: 'home' })
  })
})
