import type { AuditReport, StateCheck, ValidateOptions } from './run.ts'

export const validationFormats = ['html', 'json'] as const
/** `html`: a page to read, print or mail. `json`: for programs. */
export type ValidationFormat = (typeof validationFormats)[number]

export const defaultValidation: ValidateOptions = { level: 'checksum', documents: 20 }

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

/** What a validation has come to: kept with the run, printed by `--json`, written by `--report`. */
export interface ValidationReport {
  runId: string
  at: number
  database: string
  bucket: string
  /** Everything that must agree agrees, every file compared is as recorded, and Readur gave what was uploaded. */
  passed: boolean
  /** What is wrong and was so before the run, which has reported it. Earlier versions did not count it. */
  before?: number | undefined
  counts: CountPair[]
  state: StateCheck
  audit: AuditReport
  /** Null: Readur was not asked; `readurSkipped` says why. */
  readur: ThroughReadur | null
  readurSkipped: string | null
}
