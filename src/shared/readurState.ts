import { parseContainer } from './container.ts'

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
  lostWith: UploadsLoss
}

/** What uploads are deleted with: the container, its memory, which goes when it stops, or the pod around it. */
export const uploadsLosses = ['container', 'memory', 'pod'] as const
export type UploadsLoss = (typeof uploadsLosses)[number]

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

export function uploadsInsideWords({ container, path, lostWith }: UploadsInside): string {
  const pod = podOf(container)
  const name = pod ?? container.replace(/^podman:/, '')
  switch (lostWith) {
    case 'memory':
      return `Its uploads folder ${path} is in the memory of container ${name}: its files are deleted when that stops.`
    case 'pod':
      return `Its uploads folder ${path} is on an emptyDir volume of ${name}: its files are deleted with the pod.`
    case 'container':
      return `Its uploads folder ${path} is inside ${pod === null ? `container ${name}` : name}, not on a volume: its files are deleted when that is ${pod === null ? 'recreated' : 'restarted'}.`
  }
}

/** What kubectl calls it; null where it is no container of Kubernetes. */
function podOf(container: string): string | null {
  const address = parseContainer(container)
  return address?.runtime === 'kubernetes' ? address.target : null
}

/** What has to be done before anything recreates the container, as new settings do. */
export const keepUploadsFirst = ({ container }: UploadsInside): string =>
  podOf(container) === null
    ? 'Before you change Readur’s settings, copy this folder out of the container and mount the copy in its place. Then choose that folder in this connection.'
    : 'Before you change Readur’s settings or restart it, copy this folder out of the pod and onto a persistent volume, and mount that in its place.'

/** How Readur gets new settings. */
export const restartWords = (state: ReadurState | null): string =>
  state?.uploadsInside
    ? `Don’t restart or recreate Readur yet. ${uploadsInsideWords(state.uploadsInside)} ${keepUploadsFirst(state.uploadsInside)}`
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
