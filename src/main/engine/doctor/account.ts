import type { FolderProbe, Ownership } from './ports.ts'
import { note, ok, warning, type CheckResult } from './checkResult.ts'

const root = 0
const writableByGroup = 0o020
const writableByAll = 0o002

/** Whether we are root in a folder where others may exchange files and folders with links. */
export async function account(probe: FolderProbe, signal: AbortSignal): Promise<CheckResult<null>> {
  const { uid, isGuarded } = await probe.account(signal)
  if (uid === null) return ok(null, 'The server doesn’t say.')
  if (uid !== root) return ok(null, `Not root (uid ${uid}).`)
  const open: string[] = []
  let readur: number | null = null
  for (const path of ['', 'documents']) {
    const owner = await probe.ownership(path, signal)
    if (owner === null || !isWritableByOthers(owner)) continue
    open.push(`${path === '' ? probe.root : `${path}/`}: owner ${owner.uid}:${owner.gid}, mode ${modeOf(owner)}`)
    if (owner.uid !== root) readur = owner.uid
  }
  if (open.length === 0) return ok(null, 'Root, in a folder that nobody else can write to.')
  const them = readur === null ? 'the account that Readur runs as' : `uid ${readur}, which owns these folders`
  const advice = `Log in as ${them}: it can do all that is needed here, and nothing elsewhere.`
  const finding = 'Root, in a folder that others can write to.'
  if (isGuarded) return note(null, finding, { evidence: open, words: advice })
  return warning(null, finding, {
    evidence: open,
    words: `${advice} Whoever can write to the folder could swap in a link at the moment when a file is read or written. As root, this program would then read, write or delete a file elsewhere; the server gives it no way to rule that out.`,
  })
}

const isWritableByOthers = ({ uid, gid, mode }: Ownership): boolean =>
  uid !== root || (gid !== root && (mode & writableByGroup) !== 0) || (mode & writableByAll) !== 0

export const modeOf = ({ mode }: Ownership): string => mode.toString(8).padStart(3, '0')
