import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Api, Reply } from '../api.ts'
import { useStores } from './context.tsx'
import { createResource, type ResourceState } from './resource.ts'

/** What a component alone reads, for as long as it is shown. `read` takes what it is about from its key only. */
export function useRead<V, K>(key: K, read: (api: Api, key: K) => Promise<Reply<V>>): ResourceState<V, K> {
  const { api } = useStores()
  const [store] = useState(() => createResource<V, K>((wanted) => read(api, wanted)))
  useEffect(() => void store.getState().load(key), [store, key])
  return useStore(store)
}
