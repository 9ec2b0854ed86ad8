import { fullDisk, nothingLeft, roomIn, sizeText, unwritableFolder } from '../diskError.ts'
import { closeCommand, othersCanRead } from '../privacy.ts'
import type { Checkup } from './checkup.ts'
import { failed, ok, warning, type CheckResult } from './checkResult.ts'

/** Our own folders on this computer. */
export interface OurFolders {
  /** Where runs are recorded. */
  data: string
  temporary: string
  /** Files of this computer that the settings come from, or that hold keys. */
  secrets: readonly string[]
}

/** A record takes about a kilobyte for each file, and an audit as much for what it compares. */
const tight = 200 * 1000 ** 2

/** Whether runs can be recorded, and lists be sorted. */
export async function checkComputer(checkup: Checkup, { data, temporary, secrets }: OurFolders): Promise<void> {
  await checkup.run('computer.dataFolder', () => Promise.resolve(verdictOn(data)))
  await checkup.run('computer.temporary', () => Promise.resolve(verdictOn(temporary)))
  await checkup.run('computer.secrets', () => verdictOnSecrets(secrets))
}

async function verdictOnSecrets(files: readonly string[]): Promise<CheckResult<null>> {
  if (files.length === 0) return ok(null, 'No such files in the settings')
  const open: string[] = []
  for (const file of files) if (await othersCanRead(file)) open.push(file)
  if (open.length === 0) return ok(null, 'Readable only by you', { evidence: [...files] })
  return warning(null, `Other accounts on this computer can read ${open.length === 1 ? 'one' : open.length} of them.`, {
    evidence: open,
    words: 'Change their permissions so that only their owner can read them.',
    commands: [{ where: 'this computer', text: open.map(closeCommand).join('\n') }],
  })
}

function verdictOn(folder: string): CheckResult<null> {
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
