import { fullDisk, nothingLeft, roomIn, sizeText, unwritableFolder } from '../diskError.ts'
import type { Checkup } from './checkup.ts'
import { failed, ok, warning, type Verdict } from './verdict.ts'

/** Our own folders on this computer. */
export interface OurFolders {
  /** Where runs are recorded. */
  data: string
  temporary: string
}

/** A record takes about a kilobyte for each file, and an audit as much for what it compares. */
const tight = 200 * 1000 ** 2

/** Whether runs can be recorded, and lists be sorted. */
export async function checkComputer(checkup: Checkup, { data, temporary }: OurFolders): Promise<void> {
  await checkup.run('computer.dataFolder', () => Promise.resolve(verdictOn(data)))
  await checkup.run('computer.temporary', () => Promise.resolve(verdictOn(temporary)))
}

function verdictOn(folder: string): Verdict<null> {
  const inside = `${folder}/x`
  const error = unwritableFolder(inside)
  if (error) return failed(null, error, { evidence: [error.message] })
  const room = roomIn(folder)
  if (room === null) return ok(null, `${folder} can be written to.`)
  if (room.free <= nothingLeft) {
    const full = fullDisk(inside, undefined)
    return failed(null, full, { evidence: [full.message] })
  }
  const finding = `${sizeText(room.free)} free at ${folder}.`
  return room.free < tight
    ? warning(null, finding, { words: 'A run over many documents, or an audit, may fill it. Free up space first.' })
    : ok(null, finding)
}
