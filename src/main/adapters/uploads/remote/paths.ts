import { posix } from 'node:path'

import type { LeavingLink } from '../../../engine/ports.ts'
import type { Obstacle } from '../fileErrors.ts'
import { looksSame, refused, status, type FileChannel, type RemoteStats } from './channel.ts'

/** As many as Linux follows. */
const mostLinks = 40

/** Where a path leads with all links on the way resolved, the last one too: to something there, or to an obstacle. */
type Walked = { real: string; stats: RemoteStats } | { facts: Obstacle }

const leavesByLink: Obstacle = { kind: 'outside', reason: 'is a link that leaves the uploads folder' }

export function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith('/') ? root : `${root}/`) && path !== root
}

/** What lies at exactly this name; null when nothing does. */
export async function lookAt(channel: FileChannel, full: string): Promise<RemoteStats | null> {
  try {
    return await channel.lstat(full)
  } catch (error) {
    if (refused(error, status.noSuchFile)) return null
    throw error
  }
}

/**
 * Follows a path below `root`, a real path, step by step. Servers resolve links in different ways, or not at all, so
 * nothing is left to them; and nothing but lstat is asked of what may be a pipe.
 */
export async function walk(channel: FileChannel, root: string, path: string): Promise<Walked> {
  const wanted = posix.join(root, path)
  if (!isBelow(wanted, root)) return { facts: { kind: 'outside', reason: 'leaves the uploads folder' } }
  // The server would end the session at such a name.
  if (path.includes('\0')) return { facts: { kind: 'absent' } }
  const walked = await follow(channel, root, wanted.slice(root.length), root)
  if (!('facts' in walked) || walked.facts.kind !== 'outside') return walked
  const link = await leavingLink(channel, root, namesIn(wanted.slice(root.length)))
  return { facts: { ...walked.facts, link } }
}

/** The link by which a path leaves the folder, where it leads to a folder which can be allowed. */
async function leavingLink(
  channel: FileChannel,
  root: string,
  names: readonly string[],
): Promise<LeavingLink | undefined> {
  try {
    for (const full of stepsAlong(root, names)) {
      if (!(await channel.lstat(full)).isSymbolicLink()) continue
      const target = await channel.realpath(full)
      if (target === root || isBelow(target, root)) continue
      if ((await channel.stat(target)).isDirectory()) return { path: posix.relative(root, full), target }
    }
  } catch (error) {
    if (!refused(error)) throw error
  }
  return undefined
}

/** Whether every step from `root` to `real` is a folder now, and no link. */
export async function isFolderAlong(channel: FileChannel, root: string, real: string): Promise<boolean> {
  const steps = stepsAlong(root, namesIn(real.slice(root.length)))
  const looks = await Promise.all(steps.map((step) => lookAt(channel, step)))
  return looks.every((look) => look?.isDirectory() === true)
}

/** Whether a real path leads to what was seen there before, along folders alone; or to nothing any more. */
export async function stillLeadsTo(
  channel: FileChannel,
  root: string,
  real: string,
  seen: RemoteStats,
): Promise<boolean> {
  const walked = await walk(channel, root, posix.relative(root, real))
  if ('facts' in walked) return walked.facts.kind === 'absent'
  return walked.real === real && looksSame(walked.stats, seen)
}

async function follow(channel: FileChannel, from: string, rest: string, root: string): Promise<Walked> {
  let at = from
  let names = namesIn(rest)
  for (let links = 0; links <= mostLinks; links += 1) {
    const steps = stepsAlong(at, names)
    // All at once: mostly there is no link at all, and one round trip is enough.
    const looks = await Promise.allSettled(steps.map((step) => channel.lstat(step)))
    const [odd, look] = firstOdd(looks)
    if (look?.status === 'rejected') return { facts: factsOf(look.reason) }
    const real = steps[odd]
    // A link to the root of all.
    if (!look || real === undefined) return { facts: leavesByLink }
    const stats = look.value
    if (!stats.isSymbolicLink()) {
      if (odd < steps.length - 1) return { facts: { kind: 'absent' } }
      return isBelow(real, root) ? { real, stats } : { facts: leavesByLink }
    }
    const written = await linkAt(channel, real)
    // It is no link any more: once more from here.
    if (written === null) continue
    names = [...namesIn(posix.resolve(posix.dirname(real), written)), ...names.slice(odd + 1)]
    at = '/'
  }
  return { facts: { kind: 'special', what: 'symbolic link that leads in a circle' } }
}

/** What is written into a link; null where it is none any more. */
export async function linkAt(channel: FileChannel, full: string): Promise<string | null> {
  try {
    return await channel.readlink(full)
  } catch (error) {
    if (!refused(error)) throw error
    return null
  }
}

const namesIn = (path: string): string[] => path.split('/').filter((name) => name !== '')

function stepsAlong(from: string, names: readonly string[]): string[] {
  const steps: string[] = []
  for (const name of names) steps.push(posix.join(steps.at(-1) ?? from, name))
  return steps
}

/** The first step that is more than a folder on the way: the last one at the latest. */
function firstOdd(
  looks: readonly PromiseSettledResult<RemoteStats>[],
): [number, PromiseSettledResult<RemoteStats> | undefined] {
  const found = looks.findIndex((look) => look.status === 'rejected' || !look.value.isDirectory())
  const at = found < 0 ? looks.length - 1 : found
  return [at, looks[at]]
}

/** What a refusal to look says about the file. Other errors are thrown. */
export function factsOf(error: unknown): Obstacle {
  if (refused(error, status.noSuchFile, status.badMessage)) return { kind: 'absent' }
  if (refused(error, status.permissionDenied)) return { kind: 'unreadable', reason: 'EACCES' }
  if (refused(error)) return { kind: 'unreadable', reason: error instanceof Error ? error.message : 'unknown' }
  throw error
}
