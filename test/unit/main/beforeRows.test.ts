import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RunStore } from '../../../src/main/engine/journal/runStore.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { beforeRows } from '../../../src/main/runs/cutover.ts'
import type { ReadurState } from '../../../src/shared/readurState.ts'
import { header } from '../../fakes/runStores.ts'

let dir = ''
let store: RunStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-rows-'))
  store = RunStore.create(join(dir, 'run.db'), header)
})
afterEach(async () => {
  store.close()
  await rm(dir, { recursive: true, force: true })
})

const warnings: string[] = []
function at(state: ReadurState) {
  warnings.length = 0
  const progress = { ...nullProgress, log: (_level: unknown, text: string) => void warnings.push(text) }
  return { readurState: () => Promise.resolve(state), context: { progress, stop: new StopControl() } }
}

const local: ReadurState = { at: 'local', source: 'container readur' }

describe('before rows are switched', () => {
  it('a Readur that does not use the bucket stops what nobody has decided: what was known may be days old', async () => {
    await expect(beforeRows(at(local), store, false)).rejects.toMatchObject({ code: 'READUR_ELSEWHERE' })
    expect(store.last('readur')).toMatchObject({ isSwitched: false })
  })

  it('the decision names the uploads that its new settings would delete', async () => {
    const uploadsInside = { container: 'readur', path: '/app/uploads', lostWith: 'container' } as const
    await expect(beforeRows(at({ ...local, uploadsInside }), store, false)).rejects.toThrow(
      'is inside container readur, not on a volume',
    )
  })

  it('it is a warning where that was decided', async () => {
    await beforeRows(at(local), store, true)
    expect(warnings).toEqual([expect.stringMatching(/^Readur stores locally .*can’t open documents/)])
  })

  it('a Readur on the bucket needs no decision', async () => {
    await beforeRows(at({ at: 'bucket', source: 'container readur' }), store, false)
    expect(warnings).toEqual([])
  })
})
