import { join } from 'node:path'
import Database from 'libsql'
import { openDataDir } from '../../src/main/dataDir.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'

/** So many documents in a thousand cannot be moved. */
export const blockedOfThousand = 1
export const million = 1_000_000

/** A plan of a million documents, as a run store that nobody planned: made by SQL within seconds. */
export function makeMillionRows(home: string): string {
  const folder = openDataDir({ READUR_MIGRATE_HOME: home }).runs
  const store = new RunFolder(folder).create({
    kind: 'migrate',
    parent: null,
    appVersion: '0.1.0',
    profileId: 'none',
    profileName: 'Large',
    database: '127.0.0.1:5432/readur',
    databaseIdentity: 'large/1',
    uploads: '/srv/readur/uploads',
    store: 'AWS us-east-1, bucket documents',
    bucket: 'documents',
    planOptions: {},
  })
  const { id } = store.header
  store.close()
  const database = new Database(join(folder, `${id}.sqlite`))
  database.pragma('synchronous = OFF')
  const indexes = database
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'item' AND sql IS NOT NULL`)
    .all() as { name: string; sql: string }[]
  // Built at the end in one go, which is three times as fast.
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`)
  database.exec(`WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${million})
    INSERT INTO item SELECT x, 'document', printf('%08x-0000-4000-8000-%012x', x, x),
      printf('%08x-0000-4000-8000-%012x', x, x), printf('00000000-0000-4000-8000-%012x', x % 40),
      'Scan ' || x || CASE x % 5 WHEN 0 THEN '.png' ELSE '.pdf' END, '/app/uploads/documents/' || x || '.pdf',
      'documents/' || x || '.pdf', 'documents/ada/2024/05/' || x || '.pdf', (x * 7919) % 5000000, 1700000000000.0,
      CASE x % 5 WHEN 0 THEN 'image/png' ELSE 'application/pdf' END, NULL,
      CASE x % 1000 WHEN 0 THEN 'blocked' ELSE 'move' END, CASE x % 1000 WHEN 0 THEN 'FILE_MISSING' END,
      CASE x % 1000 WHEN 0 THEN 'No file lies there.' END, '[]', 0 FROM n`)
  for (const { sql } of indexes) database.exec(sql)
  database.close()

  const made = new RunFolder(folder).open(id, 'write')
  const blocked = (million / 1000) * blockedOfThousand
  const counts = { documents: million, items: million, move: million - blocked, skip: 0, blocked }
  made.sealPlan({ ...counts, bytes: 2_500_000_000_000 }, { seconds: 40_000, basis: 'assumption' })
  made.close()
  return id
}
