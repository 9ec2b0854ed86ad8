import type { UploadsFolder } from '../ports.ts'
import type { Checkup } from './checkup.ts'
import { ok } from './verdict.ts'

export interface UploadsDeps {
  uploads: Pick<UploadsFolder, 'check'>
}

/** Whether the uploads folder is there, and what lies in it can be had. */
export async function checkUploads(checkup: Checkup, { uploads }: UploadsDeps): Promise<void> {
  await checkup.run('uploads.folder', async () => {
    await uploads.check()
    return ok(null, 'documents/ is there.')
  })
}
