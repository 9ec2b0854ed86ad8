import { describe, expect, it } from 'vitest'
import { checkResults, compareWorlds } from '../../../src/sandbox/check.ts'
import type { Expectation } from '../../../src/sandbox/expectations.ts'
import type { Snapshot } from '../../../src/sandbox/snapshot.ts'

const moved = { sha256: 'aa', size: 3 }
const expectations: Expectation[] = [
  {
    documentId: 'd1',
    kind: 'document',
    rowId: 'd1',
    originalPath: './uploads/a.pdf',
    outcome: 'committed',
    key: 'documents/u/2024/01/d1.pdf',
    ...moved,
  },
  {
    documentId: 'd1',
    kind: 'processed_image',
    rowId: 'i1',
    originalPath: './uploads/processed_images/i.png',
    outcome: 'failed',
    code: 'FILE_MISSING',
    story: 'gone',
  },
  { documentId: 'd2', kind: 'document', rowId: 'd2', originalPath: 'b.pdf', outcome: 'failed', code: 'FILE_EMPTY' },
]

const row = (columns: Record<string, unknown>, version = '7') => ({ version, columns })
const empty = { users: {}, sources: {}, failed_documents: {}, ignored_files: {} }
const document = (path: string) => row({ file_path: path, updated_at: 'monday' })
const image = (original: string) =>
  row({
    document_id: 'd1',
    original_image_path: original,
    processed_image_path: './uploads/processed_images/i.png',
  })

const before: Snapshot = {
  rows: {
    ...empty,
    documents: { d1: document('./uploads/a.pdf'), d2: document('b.pdf') },
    processed_images: { i1: image('./uploads/a.pdf') },
    ocr_queue: { q1: row({ status: 'completed' }) },
  },
  files: { 'documents/a.pdf': { kind: 'file', size: 3, mtimeMs: 1, sha256: 'aa' } },
  objects: { foreign: { sha256: 'ff', size: 9 } },
}
const after: Snapshot = {
  rows: {
    ...empty,
    documents: { d1: document('s3://documents/u/2024/01/d1.pdf'), d2: document('b.pdf') },
    processed_images: { i1: image('s3://documents/u/2024/01/d1.pdf') },
    ocr_queue: { q1: row({ status: 'completed' }) },
  },
  files: { 'documents/a.pdf': { kind: 'file', size: 3, mtimeMs: 1, sha256: 'aa' } },
  objects: { foreign: { sha256: 'ff', size: 9 }, 'documents/u/2024/01/d1.pdf': moved },
}

describe('compareWorlds', () => {
  it('finds nothing where all is as it must be', () => {
    expect(compareWorlds(before, after, expectations)).toEqual([])
    expect(compareWorlds(before, before, [])).toEqual([])
  })

  it.each<[string, (world: Snapshot) => void, string]>([
    ['a row that was not moved', (w) => void (w.rows.documents.d1 = document('./uploads/a.pdf')), 'd1: file_path is'],
    ['a row that should not move', (w) => void (w.rows.documents.d2 = document('s3://x')), 'd2: file_path is "s3://x"'],
    [
      'another column of a moved row',
      (w) => void (w.rows.documents.d1 = row({ ...w.rows.documents.d1?.columns, updated_at: 'tuesday' })),
      'd1: updated_at is "tuesday", not "monday"',
    ],
    [
      'a row written again with equal values',
      (w) => void (w.rows.documents.d2 = row(document('b.pdf').columns, '8')),
      'd2: the row was written again',
    ],
    ['a path that did not follow', (w) => void (w.rows.processed_images.i1 = image('./uploads/a.pdf')), 'i1: original'],
    ['a row that is gone', (w) => void (w.rows.ocr_queue = {}), 'q1: the row is gone'],
    ['a new row', (w) => void (w.rows.users.u9 = row({})), 'users u9: the row is new'],
    ['a file that is gone', (w) => void (w.files = {}), 'documents/a.pdf: is gone'],
    ['a new file', (w) => void (w.files.state = { kind: 'file' }), 'state: is new'],
    [
      'a changed file',
      (w) => void (w.files['documents/a.pdf'] = { kind: 'file', size: 3, mtimeMs: 1, sha256: 'ab' }),
      'documents/a.pdf: changed',
    ],
    ['a missing object', (w) => void (w.objects = { foreign: { sha256: 'ff', size: 9 } }), 'd1.pdf: is missing'],
    [
      'an object with other bytes',
      (w) => void (w.objects['documents/u/2024/01/d1.pdf'] = { sha256: 'ab', size: 3 }),
      'd1.pdf: is {"sha256":"ab"',
    ],
    ['a foreign object overwritten', (w) => void (w.objects.foreign = moved), 'foreign: is'],
    ['an object too many', (w) => void (w.objects.extra = moved), 'extra: should not be there'],
  ])('finds %s', (_, spoil, line) => {
    const world = structuredClone(after)
    spoil(world)
    expect(compareWorlds(before, world, expectations)).toEqual([expect.stringContaining(line)])
  })
})

describe('checkResults', () => {
  const results = expectations.map(({ documentId, rowId, kind, outcome, code }) => ({
    documentId,
    rowId,
    kind,
    outcome,
    code: code ?? null,
  }))

  it('accepts what was planted, and remarks on items that were moved', () => {
    expect(checkResults(expectations, results)).toEqual([])
    const remarked = results.map((result) => ({ ...result, code: result.code ?? 'FILE_SHARED' }))
    expect(checkResults(expectations, remarked)).toEqual([])
  })

  it.each<[string, (list: typeof results) => unknown, string]>([
    ['an item that is not mentioned', (list) => list.pop(), 'd2: the run does not mention it'],
    ['an item twice', (list) => list.push(...results.slice(0, 1)), 'd1: the run mentions it 2 times'],
    ['another outcome', (list) => list.splice(0, 1, { ...one(0), outcome: 'failed' }), 'failed, not committed'],
    [
      'another reason',
      (list) => list.splice(1, 1, { ...one(1), code: 'FILE_EMPTY' }),
      'i1 (gone): failed FILE_EMPTY, not failed FILE_MISSING',
    ],
    ['another document', (list) => list.splice(2, 1, { ...one(2), documentId: 'd9' }), 'reported for document d9'],
    ['an item that nobody planted', (list) => list.push({ ...one(0), rowId: 'd7' }), 'd7: no such item was planted'],
  ])('finds %s', (_, spoil, line) => {
    const list = structuredClone(results)
    spoil(list)
    expect(checkResults(expectations, list)).toEqual([expect.stringContaining(line)])
  })

  function one(index: number) {
    const result = results[index]
    if (!result) throw new Error('no such result')
    return result
  }
})
