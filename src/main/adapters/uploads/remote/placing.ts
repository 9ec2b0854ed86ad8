import { posix } from 'node:path'
import type { Content } from '../../../engine/ports.ts'
import { checked, ContentCheck } from '../content.ts'
import { taken } from '../fileErrors.ts'
import { refused, type Place } from './channel.ts'
import { remoteWriteError } from './remoteErrors.ts'
import { RemoteFile, type OpenHandle } from './file.ts'
import { giveName } from './names.ts'
import { discardPart, PartFile } from './partFile.ts'
import type { ChannelPool } from './pool.ts'
import { lookAt } from './paths.ts'
import { madeFolder, makeLike, pathToFill, syncFolder, type ResolvedPath } from './resolvedPaths.ts'
import { visiting, type Visit } from './visit.ts'

const fileMode = 0o644

/** See UploadsFolder.place. `root` is a real path. */
export async function placeFile(
  pool: ChannelPool,
  root: string,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const { real, name, workshop } = await visiting(pool, signal, root, async (visit) => {
    const target = await pathToFill(visit, path)
    if (target.there) throw taken(path)
    return { real: target.place.real, name: target.name, workshop: (await workshopOf(visit, target)).real }
  })
  const part = await PartFile.create(pool, { root, real: workshop, path }, posix.join(real, name), signal)
  try {
    await fill(part, path, bytes, content, signal)
    const like = await visiting(pool, signal, root, async (visit) =>
      visit.channel.lstat((await visit.enter(real)).self),
    )
    await part.finish((channel, handle) => makeLike(channel, handle, like, fileMode))
    if (part.isInDoubt) await readBack(pool, root, part, path, content, signal)
    await visiting(pool, signal, root, async (visit) => {
      const place = await visit.enter(real)
      const full = place.at(name)
      await nameIt(visit, part, { path, place, name, full, there: null }, content)
    })
  } catch (error) {
    if (!refused(error)) throw error
    // Now: with what was written taken away, a full disk is full no more.
    throw await pool.use(signal, (channel) => remoteWriteError(error, path, channel, real))
  } finally {
    await part.discard()
  }
  await visiting(pool, signal, root, async (visit) => syncFolder(visit.channel, await visit.enter(real)))
}

/** See UploadsFolder.clearUnfinished. May be called again. */
export async function clearUnfinished(visit: Visit, path: string): Promise<void> {
  const target = await pathToFill(visit, path)
  const workshop = await workshopOf(visit, target)
  await visit.confirm(workshop, path)
  await discardPart(visit.channel, workshop, posix.join(target.place.real, target.name))
}

/** The folder that a file is written in. From the root Readur would move it away: then documents/ has to do. */
const workshopOf = async (visit: Visit, { place, path }: ResolvedPath): Promise<Place> =>
  place.real === visit.root ? madeFolder(visit, ['documents'], path) : place

async function nameIt(visit: Visit, part: PartFile, target: ResolvedPath, { size }: Content): Promise<void> {
  const old = await part.locate(visit)
  // Renamed already, and the answer was lost.
  const named = old.there ? null : await lookAt(visit.channel, target.full)
  if (named?.isFile() && named.size === size) return
  await giveName(visit, old, target)
}

async function fill(
  part: PartFile,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of checked(path, bytes, content, signal)) await part.write(chunk)
}

/** What a server has acknowledged before it went down may be gone. */
async function readBack(
  pool: ChannelPool,
  root: string,
  part: PartFile,
  path: string,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  const open = (): Promise<OpenHandle> =>
    visiting(pool, signal, root, async (visit) => {
      const { channel } = visit
      const handle = await part.open(visit, 'r')
      return { channel, handle, stats: await channel.fstat(handle), isThat: Promise.resolve() }
    })
  const file = new RemoteFile(path, await open(), signal, open)
  const check = new ContentCheck(path, content)
  try {
    for await (const chunk of file.read(signal)) check.update(chunk)
    check.end()
  } finally {
    await file.close()
  }
}
