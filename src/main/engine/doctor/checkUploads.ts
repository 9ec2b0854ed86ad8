import { asMigrateError } from '../errors.ts'
import { account } from './account.ts'
import type { Checkup } from './checkup.ts'
import { checkFiles } from './files.ts'
import type { FolderProbe, UploadsDeps } from './ports.ts'
import { mapping } from './mapping.ts'
import { otherFolder } from './otherFolder.ts'
import { note, ok, warning, type CheckResult } from './checkResult.ts'

const gigabyte = 1_000_000_000
const fewFiles = 10_000

/** Whether the uploads folder is there, is the one that the rows mean, and what lies in it can be had. */
export async function checkUploads(
  checkup: Checkup,
  deps: UploadsDeps,
  databaseIsThere: () => Promise<boolean>,
): Promise<void> {
  const { uploads, probe } = deps
  const found = await checkup.run<boolean>('uploads.folder', async (signal) => {
    try {
      await uploads.check()
    } catch (error) {
      return await otherFolder(deps, asMigrateError(error), databaseIsThere, signal)
    }
    if (probe.hiddenPart === null) return ok(true, 'documents/ found')
    return note(true, `documents/ found, without ${probe.hiddenPart}`, {
      evidence: [`${uploads.namedRoot} is ${probe.root} to the SFTP of this server`],
      words: `The server’s SFTP leaves out ${probe.hiddenPart}. The folder was found without it; nothing needs to be changed.`,
    })
  })
  if (found?.value !== true) {
    checkup.skip('uploads')
    return
  }
  await checkup.run('uploads.account', (signal) => account(probe, signal))
  await checkup.run('uploads.space', async (signal) => space(await probe.space(signal)))
  await checkFiles(checkup, deps)
  if (!checkup.plans('uploads.mapping')) return
  if (await databaseIsThere()) await checkup.run('uploads.mapping', (signal) => mapping(deps, signal))
  else checkup.skip('uploads.mapping')
}

function space(free: Awaited<ReturnType<FolderProbe['space']>>): CheckResult<null> {
  if (free === null) return note(null, 'The file system doesn’t report it.')
  const { freeBytes, totalBytes, freeFiles } = free
  const evidence = [
    `${gigabytes(freeBytes)} free of ${gigabytes(totalBytes)}`,
    freeFiles === null ? 'no file limit' : `room for ${freeFiles.toLocaleString('en')} more files`,
  ]
  const finding = `${gigabytes(freeBytes)} free.`
  if (freeBytes < gigabyte || (freeFiles !== null && freeFiles < fewFiles)) {
    return warning(null, finding, {
      evidence,
      words: 'A migration needs no space here. Rollbacks that download documents do, and so does Readur for new ones.',
    })
  }
  return ok(null, finding, { evidence })
}

const gigabytes = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`
