import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStateFile, type StateRecord } from '../../../../src/main/engine/import/readStateFile.ts'

export const user = '0b6e7d5c-1111-4a4a-8b8b-00000000aaaa'
export const other = '0b6e7d5c-2222-4a4a-8b8b-00000000bbbb'
export const idOf = (n: number): string => `d0c00000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const image = (n: number, change: object = {}) => ({
  file_type: 'processed_image',
  original_path: `/app/uploads/processed_images/${idOf(n)}_processed.png`,
  s3_key: `processed_images/${user}/${idOf(n)}_processed.png`,
  ...change,
})

export const thumbnail = (n: number, change: object = {}) => ({
  file_type: 'thumbnail',
  original_path: `/app/uploads/thumbnails/${idOf(n)}_thumb.jpg`,
  s3_key: `thumbnails/${user}/${idOf(n)}_thumb.jpg`,
  ...change,
})

export const moved = (n: number, change: object = {}) => ({
  document_id: idOf(n),
  user_id: user,
  original_path: `/app/uploads/documents/${idOf(n)}.pdf`,
  s3_key: `documents/${user}/2026/07/${idOf(n)}.pdf`,
  migrated_at: '2026-07-01T10:20:30.123456789Z',
  associated_files: [] as unknown[],
  ...change,
})

export const failed = (n: number, change: object = {}) => ({
  document_id: idOf(n),
  original_path: `./uploads/documents/${idOf(n)}.pdf`,
  error: `Local file not found: ./uploads/documents/${idOf(n)}.pdf`,
  failed_at: '2026-07-01T10:20:31Z',
  ...change,
})

/** As migrate_to_s3 writes it. */
export const state = (change: object = {}) => ({
  started_at: '2026-07-01T10:20:29.5Z',
  completed_migrations: [moved(1, { associated_files: [thumbnail(1), image(1)] }), moved(2)] as unknown[],
  failed_migrations: [failed(3)] as unknown[],
  total_files: 3,
  processed_files: 3,
  ...change,
})

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

export interface Reader {
  dir: string
  /** What is read from a file of these bytes. */
  read: (content: string | Uint8Array) => Promise<StateRecord[]>
  remove: () => Promise<void>
}

export async function openReader(): Promise<Reader> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-states-'))
  const path = join(dir, 'migration_state.json')
  return {
    dir,
    read: async (content) => {
      await writeFile(path, content)
      return readAll(path)
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

export const readAll = (path: string): Promise<StateRecord[]> =>
  collect(readStateFile(path, new AbortController().signal))

type Kind = StateRecord['kind']
export const ofKind = <K extends Kind>(records: readonly StateRecord[], kind: K) =>
  records.filter((record): record is StateRecord & { kind: K } => record.kind === kind)

export const warningsOf = (records: readonly StateRecord[]): string[] =>
  ofKind(records, 'warning').map(({ message }) => message)
export const movedIds = (records: readonly StateRecord[]): string[] =>
  ofKind(records, 'moved').map(({ document }) => document.documentId)
export const headOf = (records: readonly StateRecord[]) => ofKind(records, 'head').map(({ head }) => head)
