import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readEnvFile } from '../../../src/main/profiles/envFile.ts'
import { envFile } from '../../../src/sandbox/envFile.ts'

const s3 = {
  endpoint: 'http://127.0.0.1:9000',
  bucket: 'readur',
  region: 'us-east-1',
  accessKeyId: 'key',
  secretAccessKey: 'a#b c"d',
}

it.each(['/home/me/uploads', '/home/me & you/my "uploads" #1', "C:\\it's here\\uploads"])(
  'is read back as it was meant, with the folder %s',
  async (folder) => {
    const dir = await mkdtemp(join(tmpdir(), 'readur-env-'))
    await writeFile(join(dir, 'file.env'), envFile('postgres://readur:x@127.0.0.1:5432/readur', folder, s3))
    expect(await readEnvFile(join(dir, 'file.env'))).toEqual({
      DATABASE_URL: 'postgres://readur:x@127.0.0.1:5432/readur',
      UPLOAD_PATH: '/app/uploads',
      READUR_UPLOADS_DIR: folder,
      S3_ENABLED: 'true',
      S3_BUCKET_NAME: 'readur',
      S3_REGION: 'us-east-1',
      S3_ACCESS_KEY_ID: 'key',
      S3_SECRET_ACCESS_KEY: 'a#b c"d',
      S3_ENDPOINT_URL: 'http://127.0.0.1:9000',
      S3_FORCE_PATH_STYLE: 'true',
    })
    await rm(dir, { recursive: true })
  },
)
