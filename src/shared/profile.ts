/** A profile as the window shows it. Holds no secret. */
export interface ProfileSummary {
  id: string
  name: string
  /** e.g. `127.0.0.1:5432/readur`. */
  database: string
  /** Folder on this computer. */
  uploads: string
  bucket: string
  endpoint: string | null
  /** Where the settings come from. */
  source: string
  /** Set when the settings cannot be read; the profile is kept. */
  problem: string | null
}
