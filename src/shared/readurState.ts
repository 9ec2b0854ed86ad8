/**
 * Where a Readur server stores, as far as that can be told. `bucket`: in the bucket of the connection. `local`: in its
 * uploads folder. `elsewhere`: in another bucket, or on another service. `source` is what tells.
 */
export type ReadurState =
  | { at: 'bucket'; source: string }
  | { at: 'local'; source: string }
  | { at: 'elsewhere'; source: string; place: string }
  /** `canConfirm`: only the user can know, and may say so. */
  | { at: 'unknown'; why: string; canConfirm: boolean }

/** Found out at an instant: milliseconds since 1970. */
export interface KnownReadurState {
  state: ReadurState
  foundAt: number
}

/** The source where only the user tells. */
export const confirmedByUser = 'you confirmed it'

/** The same words wherever it is told: checks, plan, overview, run. */
export function readurStateWords(state: ReadurState): string {
  switch (state.at) {
    case 'bucket':
      return `Readur uses this bucket (${state.source}).`
    case 'local':
      return `Readur stores locally (${state.source}).`
    case 'elsewhere':
      return `Readur uses another bucket, ${state.place} (${state.source}).`
    case 'unknown':
      return `It is not known whether Readur uses this bucket. ${state.why}`
  }
}

/** Stands after “restart” where settings were changed: a container keeps the environment that it was created with. */
export const inDocker = '(in Docker: docker compose up -d; a restart alone keeps the old settings)'

/** What a switch of documents means while Readur is not known to use the bucket. */
export const notSwitchedConsequence =
  'Readur can’t open documents that were switched to S3 until it uses this bucket and was restarted.'

/** What is to be written into Readur's settings so that it uses the bucket, as it holds where Readur runs. */
export interface ReadurSettingsText {
  /** In the form of an env file, the secret key left out. */
  lines: string
  /** Where the lines go, and what else has to be seen to. */
  notes: string[]
  /** Readur can be asked to store a test document and hand it out: its address and a token are known. */
  canTry: boolean
}

/** Stands for the secret key in lines that are shown. */
export const secretPlaceholder = '<secret key>'

/**
 * What is missing before local files of a run may go; empty when nothing is. `isValidated`: whether its latest validation
 * has passed, null when there was none since it last went on.
 */
export const missingBeforeFree = (readur: ReadurState, isValidated: boolean | null): string[] => [
  ...(readur.at === 'bucket' ? [] : [readurStateWords(readur)]),
  ...(isValidated === null ? ['The run was not validated, or it went on since.'] : []),
  ...(isValidated === false ? ['The latest validation of the run did not pass.'] : []),
]
