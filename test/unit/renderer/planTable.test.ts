import { describe, expect, it } from 'vitest'
import { createApi } from '../../../src/renderer/api.ts'
import { createPlanTableStore } from '../../../src/renderer/stores/planTable.ts'
import type { PlanRows } from '../../../src/shared/planTable.ts'
import type { IpcReply } from '../../../src/shared/ipc.ts'
import { answer, errorOf, fakeMain, planRowsOf, refuse } from './fixtures.ts'

function storeOf(total: number) {
  const main = fakeMain()
  main.answers.runs.planRows = (_runId, _list, from, limit) => answer(planRowsOf(total, from, limit))
  const store = createPlanTableStore(createApi(main.bridge), 'run-1')
  const asked = () => main.calls.filter(([channel]) => channel === 'runs.planRows').map(([, , , from]) => from)
  return { main, store, asked }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('the files of a plan', () => {
  it('are read a page at a time, each once', async () => {
    const { store, asked } = storeOf(1_000_000)
    await store.getState().begin()
    store.getState().need(40, 120)
    store.getState().need(90, 130)
    await settled()
    expect(asked()).toEqual([0, 100])
    expect(store.getState().rowAt(110)?.seq).toBe(111)
    expect(store.getState().rowAt(250)).toBe(undefined)
  })

  it('are kept around the place that was read last, and no more', async () => {
    const { store } = storeOf(1_000_000)
    await store.getState().begin()
    for (let page = 0; page < 60; page += 1) {
      store.getState().need(page * 100, page * 100 + 50)
      await settled()
    }
    expect(store.getState().pages.size).toBeLessThanOrEqual(20)
    expect(store.getState().rowAt(5_950)?.seq).toBe(5_951)
  })

  it('are those of the latest filter, whatever answer comes first', async () => {
    const { main, store } = storeOf(10)
    await store.getState().begin()
    const waiting: ((reply: IpcReply<PlanRows>) => void)[] = []
    main.answers.runs.planRows = () => new Promise((resolve) => waiting.push(resolve))
    const first = store.getState().narrow({ text: 'a' })
    const second = store.getState().narrow({ text: 'ab' })
    waiting[1]?.({ ok: true, value: planRowsOf(2, 0, 100) })
    waiting[0]?.({ ok: true, value: planRowsOf(7, 0, 100) })
    await Promise.all([first, second])
    expect(store.getState()).toMatchObject({ total: 2, loading: false, list: { filter: { text: 'ab' } } })
  })

  it('tell of one that is chosen, though its line is not at hand yet', async () => {
    const { store } = storeOf(1_000_000)
    await store.getState().begin()
    await store.getState().choose(999_999)
    expect(store.getState().chosen).toMatchObject({ place: 999_999, seq: 1_000_000, item: { seq: 1_000_000 } })
  })

  it('say why they cannot be read', async () => {
    const { main, store } = storeOf(3)
    main.answers.runs.planRows = () => refuse(errorOf('RUN_STORE_INVALID', 'It isn’t a run store.'))
    await store.getState().begin()
    expect(store.getState()).toMatchObject({ error: { code: 'RUN_STORE_INVALID' }, loading: false })
  })
})
