import type { Api } from '../api.ts'
import { createFlows, type Flows } from './flows.ts'
import { begin } from './follow.ts'
import type { AddressBar } from './navigation.ts'
import { createStoreSet, type StoreSet } from './storeSet.ts'

/** All stores of the window, and the flows that touch more than one. */
export interface Stores extends StoreSet, Flows {
  /** Reads what the first screen needs and returns to the run that is under way. The returned function ends it. */
  begin: () => () => void
}

/** Builds the stores over one api. */
export function createStores(api: Api, address: AddressBar): Stores {
  const openedFresh = address.read() === ''
  const stores = createStoreSet(api, address)
  return { ...stores, ...createFlows(stores), begin: () => begin(stores, openedFresh) }
}
