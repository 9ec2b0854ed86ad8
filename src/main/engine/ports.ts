import type { DocumentCounts } from '../../shared/documentCounts.ts'

/**
 * What the engine needs from the world. Adapters implement these; the engine imports no vendor's code.
 * Every method throws MigrateError and nothing else. Sizes are bytes, times milliseconds since 1970.
 */

export interface ProcessedImageRow {
  id: string
  processedPath: string
  originalPath: string
}

/** A row of `documents` without its text columns, with the images that OCR made of it. */
export interface DocumentRow {
  id: string
  userId: string | null
  filename: string
  filePath: string
  fileSize: number | null
  /** Lowercase hex SHA-256 of the uploaded bytes. */
  fileHash: string | null
  mimeType: string | null
  createdAt: number | null
  images: ProcessedImageRow[]
}

export interface DatabaseFacts {
  /** e.g. `127.0.0.1:5432/readur`. */
  label: string
  /** Tells databases apart even when the host name is the same. */
  identity: string
  version: string
  /** `table` or `table.column` that Readur has and this database has not. */
  missing: string[]
  /** `table.column` that we may not update. */
  notUpdatable: string[]
  /** Enabled sources of type S3. */
  s3Sources: { name: string; bucket: string; folders: string[] }[]
  /** OCR queue rows that are pending or under way. */
  ocrPending: number
  /** The running server, which a copy of the database does not share. */
  instance: DatabaseInstance
  /** What this program has left in the database; null where it has left nothing, or this account may not see it. */
  mark: DatabaseMark | null
  /** This account can leave a mark: it may make a schema, or change the mark that is there. */
  mayMark: boolean
}

/** What tells a database from its copies. A value that this account may not ask for is null. */
export interface DatabaseInstance {
  /** As in `DatabaseFacts`: shared by a physical copy, not by a restored dump. */
  identity: string
  /** Where it was reached, as people write it. */
  address: string
  /** When the server was started, exactly as it says. Any copy was started on its own. */
  startedAt: string
  /** When the files of the server came to be where they are (PostgreSQL, pg_stat_file): a copied folder has its own. */
  filesSince: string | null
}

/** What this program leaves in a database, in a schema of its own, to know it again; see engine/ownership. */
export interface DatabaseMark {
  id: string
  /** The identity of the database that was marked: a restored dump brings the mark of another. */
  identity: string
  nonce: string
  /** The nonce of a claim that was about to be written; it counts as well. */
  nextNonce: string | null
}

/**
 * The right to remove or move one thing that no transaction can bring back: proved a moment ago, and good for seconds.
 * A process that slept meanwhile has lost it.
 */
export interface Permit {
  /** Milliseconds since 1970, on this computer's clock. What is sent to a service must be refused there later than `expiresAt`. */
  readonly provedAt: number
  readonly expiresAt: number
  /** Nobody else can need what it is for, so a request without an answer need not be waited for. */
  readonly isHarmless: boolean
  /** To be called right before the request or the system call. Throws PERMIT_EXPIRED. */
  assertFresh(): void
}

/** A column that holds a path. */
export type PathColumn =
  'documents.file_path' | 'processed_images.processed_image_path' | 'processed_images.original_image_path'

/** Set `column` of row `id` to `to`, provided that it still is `from`. */
export interface PathChange {
  column: PathColumn
  id: string
  from: string
  to: string
  /** Made too, each under its own guard, once this row holds `to`. Whether they find their row is of no consequence. */
  followers: Omit<PathChange, 'followers'>[]
}

/**
 * `changed`: now `to`. `already`: was `to` before. `differs`: holds `current`, left alone. `gone`: no such row.
 */
export type PathOutcome = { result: 'changed' | 'already' | 'gone' } | { result: 'differs'; current: string | null }

/** `locked`: another session holds the row, which was left alone. */
export type ChangeOutcome = PathOutcome | { result: 'locked' }

/** A document's row with every row that would go with it or lose what it points at: whole, and understood by the adapter alone. */
export interface SavedDocument {
  documentId: string
  filePath: string
  rows: string
}

