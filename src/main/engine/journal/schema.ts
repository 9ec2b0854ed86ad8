/** Version of the run store's layout, kept in SQLite's user_version. Raise it with a migration and a fixture. */
export const schemaVersion = 3

/**
 * Versions that can be read and gone on with. 1 has neither `run.parent` nor `path_snapshot`, and carries a view of its
 * own that ours hides; 2 has no checksums. They keep their layout.
 */
export const knownVersions: readonly number[] = [1, 2, schemaVersion]

/** What the checksum of a row covers: texts and numbers, in this order. */
export const checked = {
  run: {
    texts: [
      ...['id', 'kind', 'parent', 'app_version', 'host', 'profile_id', 'profile_name', 'database'],
      ...['database_identity', 'uploads', 'store', 'bucket', 'plan_options'],
    ],
    numbers: ['created_at', 'pid'],
  },
  item: {
    texts: [
      ...[
        'kind',
        'document_id',
        'row_id',
        'user_id',
        'filename',
        'old_path',
        'source',
        'key',
        'mime_type',
        'file_hash',
      ],
      ...['verdict', 'code', 'message', 'followers'],
    ],
    numbers: ['seq', 'size', 'mtime_ms'],
  },
  journal: { texts: ['step', 'code', 'data'], numbers: ['id', 'at', 'seq'] },
  path_snapshot: { texts: ['document_id', 'column_name', 'row_id', 'path'], numbers: [] },
} as const
export type Table = keyof typeof checked

/** Rows and their paths as they were before the run touched them: the backup that is restored as SQL. */
const snapshotSchemaWith = (checksum: string): string => `
CREATE TABLE IF NOT EXISTS path_snapshot (
  document_id TEXT NOT NULL,
  column_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  path TEXT NOT NULL,${checksum}
  PRIMARY KEY (document_id, column_name, row_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS snapshot_no_update BEFORE UPDATE ON path_snapshot
  BEGIN SELECT RAISE(ABORT, 'path_snapshot is append-only'); END;
CREATE TRIGGER IF NOT EXISTS snapshot_no_delete BEFORE DELETE ON path_snapshot
  BEGIN SELECT RAISE(ABORT, 'path_snapshot is append-only'); END;
`

/** For a store of version 1. */
export const oldSnapshotSchema = snapshotSchemaWith('')

/**
 * One SQLite file a run. Nothing in it is ever changed or deleted: the triggers hold that, not our good intentions.
 * `item` is the plan. `journal` has a line before (intent) and after (outcome) every step.
 */
export const schema = `
CREATE TABLE run (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  parent TEXT,
  created_at INTEGER NOT NULL,
  app_version TEXT NOT NULL,
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  profile_name TEXT NOT NULL,
  database TEXT NOT NULL,
  database_identity TEXT NOT NULL,
  uploads TEXT NOT NULL,
  store TEXT NOT NULL,
  bucket TEXT NOT NULL,
  plan_options TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE item (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  document_id TEXT NOT NULL,
  row_id TEXT NOT NULL,
  user_id TEXT,
  filename TEXT NOT NULL,
  old_path TEXT NOT NULL,
  source TEXT,
  key TEXT,
  size INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  mime_type TEXT,
  file_hash TEXT,
  verdict TEXT NOT NULL,
  code TEXT,
  message TEXT,
  followers TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  seq INTEGER,
  step TEXT NOT NULL,
  code TEXT,
  data TEXT,
  checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_seq ON journal (seq, id) WHERE seq IS NOT NULL;
CREATE INDEX journal_step ON journal (step, seq);

CREATE TRIGGER run_no_update BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'run is append-only'); END;
CREATE TRIGGER run_no_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'run is append-only'); END;
CREATE TRIGGER item_no_update BEFORE UPDATE ON item BEGIN SELECT RAISE(ABORT, 'item is append-only'); END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'item is append-only'); END;
CREATE TRIGGER item_sealed BEFORE INSERT ON item WHEN EXISTS (SELECT 1 FROM journal WHERE step = 'planned')
  BEGIN SELECT RAISE(ABORT, 'the plan is sealed'); END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
${snapshotSchemaWith('\n  checksum INTEGER NOT NULL,')}`

/** Made once the plan is whole: for a million items that takes a fraction of the time of keeping them up to date. */
export const itemIndexes: readonly string[] = [
  `CREATE INDEX IF NOT EXISTS item_code ON item (code, seq) WHERE code IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS item_source ON item (source) WHERE verdict = 'move'`,
  `CREATE INDEX IF NOT EXISTS item_key ON item (key) WHERE verdict = 'move'`,
  `CREATE INDEX IF NOT EXISTS item_document ON item (document_id)`,
]

const outcomes = `('committed', 'failed', 'restored', 'restore-failed', 'freed', 'gone')`

/**
 * What every connection adds for itself, so that stores of all versions are read alike. `outcome`: the line that says
 * where an item stands, the last of its outcomes; none after `uncommit-intent`, when only its row knows, as after
 * `commit-intent`. `copy`: what was last verified of an item's object. Both see what `soundViews` leaves of the journal.
 */
export const views = `
CREATE TEMP VIEW outcome AS
  SELECT j.seq, j.step, j.code, j.data, j.at, j.id FROM journal j
  WHERE j.step IN ${outcomes} AND j.seq IS NOT NULL
    AND j.id = (SELECT max(k.id) FROM journal k WHERE k.seq = j.seq
      AND (k.step IN ${outcomes} OR k.step = 'uncommit-intent'));
CREATE TEMP VIEW copy AS
  SELECT j.seq, j.data, j.id FROM journal j
  WHERE j.step = 'verified' AND j.seq IS NOT NULL
    AND j.id = (SELECT max(k.id) FROM journal k WHERE k.seq = j.seq AND k.step = 'verified');
`

/** Hides damaged rows from everything that reads plan and journal through this connection. */
export const soundViews = `
CREATE TEMP TABLE damaged_item (seq INTEGER PRIMARY KEY);
CREATE TEMP TABLE damaged_line (id INTEGER PRIMARY KEY);
CREATE TEMP VIEW item AS SELECT * FROM main.item WHERE seq NOT IN (SELECT seq FROM damaged_item);
CREATE TEMP VIEW journal AS SELECT * FROM main.journal WHERE id NOT IN (SELECT id FROM damaged_line);
`
