import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../../../src/main/engine/journal/entries.ts'
import { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import type { RunKind } from '../../../../src/shared/runKind.ts'
import { header, plannedItem, seal } from '../../../fakes/runStores.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-kind-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const remedy: Entry = {
  step: 'remedy',
  seq: 1,
  data: { action: 'fix-path', from: 'a', to: 'b' },
}

/** With the mode that only older versions wrote. */
function freed(mode: 'quarantine' | 'delete'): Entry {
  const data = { mode, anyway: false }
  return { step: 'free-options', data }
}

describe('the kind of a run that an older version has made', () => {
  it.each<[string, string, (store: RunStore) => void, RunKind]>([
    ['free', 'that quarantined', (store) => store.append([freed('quarantine')]), 'quarantine'],
    ['free', 'that deleted', (store) => store.append([freed('delete')]), 'purge'],
    [
      'rollback',
      'of a migration',
      (store) => {
        store.append([{ step: 'rollback-options', data: { keepObjects: false, force: false } }])
        seal(store, [plannedItem('d1')])
      },
      'rollback',
    ],
    ['rollback', 'without a plan', () => undefined, 'rollback'],
    ['rollback', 'that put files back', (store) => seal(store, [plannedItem('d1')]), 'return'],
    [
      'rollback',
      'that undid repairs',
      (store) => {
        seal(store, [plannedItem('d1')])
        store.append([remedy])
      },
      'unrepair',
    ],
  ])('“%s” %s', (stored, _what, write, kind) => {
    const path = join(dir, 'run.db')
    const made = RunStore.create(path, { ...header, kind: stored as RunKind, parent: header.id })
    write(made)
    made.close()
    const store = RunStore.open(path, 'read')
    expect(store.header.kind).toBe(kind)
    store.close()
  })
})
