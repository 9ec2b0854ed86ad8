/**
 * Where a Readur server stores, as far as that can be told. `bucket`: in the bucket of the connection. `local`: in its
 * uploads folder. `elsewhere`: in another bucket, or on another service. `source` is what tells.
 */
export type ReadurState = { uploadsInside?: UploadsInside } & (
  | { at: 'bucket'; source: string }
  | { at: 'local'; source: string }
  | { at: 'elsewhere'; source: string; place: string }
  /** `canConfirm`: only the user can know, and may say so. */
  | { at: 'unknown'; why: string; canConfirm: boolean }
)

/** Uploads that no volume and no folder of the server holds: they are gone with the container. */
export interface UploadsInside {
  /** As shared/container.ts writes it, or what people call it. */
  container: string
  /** The folder in it. */
  path: string
  /** In its memory: they are gone as soon as it stops. */
  inMemory: boolean
}

/** Found out at an instant: milliseconds since 1970. */
export interface KnownReadurState {
  state: ReadurState
  foundAt: number
}

/** The source where only the user tells. */
export const confirmedByUser = 'you confirmed it'

/** The same words wherever it is told: checks, plan, overview, run. */
export function readurStateWords(state: ReadurState): string {
  const { uploadsInside } = state
  return uploadsInside ? `${storageWords(state)} ${uploadsInsideWords(uploadsInside)}` : storageWords(state)
}

function storageWords(state: ReadurState): string {
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
export const inDocker =
  '(in Docker: docker compose up -d, with its uploads on a volume; a restart alone keeps the old settings)'

export function uploadsInsideWords({ container, path, inMemory }: UploadsInside): string {
  const name = container.replace(/^podman:/, '')
  return inMemory
    ? `Its uploads folder ${path} is in the memory of container ${name}: its files are deleted when that stops.`
    : `Its uploads folder ${path} is inside container ${name}, not on a volume: its files are deleted when that is recreated.`
}

/** What has to be done before anything recreates the container, as new settings do. */
export const keepUploadsFirst =
  'Before you change Readur’s settings, copy this folder out of the container and mount the copy in its place. Then choose that folder in this connection.'

/** How Readur gets new settings. */
export const restartWords = (state: ReadurState | null): string =>
  state?.uploadsInside
    ? `Don’t restart or recreate Readur yet. ${uploadsInsideWords(state.uploadsInside)} ${keepUploadsFirst}`
    : `Then restart Readur ${inDocker}.`

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
 * has passed, null when there was none since it last changed anything.
 */
export const missingBeforeFree = (readur: ReadurState, isValidated: boolean | null): string[] => [
  ...(readur.at === 'bucket' ? [] : [readurStateWords(readur)]),
  ...(isValidated === null ? ['The run hasn’t been validated since it last changed.'] : []),
  ...(isValidated === false ? ['The latest validation of the run failed.'] : []),
]
