import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { BucketAccess } from './bucket.ts'
import { freePort } from './ports.ts'
import { settleWrites } from './s3Settled.ts'

interface SandboxS3Options {
  /** Folder that holds the objects; made when it does not exist, used again when it does. */
  dir: string
  /** Without one: any free port. */
  port?: number | undefined
  /** Made when it does not exist. Default: `readur`. */
  bucket?: string | undefined
}

export type SandboxS3 = BucketAccess & {
  /** Ends the server and all its connections. Safe to call again. */
  stop: () => Promise<void>
}

/**
 * Starts an S3 service in this process, on loopback, that keeps its objects in a folder. For demonstrations and no
 * proof of anything: it checks no secret, no checksum and no condition, and can neither abort nor list uploads.
 */
export async function startSandboxS3(options: SandboxS3Options): Promise<SandboxS3> {
  const bucket = options.bucket ?? 'readur'
  const port = options.port ?? (await freePort())
  await mkdir(join(options.dir, bucket), { recursive: true })
  const server = new S3rver({ address: '127.0.0.1', port, directory: options.dir, silent: true, vhostBuckets: false })
  settleWrites(server, options.dir)
  await server.run()
  let stopping: Promise<void> | null = null
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    region: 'us-east-1',
    // The only key that s3rver knows.
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    stop: () => (stopping ??= server.close()),
  }
}
