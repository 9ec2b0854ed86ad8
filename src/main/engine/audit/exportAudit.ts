import { errorCatalogue } from '../../../shared/errors.ts'
import { csvOf } from '../csv.ts'
import type { RunHeader } from '../journal/header.ts'
import { itemPages } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Item } from '../plan/item.ts'
import { auditReportOf } from './audit.ts'

/** One thing that an audit has found, as it is written for others. */
interface Line {
  code: string
  title: string
  severity: 'amiss' | 'note'
  about: string
  document_id: string
  row_id: string
  user_id: string
  filename: string
  /** As the row has it. */
  path: string
  /** Where the file lies or the object is, from the very beginning; empty where there is none. */
  full_path: string
  size: number
  message: string
}

const columns = [
  'code',
  'title',
  'severity',
  'about',
  'document_id',
  'row_id',
  'user_id',
  'filename',
  'path',
  'full_path',
  'size',
  'message',
] as const satisfies readonly (keyof Line)[]

function* linesOf(store: RunStore): Generator<Line> {
  for (const items of itemPages(store)) for (const item of items) yield lineOf(store, item)
}

/** Where a file lies or an object is, from the very beginning; null where there is neither. */
export function fullPathOf(
  { uploads, bucket }: Pick<RunHeader, 'uploads' | 'bucket'>,
  { source, key }: Pick<Item, 'source' | 'key'>,
): string | null {
  if (source !== null) return `${uploads.replace(/\/$/, '')}/${source}`
  return key === null ? null : `s3://${bucket}/${key}`
}

function lineOf({ header }: RunStore, item: Item): Line {
  const { code, kind } = item
  return {
    code: code ?? '',
    title: code === null ? '' : errorCatalogue[code].title,
    severity: item.verdict === 'blocked' ? 'amiss' : 'note',
    about: kind,
    document_id: item.documentId,
    row_id: item.rowId,
    user_id: item.userId ?? '',
    filename: item.filename,
    path: kind === 'document' || kind === 'processed_image' ? item.oldPath : '',
    full_path: fullPathOf(header, item) ?? '',
    size: item.size,
    message: item.message ?? '',
  }
}

/** The report, with everything that was found. */
function* jsonOf(store: RunStore): Generator<string> {
  const { header } = store
  const about = {
    ...auditReportOf(store),
    database: header.database,
    bucket: header.bucket,
    uploads: header.uploads,
    audited_at: new Date(header.createdAt).toISOString(),
  }
  yield `${JSON.stringify(about, null, 2).replace(/\n\}$/, '')},\n  "findings": [`
  let separator = '\n'
  for (const line of linesOf(store)) {
    yield `${separator}    ${JSON.stringify(line)}`
    separator = ',\n'
  }
  yield separator === '\n' ? ']\n}\n' : '\n  ]\n}\n'
}

/** All that an audit has found: one line each for spreadsheets, or its report with all of them. Streams. */
export const auditFindings = (store: RunStore, format: 'csv' | 'json'): Iterable<string> =>
  format === 'csv' ? csvOf(columns, linesOf(store)) : jsonOf(store)
