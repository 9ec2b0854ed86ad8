/** Where the documents of a Readur are, as its rows say. */
export interface DocumentCounts {
  /** Rows that point at a local file. */
  local: number
  /** Rows that point at S3. */
  onS3: number
  /** Local rows without a path or an owner: no run can move them as they are. */
  stuck: number
  /** Size of the local documents in bytes, as far as their rows know it. */
  localBytes: number
}

/** Counted at an instant: milliseconds since 1970. */
export interface CountedDocuments extends DocumentCounts {
  at: number
}
