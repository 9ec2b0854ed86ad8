import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunHeader } from '../../src/main/engine/journal/header.ts'
import { RunStore } from '../../src/main/engine/journal/runStore.ts'
import type { PlannedItem } from '../../src/main/engine/plan/item.ts'
import type { Clock } from '../../src/main/engine/ports.ts'

export const header: RunHeader = {
  id: '20261122-084501-9f3a',
  kind: 'migrate',
  parent: null,
  createdAt: Date.UTC(2026, 10, 22, 8, 45, 1),
  appVersion: '0.1.0',
  pid: 4711,
  host: 'somewhere',
  profileId: 'test',
  profileName: 'Test',
  database: 'memory',
  databaseIdentity: 'memory/1',
  uploads: 'memory',
  store: 'memory, bucket test',
  bucket: 'test',
  planOptions: {},
}

/** A folder for one test, and run stores in it. */
export interface StoreFolder {
  dir: string
  create: (clock?: Clock, change?: Partial<RunHeader>) => RunStore
  remove: () => Promise<void>
}

export async function openStoreFolder(): Promise<StoreFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-runs-'))
  const stores: RunStore[] = []
  return {
    dir,
    create: (clock, change = {}) => {
      const store = RunStore.create(join(dir, `${stores.length}.sqlite`), { ...header, ...change }, clock)
      stores.push(store)
      return store
    },
    remove: async () => {
      for (const store of stores) if (store.isOpen) store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** A document that can be moved. */
export function plannedItem(name: string, change: Partial<PlannedItem> = {}): PlannedItem {
  return {
    kind: 'document',
    documentId: name,
    rowId: name,
    userId: 'user',
    filename: `${name}.txt`,
    oldPath: `/app/uploads/documents/${name}.txt`,
    source: `documents/${name}.txt`,
    key: `documents/user/2024/05/${name}.txt`,
    size: 10,
    mtimeMs: 1_700_000_000_000.5,
    mimeType: 'text/plain',
    fileHash: null,
    verdict: 'move',
    code: null,
    message: null,
    followers: [],
    ...change,
  }
}

/** The plan is complete. */
export function seal(store: RunStore, items: readonly PlannedItem[]): void {
  const of = (verdict: PlannedItem['verdict']) => items.filter((item) => item.verdict === verdict)
  const documents = new Set(items.map(({ documentId }) => documentId)).size
  const bytes = of('move').reduce((sum, { size }) => sum + size, 0)
  const counts = { move: of('move').length, skip: of('skip').length, blocked: of('blocked').length }
  store.addItems(items)
  store.sealPlan({ documents, items: items.length, ...counts, bytes }, { seconds: 1, basis: 'assumption' })
}

export const verified = {
  sha256: 'ab'.repeat(32),
  md5: 'cd'.repeat(16),
  compositeEtag: null,
  size: 10,
  created: true,
  evidence: 'etag' as const,
}
