/** What a support bundle is about, and what is to be in it beside what always is. */
export interface BundleOptions {
  /** The run that it is about; null: the latest of the connection, where there is one. */
  runId: string | null
  /** Containers whose logs go in, of the computer that database and uploads lie on; null: none. */
  readurContainer: string | null
  postgresContainer: string | null
}

/** One file of a bundle. */
export interface BundleEntry {
  name: string
  /** What is in it. */
  about: string
  bytes: number
}

/** A bundle that is gathered, cleaned of secrets, and not written yet. */
export interface BundlePreview {
  /** Good until the next one is gathered. */
  bundleId: string
  entries: BundleEntry[]
}

/** Part of the text of an entry. */
export interface BundleText {
  text: string
  /** Pass as `from` to go on; null at the end. */
  next: number | null
}
