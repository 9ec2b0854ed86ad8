import { posix } from 'node:path'
import type { ErrorCode } from '../../../shared/errors.ts'
import { isWanted, repairOf, type RepairStep, type RepairKind, type AuditRepairs } from '../../../shared/auditRepair.ts'
import { noTotals, optionLimits } from '../../../shared/run.ts'
import { itemPages } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import type { Item } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import { addTo } from '../plan/totals.ts'
import type { Progress } from '../progress.ts'
import { quarantine, quarantineOf } from '../keys/keyShapes.ts'
import { planDamaged } from '../prepare.ts'

/** What cannot be put back by one request is not taken away. */
const largestObject = optionLimits.multipartThreshold.max

interface PlanDeps {
  audit: RunStore
  store: RunStore
  prefixes: readonly PathPrefix[]
  progress: Progress
}

/**
 * Decides what is done about each thing that an audit has found, of the kinds that were asked for. Changes nothing. That
 * it still holds is proved as each is done.
 */
export function planRepairs({ audit, store, prefixes, progress }: PlanDeps, repairs: AuditRepairs): void {
  const totals = { ...noTotals }
  const place = { prefixes, runId: store.header.id, mostGone: mostGone(audit) }
  for (const items of itemPages(audit)) {
    for (const item of items) {
      const repair = repairOf(item)
      if (repair === null || !isWanted(repair, repairs)) continue
      const decided = decide(repair, item, place)
      const isPossible = 'action' in decided
      const verdict = isPossible
        ? ({ verdict: 'move', code: null, message: null } as const)
        : ({ verdict: 'blocked', ...decided } as const)
      const planned: Item = { ...item, ...verdict }
      store.addItems([planned])
      if (isPossible) store.append([{ step: 'remedy', seq: item.seq, data: decided }])
      progress.planned(addTo(totals, [planned]))
    }
  }
  planDamaged(store, audit, totals)
  store.sealPlan(totals, estimateRun(totals, { parallelUploads: 1 }))
}

interface Refusal {
  code: ErrorCode
  message: string
}

interface Place {
  prefixes: readonly PathPrefix[]
  runId: string
  mostGone: Record<'FILE_MISSING' | 'OBJECT_MISSING', boolean>
}

/** So few may well be all that is gone. */
const fewRows = 20

/**
 * More than half of what rows name was not found: then a volume that is not mounted, or another bucket, is likelier than a
 * loss, and no row is deleted for it.
 */
function mostGone(audit: RunStore): Place['mostGone'] {
  const totals = audit.last('audited')
  const isMost = (code: ErrorCode, of: number): boolean => {
    const found = audit.query.number('SELECT count(*) AS found FROM item WHERE code = ?', code)
    return found > fewRows && found > of / 2
  }
  const onS3 = totals?.onS3 ?? 0
  const local = (totals?.documents ?? 0) + (totals?.images ?? 0) - onS3
  return { FILE_MISSING: isMost('FILE_MISSING', local), OBJECT_MISSING: isMost('OBJECT_MISSING', onS3) }
}

function decide(repair: RepairKind, item: Item, place: Place): RepairStep | Refusal {
  const { prefixes, runId } = place
  switch (repair) {
    case 'fixPaths':
      return item.code === 'FILE_SET_ASIDE' ? putBack(item, prefixes) : pointAt(item, prefixes)
    case 'quarantineFiles': {
      // Of a file that no row names, its path is its place.
      const from = item.source ?? item.oldPath
      return { action: 'move-file', from, to: quarantineOf(runId, from) }
    }
    case 'removeObjects':
      return takeAway(item, false)
    case 'unmarkedObjects':
      return takeAway(item, true)
    case 'removeRows':
      return deleteRow(item, place)
  }
}

function deleteRow({ code, oldPath }: Item, { mostGone }: Place): RepairStep | Refusal {
  const isMost = code === 'OBJECT_MISSING' ? mostGone.OBJECT_MISSING : mostGone.FILE_MISSING
  if (!isMost) return { action: 'remove-row' }
  const what = code === 'OBJECT_MISSING' ? 'the objects that rows name' : 'the local files that rows name'
  return { code: 'MOST_MISSING', message: `“${oldPath}” is one of many: more than half of ${what} were not found.` }
}

function pointAt({ code, oldPath, source, key }: Item, prefixes: readonly PathPrefix[]): RepairStep | Refusal {
  if (source === null || code === 'FILE_ON_S3') {
    return { action: 'fix-path', from: oldPath, to: pathOfKey(key ?? '') }
  }
  if (source.startsWith(`${quarantine}/`)) {
    return { code: 'FILE_NOT_PLACED', message: `The document lies at “${source}”, and its row names an object.` }
  }
  const to = storedPathOf(source, prefixes)
  if (to !== null) return { action: 'fix-path', from: oldPath, to }
  return { code: 'FILE_NOT_PLACED', message: `No path that Readur would follow leads to “${source}”.` }
}

/** What a row has to hold so that Readur looks there first; null when nothing would do. */
function storedPathOf(source: string, prefixes: readonly PathPrefix[]): string | null {
  for (const { stored, folder } of prefixes) {
    if (folder !== '' && !source.startsWith(`${folder}/`)) continue
    const path = posix.join(stored, folder === '' ? source : source.slice(folder.length + 1))
    const candidates = candidatesFor(path, prefixes)
    if (candidates.kind === 'inside' && candidates.exact[0] === source) return path
  }
  return null
}

/** Never into the root: Readur moves files from there without telling their rows. */
function putBack({ oldPath, source }: Item, prefixes: readonly PathPrefix[]): RepairStep | Refusal {
  const candidates = candidatesFor(oldPath, prefixes)
  const to = candidates.kind === 'inside' ? candidates.exact.find((path) => path.includes('/')) : undefined
  if (to !== undefined && source !== null) return { action: 'move-file', from: source, to }
  return { code: 'FILE_NOT_PLACED', message: `“${oldPath}” isn’t a place where Readur keeps files.` }
}

function takeAway({ key, size }: Item, unmarked: boolean): RepairStep | Refusal {
  if (size <= largestObject) return { action: 'remove-object', key: key ?? '', unmarked }
  return { code: 'OBJECT_LEFT', message: 'It is larger than 5 GiB, and could not be put back by one request.' }
}
