import { posix, win32 } from 'node:path'
import type { UploadsLoss } from '../../shared/readurState.ts'
import type { Container, Mount } from './container.ts'
import type { UploadsPlace } from './discovered.ts'
import { isKnown, lookUp, whyUnset } from './environment.ts'
import type { Findings } from './findings.ts'

/** Working folder of Readur's image, and the folder that it stores in when UPLOAD_PATH is not set. */
const imageFolder = '/app'
const defaultPath = 'uploads'

const isWindowsPath = (path: string): boolean => /^([a-zA-Z]:|\\\\)/.test(path)
const isForKubectl = (container: string): boolean => container.startsWith('kubernetes:')
const isBelow = (path: string, folder: string): boolean => posix.relative(folder, path).split('/')[0] !== '..'

/** Where the uploads of this container lie: in the container, and on the server. */
export function findUploads(container: Container, findings: Findings): UploadsPlace | null {
  const { environment, origin, workingDir, mounts, dockerName } = container
  const set = lookUp(environment, 'UPLOAD_PATH')
  if (set && !isKnown(set.text)) {
    findings.addVariable('uploadsContainer', set)
    findings.explain('uploadsHost', whyUnset(set))
    return null
  }
  const folder = isKnown(workingDir ?? '') ? (workingDir ?? imageFolder) : imageFolder
  const path = posix.resolve('/', folder, set?.text ?? defaultPath)
  if (set) findings.addVariable('uploadsContainer', set)
  else {
    const byDefault = { ...origin, variable: 'UPLOAD_PATH', default: true } as const
    findings.add('uploadsContainer', { value: path, origin: byDefault, confidence: 'likely' })
  }

  addMountsInside(path, mounts, findings)
  const mount = mountOf(path, mounts)
  if (!lasts(mount)) {
    noteLoss(path, lossWith(mount), dockerName, findings)
    if (dockerName !== null) {
      findings.add('dockerContainer', {
        value: dockerName,
        origin: { ...origin, variable: 'Mounts' },
        confidence: 'certain',
      })
    }
    // People mount the one folder that they know of.
    const ofDocuments = mountOf(posix.join(path, 'documents'), mounts)
    const lostWith = lasts(ofDocuments) ? null : lossWith(ofDocuments)
    return { kind: 'container', volume: null, container: dockerName, path, lostWith }
  }
  addHost(path, mount, dockerName, findings)
  return { kind: mount.kind, volume: mount.volume, container: dockerName, path, lostWith: null }
}

type LastingMount = Mount & { kind: 'bind' | 'volume' }

const lasts = (mount: Mount | undefined): mount is LastingMount => mount?.kind === 'bind' || mount?.kind === 'volume'

/** With what goes that which no lasting mount holds. */
function lossWith(mount: Mount | undefined): UploadsLoss {
  if (mount === undefined) return 'container'
  return mount.kind === 'emptyDir' ? 'pod' : 'memory'
}

/** The mount that holds a path: the one closest to it. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter((it) => isBelow(path, posix.resolve('/', it.target)))
    .sort((a, b) => posix.resolve('/', b.target).length - posix.resolve('/', a.target).length)[0]
}

function addHost(path: string, mount: Mount, container: string | null, findings: Findings): void {
  if (mount.host === null) {
    if (mount.why !== null) findings.explain('uploadsHost', mount.why)
    if (container !== null && isForKubectl(container)) {
      findings.add('dockerContainer', { value: container, origin: mount.origin, confidence: 'certain' })
    }
  } else {
    const rest = posix.relative(posix.resolve('/', mount.target), path)
    const value = isWindowsPath(mount.host) ? win32.join(mount.host, rest) : posix.join(mount.host, rest)
    findings.add('uploadsHost', { value, origin: mount.origin, confidence: mount.assumed ? 'likely' : 'certain' })
  }
  if (mount.kind === 'volume' && mount.volume !== null) {
    findings.note(
      `The uploads lie in Docker’s volume “${mount.volume}”, which as a rule only root may read from outside.`,
      `\`docker volume inspect ${mount.volume}\` names the folder. Without permission choose to read them inside of the container${container === null ? '' : ` “${container}”`}.`,
    )
  }
}

function noteLoss(path: string, lostWith: UploadsLoss, container: string | null, findings: Findings): void {
  const isInPod = container !== null && isForKubectl(container)
  findings.explain('uploadsHost', `No folder of the server is mounted at ${path}.`)
  switch (lostWith) {
    case 'memory':
      findings.note(
        `The uploads folder ${path} is in memory and is lost when the container stops.`,
        'Copy the documents out of the running container before anything else.',
      )
      return
    case 'pod':
      findings.note(
        `The uploads folder ${path} is on an emptyDir volume, which is deleted with its pod.`,
        'The documents are read inside of the pod (kubectl exec). New settings replace the pod, so copy them onto a persistent volume first.',
      )
      return
    case 'container':
      findings.note(
        `The uploads folder ${path} is inside the container: ${isInPod ? 'no volume' : 'no folder of the server'} is mounted there.`,
        `The documents are read inside of the container (${isInPod ? 'kubectl' : 'docker'} exec). They are lost when the container is ${isInPod ? 'restarted' : 'removed'}, so do not ${isInPod ? 'restart' : 'recreate'} it before they are copied.`,
      )
  }
}

/** Readur serves what is mounted below its uploads folder, and outside of the container that lies somewhere else. */
function addMountsInside(path: string, mounts: readonly Mount[], findings: Findings): void {
  const inside = mounts
    .map((mount) => ({ ...mount, target: posix.resolve('/', mount.target) }))
    .filter(({ target }) => target !== path && isBelow(target, path))
  const known = inside.flatMap(({ target, host, assumed, origin }) =>
    host === null || /[;=]/.test(`${target}${host}`) ? [] : [{ map: `${target}=${host}`, assumed, origin }],
  )
  const [first] = known
  if (first) {
    const value = known.map(({ map }) => map).join(';')
    const confidence = known.some(({ assumed }) => assumed) ? 'likely' : 'certain'
    findings.add('uploadsMap', { value, origin: first.origin, confidence })
  }
  if (inside.length === known.length) return
  findings.note(
    `Below the uploads folder lie mounts of their own: ${inside.map(({ target }) => target).join(', ')}.`,
    'Not all of their folders are known here. Add a map for each that is missing: path in the container=folder.',
  )
}
