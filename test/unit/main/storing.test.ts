import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import type { RunStore } from '../../../src/main/engine/journal/runStore.ts'
import { recordStoredAs, storeAsBegun } from '../../../src/main/runs/storing.ts'
import type { StoredAs } from '../../../src/shared/profile.ts'
import { openStoreFolder, type StoreFolder } from '../../fakes/runStores.ts'

let folder: StoreFolder
let store: RunStore
beforeEach(async () => {
  folder = await openStoreFolder()
  store = folder.create()
})
afterEach(() => folder.remove())

const withKey: StoredAs = { encryption: 'aws:kms', kmsKeyId: 'key-1' }
const otherClass: StoredAs = { storageClass: 'STANDARD_IA', encryption: 'AES256' }

const planned = (ofConnection: StoredAs) => recordStoredAs({ storage: { ofConnection, use: vi.fn() } }, store)

/** A session of the run begins under this connection: how it stores, and what it says. */
function begin(ofConnection: StoredAs) {
  const [use, log] = [vi.fn<(storedAs: StoredAs) => void>(), vi.fn<(level: string, line: string) => void>()]
  storeAsBegun({ storage: { ofConnection, use }, context: { progress: { ...nullProgress, log } } }, store)
  store.append([{ step: 'started', data: { pid: 1, host: 'here', options: null } }])
  return { use: use.mock.calls.flat(), log: log.mock.calls.map(([, line]) => line) }
}

describe('the storage options of a run', () => {
  it('are those of its first session, whatever the connection says by now', () => {
    planned(withKey)
    expect(begin(withKey)).toEqual({ use: [withKey], log: [] })
    expect(begin(otherClass)).toEqual({
      use: [withKey],
      log: [
        'This run keeps the storage options it started with (SSE-KMS with key key-1). The connection has others by now (storage class STANDARD_IA, SSE-S3), which a new plan uses.',
      ],
    })
    expect(begin({})).toMatchObject({ use: [withKey], log: [expect.stringContaining('others by now (none)')] })
    expect(begin({ ...withKey, storageClass: undefined }).log).toEqual([])
  })

  it('are not settled by a plan that nothing was done of', () => {
    planned(withKey)
    expect(begin(otherClass)).toEqual({ use: [otherClass], log: [] })
    expect(begin(withKey)).toMatchObject({ use: [otherClass], log: [expect.stringContaining('SSE-S3). The')] })
  })

  it('are those of the connection where an old record has none, and stay so from then on', () => {
    store.append([{ step: 'started', data: { pid: 1, host: 'here', options: null } }])
    expect(begin(withKey)).toEqual({ use: [withKey], log: [] })
    expect(begin({})).toMatchObject({ use: [withKey], log: [expect.stringContaining('(SSE-KMS with key key-1)')] })
  })
})
