import type { AuditReport, StateCheck } from './run.ts'

/** Two figures that must be the same, from two places. */
export interface CountPair {
  name: string
  expected: number
  /** What the second figure counts. */
  against: string
  found: number
  agrees: boolean
}

/** Documents chosen at random, as users get them from Readur. */
export interface ThroughReadur {
  server: string
  tried: number
  same: number
  /** Images that Readur has turned upright. */
  reencoded: number
  /** Without a recorded hash: they came, and cannot be compared. */
  unknown: number
  differs: number
  refused: number
  /** What was amiss, one line a document. */
  trouble: string[]
}

/** What a validation has come to: printed by `--json`, kept with `--report`. */
export interface ValidationReport {
  runId: string
  at: number
  database: string
  bucket: string
  /** Everything that must agree agrees, every file compared is as recorded, and Readur gave what was uploaded. */
  passed: boolean
  counts: CountPair[]
  state: StateCheck
  audit: AuditReport
  /** Null: Readur was not asked; `readurSkipped` says why. */
  readur: ThroughReadur | null
  readurSkipped: string | null
}
