/**
 * Every error and every finding that the product can report, in one place. A code is stable: scripts, tests and
 * documents may rely on it. `title` says what happened in a few words, `remedy` what to do next.
 */
export const errorCatalogue = {
  // What a plan finds about a document's file or row.
  FILE_MISSING: {
    title: 'File not found',
    remedy:
      'Restore the file from a backup to the path shown, then plan again. The row was left as it is; nothing was lost by this run.',
  },
  FILE_RECOVERABLE: {
    title: 'File found in another folder than its row says',
    remedy:
      'Readur itself cannot find this file. Correct the path of the row to the place shown (or move the file back), then plan again.',
  },
  FILE_UNREADABLE: {
    title: 'File cannot be read',
    remedy: 'Give the account that runs this program read permission on the file and its folders, then plan again.',
  },
  FILE_NOT_REGULAR: {
    title: 'Not a regular file',
    remedy:
      'A folder, pipe, socket or device lies where the document should be. Look at the path shown and restore the file.',
  },
  FILE_EMPTY: {
    title: 'File is empty although the document is not',
    remedy: 'The file was cut to zero bytes. Restore it from a backup, then plan again.',
  },
  FILE_SHARED: {
    title: 'Several rows point at one file',
    remedy: 'Each document gets an object of its own. Nothing needs to be done.',
  },
  PATH_OUTSIDE: {
    title: 'Path leaves the uploads folder',
    remedy:
      'The path climbs out of the uploads folder or passes a symbolic link to the outside, so it was not followed. Correct the row, or map the path with --map.',
  },
  PATH_EMPTY: { title: 'Row has no path', remedy: 'The row names no file. Correct or remove it in Readur.' },
  OWNER_MISSING: {
    title: 'Document has no owner',
    remedy: 'Readur puts the owner into the object key. Assign the document to a user, then plan again.',
  },
  KEY_TOO_LONG: {
    title: 'Object path would be longer than the row can hold',
    remedy: 'The column holds 500 characters. Shorten the extension of the file name, then plan again.',
  },
  KEY_TAKEN: {
    title: 'Another file of this plan has the same key',
    remedy: 'Two rows name different files that would become one object. Correct one of the paths, then plan again.',
  },
  ALREADY_ON_S3: { title: 'Already on S3', remedy: 'Nothing needs to be done.' },

  // What can happen to one item while it is copied, verified and committed.
  SOURCE_CHANGED: {
    title: 'File changed since it was planned or while it was read',
    remedy: 'The copy was discarded. Run again when nothing writes to the file.',
  },
  HASH_MISMATCH: {
    title: 'File is damaged',
    remedy:
      'The bytes on disk are not those that were uploaded to Readur. Restore the file from a backup, then run again.',
  },
  IMAGE_REENCODED: {
    title: 'Image differs from its recorded hash',
    remedy:
      'Readur turns photographs upright after it has computed the hash, so this is expected. The stored bytes were copied.',
  },
  OBJECT_DIFFERS: {
    title: 'Another object lies at the key of this document',
    remedy: 'It was left as it is. Compare it with the local file, move or remove it, then run again.',
  },
  VERIFY_FAILED: {
    title: 'The stored object is not what was sent',
    remedy:
      'The bad copy was removed and the row was left alone. Run again; if it happens again, check the storage service.',
  },
  ROW_CHANGED: {
    title: 'The row was changed by someone else',
    remedy: 'The row was left as it is now. Plan again to see it in its new state.',
  },
  ROW_VANISHED: {
    title: 'The document was deleted in the meantime',
    remedy: 'Nothing needs to be done. The copy that this run made was removed.',
  },
  ROW_LOCKED: {
    title: 'The row is locked by another session',
    remedy: 'Something else holds this row. Wait for it or end that session, then run again.',
  },
  INTERRUPTED: { title: 'Interrupted', remedy: 'Run again: what is done stays done and is not sent twice.' },

  // The object store.
  S3_UNREACHABLE: {
    title: 'Cannot reach the storage service',
    remedy: 'Check S3_ENDPOINT_URL, the network and the firewall, then run again.',
  },
  S3_ACCESS_DENIED: {
    title: 'The storage service denied access',
    remedy:
      'The key needs s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload on the objects, s3:ListBucket and s3:ListBucketMultipartUploads on the bucket.',
  },
  S3_BAD_CREDENTIALS: {
    title: 'The storage service does not accept the credentials',
    remedy: 'Check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY; a temporary token may have expired.',
  },
  S3_NO_BUCKET: { title: 'The bucket does not exist', remedy: 'Create the bucket, or correct S3_BUCKET_NAME.' },
  S3_WRONG_REGION: { title: 'The bucket lies in another region', remedy: 'Set S3_REGION to the region of the bucket.' },
  S3_CLOCK_SKEW: {
    title: 'The clock of this computer is wrong',
    remedy: 'S3 refuses requests whose time is off by minutes. Set the clock, then run again.',
  },
  S3_THROTTLED: {
    title: 'The storage service asks for fewer requests',
    remedy: 'It kept refusing after many tries. Run again later, or with a lower --parallel-uploads.',
  },
  S3_REJECTED: {
    title: 'The storage service refused the request',
    remedy: 'See the cause below. The row was left alone.',
  },
  S3_INTEGRITY: {
    title: 'The storage service received other bytes than were sent',
    remedy:
      'The upload was refused by its checksum. Check the network path and memory of this computer, then run again.',
  },

  // The database.
  DB_UNREACHABLE: {
    title: 'Cannot reach the database',
    remedy: 'Check DATABASE_URL (host, port), that PostgreSQL runs and accepts connections from here.',
  },
  DB_BAD_CREDENTIALS: {
    title: 'The database does not accept the login',
    remedy: 'Check user and password in DATABASE_URL.',
  },
  DB_MISSING: { title: 'The database does not exist', remedy: 'Check the database name in DATABASE_URL.' },
  DB_NOT_READUR: {
    title: 'This is not a Readur database, or one of an unknown version',
    remedy: 'Check the database name in DATABASE_URL. Tables or columns that are needed are missing, see below.',
  },
  DB_PRIVILEGE: {
    title: 'The database user lacks a privilege',
    remedy: 'Connect as the user that Readur uses (the owner of its tables), or grant SELECT and UPDATE on them.',
  },
  DB_BUSY: {
    title: 'Another run works on this database',
    remedy: 'Only one run at a time may change a database. Wait for the other one or stop it.',
  },
  DB_TIMEOUT: {
    title: 'The database took too long',
    remedy: 'Raise DATABASE_TIMEOUT (seconds), or look for long transactions that block it.',
  },
  DB_LOST: {
    title: 'The connection to the database was lost',
    remedy: 'Check the database and the network, then run again.',
  },
  DB_REJECTED: {
    title: 'The database refused a statement',
    remedy: 'See the cause below. The transaction was rolled back.',
  },
  SOURCE_WOULD_INGEST: {
    title: 'A Readur source watches the folder that we would write to',
    remedy:
      'Readur would import every migrated file once more. Disable that S3 source, or change its watch folders, then run again.',
  },

  // The uploads folder, settings and our own files.
  UPLOADS_MISSING: {
    title: 'The uploads folder was not found',
    remedy: 'Name the folder that holds documents/ with READUR_UPLOADS_DIR, --uploads or --map.',
  },
  SETTING_MISSING: {
    title: 'A setting is missing',
    remedy: 'Set it in the environment or in the file named with --env-file.',
  },
  SETTING_INVALID: { title: 'A setting is not valid', remedy: 'Correct the value shown.' },
  PROFILE_NOT_FOUND: {
    title: 'No such profile',
    remedy: 'See the names with the command: profiles list',
  },
  RUN_NOT_FOUND: { title: 'No such run', remedy: 'See the runs with the command: runs list' },
  RUN_NOT_STARTABLE: {
    title: 'This run cannot be started',
    remedy: 'Only a plan that has not run yet can be started. Plan again.',
  },
  RUN_STORE_INVALID: {
    title: 'The run store cannot be read',
    remedy: 'The file is damaged or was written by a newer version. It was left as it is.',
  },
  OBJECT_LEFT: {
    title: 'A copy that nothing points at could not be removed',
    remedy: 'It does no harm and takes space. Remove it by hand, or leave it: a later run finds it and uses it.',
  },
  ROLLBACK_BLOCKED: {
    title: 'The document was not rolled back',
    remedy: 'Its row still points at the object, which is whole and was kept. See the cause, then roll back again.',
  },
  INTERNAL: {
    title: 'Unexpected error',
    remedy: 'Please report it with the text below. Documents and rows are as the run report says.',
  },
} as const satisfies Record<string, { title: string; remedy: string }>

/** Stable name of an error or finding. */
export type ErrorCode = keyof typeof errorCatalogue

/** An error as data: what crosses IPC, is written to the journal and printed. Holds no secret. */
export interface ErrorData {
  code: ErrorCode
  title: string
  /** What happened, with the particulars of this case. */
  message: string
  /** The document, path, key or host that it happened to. */
  subject?: string
  remedy: string
  /** Messages of the underlying errors, outermost first. */
  causes: string[]
}
