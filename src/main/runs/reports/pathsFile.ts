import type { RunStore } from '../../engine/journal/runStore.ts'
import { snapshotSql } from '../../engine/journal/snapshot.ts'
import { writeWhole } from '../../engine/wholeFile.ts'

/** Writes the paths of before the run as SQL that puts them back; whole or not at all. Throws PATHS_UNWRITABLE, DISK_FULL. */
export const savePaths = (store: RunStore, path: string): Promise<string> =>
  writeWhole(path, snapshotSql(store), 'PATHS_UNWRITABLE')