/** Proof that no other run works on this database. Only its holder can change rows. */
export interface RunLock {
  /**
   * Rises when the lock was lost with its session and taken again: in between, others may have worked here. What was
   * proved before has to be proved again.
   */
  readonly epoch: number
  /**
   * All changes in one transaction, each guarded by its old value. Outcomes in the order of `changes`. `changed` is what
   * this very call has made, even where the answer of the database was lost; `already` is what somebody else has made, or
   * an earlier call. An error of scope `item` means that none was made for the sake of one of them; which one, fewer
   * changes at a time will tell. Throws LOCK_RENEWED, and changes nothing, when the lock is of another epoch than `epoch`
   * by now.
   */
  changePaths(changes: readonly PathChange[], epoch: number, signal: AbortSignal): Promise<ChangeOutcome[]>
  /** How the rows stand to these changes; changes nothing. `already` or `differs` or `gone`. */
  look(changes: readonly PathChange[], signal: AbortSignal): Promise<PathOutcome[]>
  /** Those of `paths` that any row of any table with paths holds. */
  referenced(paths: readonly string[], signal: AbortSignal): Promise<Set<string>>
  /** The document as it is, to be put back later; null when it is gone. Throws DB_PRIVILEGE where it could not be put back. */
  saveDocument(id: string, signal: AbortSignal): Promise<SavedDocument | null>
  /** Deletes a document with all that goes with it, if all of it still is what was saved. */
  deleteDocument(saved: SavedDocument, signal: AbortSignal): Promise<'deleted' | 'gone' | 'differs'>
  /** Puts back what was deleted, all of it or nothing. `there`: a document of this id is there, and was left as it is. */
  restoreDocument(saved: SavedDocument, signal: AbortSignal): Promise<'restored' | 'there'>
  /**
   * Proves that this session holds the lock of this epoch, and that the database still bears the mark with this nonce
   * (null: none is asked for). What was proved is on record for `leaseMs`, so that the next holder of the lock can wait
   * for it to expire. Returns those of `paths` that any row of any table with paths holds. Throws LOCK_RENEWED.
   */
  prove(
    claim: { epoch: number; nonce: string | null; leaseMs: number },
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<Set<string>>
  /** Milliseconds until what an earlier holder has proved is no longer good; 0 when nothing is open. */
  leaseLeft(signal: AbortSignal): Promise<number>
  readMark(signal: AbortSignal): Promise<DatabaseMark | null>
  /**
   * Replaces the mark, if it still is `was`. `changed`: another session has written it since. `refused`: this account may not
   * leave a mark, since it may not make a schema.
   */
  writeMark(
    mark: DatabaseMark,
    was: DatabaseMark | null,
    signal: AbortSignal,
  ): Promise<'written' | 'changed' | 'refused'>
  /** `isOrderly`: nothing that was permitted is still under way, so the next holder need not wait for it. */
  release(isOrderly?: boolean): Promise<void>
}

/** A path that a row outside of `documents` and `processed_images` holds. */
export interface Mention {
  table: 'failed_documents' | 'ignored_files'
  path: string
}

export interface ReadurDatabase {
  facts(signal: AbortSignal): Promise<DatabaseFacts>
  /** Pages of all documents in the order that keeps updates heap-only. */
  documents(filter: { userId?: string | undefined }, signal: AbortSignal): AsyncIterable<DocumentRow[]>
  /** Those of at most some hundred documents that still exist, as they are now; in no order. */
  documentsById(ids: readonly string[], signal: AbortSignal): Promise<DocumentRow[]>
  /** Documents chosen at random, none of them twice: so many, or all there are. In no order. */
  randomDocuments(count: number, signal: AbortSignal): Promise<DocumentRow[]>
  /** Names of those of these users that exist, at most some thousand. */
  userNames(ids: readonly string[], signal: AbortSignal): Promise<Map<string, string>>
  /** Those of these documents whose local file an OCR worker may be about to read. */
  awaitingOcr(ids: readonly string[], signal: AbortSignal): Promise<Set<string>>
  /** Pages of what other tables than those of documents and their images say of files. */
  mentions(signal: AbortSignal): AsyncIterable<Mention[]>
  /** Where all documents are; reads every row once, without its text. */
  counts(signal: AbortSignal): Promise<DocumentCounts>
  /** Throws DB_BUSY when another run holds the lock. */
  lock(signal: AbortSignal): Promise<RunLock>
  /** Ends what is kept open between calls. No look-ups by id after it. */
  close(): Promise<void>
}

/** Two equal stamps: the same file with the same content, as far as the file system can tell. */
export interface FileStamp {
  size: number
  mtimeMs: number
  /** Device and inode where the file system has them. */
  identity: string | null
}

/** A link to a folder outside of the uploads folder, and where it really leads. */
export interface LeavingLink {
  path: string
  target: string
}

export type FileFacts =
  | { kind: 'file'; stamp: FileStamp }
  | { kind: 'absent' }
  | { kind: 'special'; what: string }
  | { kind: 'outside'; reason: string; link?: LeavingLink | undefined }
  | { kind: 'unreadable'; reason: string }

export interface SourceFile {
  readonly stamp: FileStamp
  /** The bytes from the start, of a file that has grown only one more than the stamp says. May be called again. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** The stamp as it is now. */
  restat(): Promise<FileStamp>
  close(): Promise<void>
}

/**
 * A name in the uploads folder. A link is itself, `target` what it leads to: relative to the folder, null where that is
 * outside or nowhere. `written`: its text, which means something else in Readur's container. A folder is listed only when
 * it cannot be looked into.
 */
export type ListedFile = { path: string } & (
  | { kind: 'file'; stamp: FileStamp }
  | { kind: 'link'; target: string | null; written: string }
  | { kind: 'special'; what: string }
  | { kind: 'unreadable'; reason: string }
)

/** What the bytes of a file must be. */
export interface Content {
  size: number
  /** Lowercase hex. */
  sha256: string
}

/** The uploads folder. Paths are relative to it, with `/`. Nothing outside of it is ever touched. */
export interface UploadsFolder {
  /** For people. */
  readonly label: string
  /** Its path, as it was named. */
  readonly namedRoot: string
  /** Throws UPLOADS_MISSING. */
  check(): Promise<void>
  inspect(path: string): Promise<FileFacts>
  /** The same of many, in the order of `paths`; cheaper than one by one. */
  inspectAll(paths: readonly string[]): Promise<FileFacts[]>
  /**
   * Pages of all names, in no order, one of them perhaps twice; links are not followed. What appears or goes meanwhile may
   * be listed or not. Throws UPLOADS_MISSING.
   */
  list(signal: AbortSignal): AsyncIterable<ListedFile[]>
  /** Opens a regular file for reading; throws FILE_* or PATH_OUTSIDE. Never waits on a pipe. */
  open(path: string): Promise<SourceFile>
  /**
   * Writes a new file, with the folders above it. It appears under its name whole and durable, or not at all; its
   * owner is that of the folder where we may set it. Throws FILE_TAKEN when anything lies there, VERIFY_FAILED when the
   * bytes are not `content`, FILE_UNWRITABLE, PATH_OUTSIDE.
   */
  place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void>
  /** Removes what an interrupted `place` of this path has left beside the file. Throws as `place`. */
  clearUnfinished(path: string): Promise<void>
  /**
   * Gives a regular file another name in this folder, with the folders above it; durable when it returns. A crash or an
   * error may leave both names: then the same call finishes it. Throws FILE_TAKEN when anything lies at `to` (unless it is this very file), FILE_MISSING,
   * FILE_UNWRITABLE, PATH_OUTSIDE, PERMIT_EXPIRED.
   */
  move(from: string, to: string, permit: Permit): Promise<void>
  /**
   * Deletes a regular file, durably. No error when nothing is there. Throws FILE_NOT_REGULAR, FILE_UNWRITABLE,
   * PATH_OUTSIDE, PERMIT_EXPIRED.
   */
  remove(path: string, permit: Permit): Promise<void>
}

/** What a connection may ask for beside the bytes. */
export type StorageOption = 'encryption' | 'storage class'

export interface ObjectFacts {
  size: number
  /** What the connection asks for and the object has not. */
  lacks: readonly StorageOption[]
  /** Without quotes. */
  etag: string | null
  /**
   * What every write to the key changes: a strong ETag, the time and, where there is one, the version, in one word. Two
   * looks that find the same have found the same bytes. Null where the service says too little for that.
   */
  revision: string | null
  contentType: string | null
  metadata: Record<string, string>
}

export interface ListedObject {
  key: string
  size: number
  /** Without quotes. */
  etag: string | null
  modifiedAt: number
}

export interface ObjectPage {
  objects: ListedObject[]
  /** Pass as `from` to go on; null after the last page. */
  next: string | null
}

/** What an object is to be, apart from its bytes. */
export interface ObjectHead {
  key: string
  contentType: string
  metadata: Record<string, string>
}

export interface PutRequest extends ObjectHead {
  size: number
  /** A buffer, or a way to open the bytes again for each try. */
  body: Uint8Array | (() => AsyncIterable<Uint8Array>)
  /** Base64 MD5 of the whole body: the service refuses other bytes, and a bucket with Object Lock any write without it. */
  contentMd5: string
}

/** Bytes that are handed over as they come. */
export interface Sized {
  size: number
  /** Opens them again for each try. */
  open: () => AsyncIterable<Uint8Array>
}

/** One unfinished multipart upload. */
export interface UploadRef {
  key: string
  uploadId: string
}

/** An unfinished upload as the service lists it. */
export interface ListedUpload extends UploadRef {
  /** By the clock of the service; null where it does not say. */
  initiatedAt: number | null
}

export interface UploadedPart {
  /** From 1. */
  number: number
  etag: string
}

/** `exists`: an object lay there, and was not touched. */
export type PutResult = 'stored' | 'exists'

export interface ObjectStore {
  /** For people: endpoint and bucket. */
  readonly label: string
  readonly bucket: string
  /** Throws unless the bucket can be reached and listed with these credentials. */
  check(signal: AbortSignal): Promise<void>
  /** What is removed stays as an old version. False where the service does not say. */
  keepsVersions(signal: AbortSignal): Promise<boolean>
  /** A page of the objects whose keys begin so, up to a thousand; from the beginning when `from` is null. */
  list(prefix: string, from: string | null, signal: AbortSignal): Promise<ObjectPage>
  head(key: string, signal: AbortSignal): Promise<ObjectFacts | null>
  /** One request. Never overwrites where the service can tell. */
  put(request: PutRequest, signal: AbortSignal): Promise<PutResult>
  get(key: string, signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * The service itself refuses the request once the permit has expired, by its own clock (S3: a presigned request).
   * No error when nothing is there. Throws PERMIT_EXPIRED.
   */
  remove(key: string, permit: Permit, signal: AbortSignal): Promise<void>

  createUpload(head: ObjectHead, signal: AbortSignal): Promise<UploadRef>
  /** Returns the part's ETag. `md5` in base64; the service refuses other bytes. */
  putPart(
    upload: UploadRef,
    number: number,
    bytes: Uint8Array | Sized,
    md5: string,
    signal: AbortSignal,
  ): Promise<UploadedPart>
  completeUpload(upload: UploadRef, parts: readonly UploadedPart[], signal: AbortSignal): Promise<PutResult>
  /** No error when there is no such upload. */
  abortUpload(upload: UploadRef, signal: AbortSignal): Promise<void>
  /** Unfinished uploads at exactly this key. Empty where the service cannot list them. */
  listUploads(key: string, signal: AbortSignal): Promise<ListedUpload[]>
}

/** Readur itself, as its users reach it. */
export interface ReadurServer {
  /** Its address, for people. */
  readonly label: string
  /** Documents can be asked for. */
  readonly hasToken: boolean
  /**
   * Its version, or the tag of its image; null where nobody said. What its container was made of takes the place of what a
   * setting says; what it says of itself is 2.9.0 in all of 2.9.
   */
  version: string | null
  /** Its version, where it tells. Throws READUR_UNREACHABLE and READUR_STRANGE unless it says that it is well. */
  health(signal: AbortSignal): Promise<{ version: string | null }>
  /** Whom the token belongs to; others than administrators see their own documents alone. Throws READUR_TOKEN. */
  whoAmI(signal: AbortSignal): Promise<{ name: string; isAdmin: boolean }>
  /** The bytes that users get. Throws READUR_NO_DOCUMENT (scope `item`), READUR_TOKEN, READUR_UNREACHABLE. */
  download(documentId: string, signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * Stores a small text for the user of the token and returns the document's id (routes/documents, POST); null where it
   * answers that it could not store it (500).
   */
  upload(filename: string, bytes: Uint8Array, signal: AbortSignal): Promise<string | null>
  /** Deletes a document of that user with its file or object. One that is gone is none to throw at. */
  remove(documentId: string, signal: AbortSignal): Promise<void>
}

/** Time, so that tests can set it. */
export interface Clock {
  now(): number
}
