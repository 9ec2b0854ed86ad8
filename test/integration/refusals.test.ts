import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import { addsUp, World, type Ran } from './world.ts'
import { freePort } from '../../src/sandbox/ports.ts'

let world: World
beforeEach(async () => {
  world = await World.planted({ documents: 0 })
})
afterEach(() => world.close())

/** Later lines of an env file win. */
const set = (line: string): Promise<void> => appendFile(world.envFile, `${line}\n`)
const unset = async (name: string): Promise<void> => {
  const lines = (await readFile(world.envFile, 'utf8')).split('\n')
  await writeFile(world.envFile, lines.filter((line) => !line.startsWith(`${name}=`)).join('\n'))
}

/** The run was refused for this reason, before it began, and has changed nothing. */
async function expectRefusal(ran: Ran, exit: number, code: string): Promise<void> {
  expect(ran.code).toBe(exit)
  expect(ran.out).toHaveLength(1)
  expect(ran.report).toMatchObject({
    runId: null,
    status: 'not started',
    stateFile: null,
    problems: [{ code, kind: 'run' }],
  })
  expect(addsUp(ran.report)).toBe(true)
  expect(ran.err).toContain(code)
  expect(await world.snapshot()).toEqual(world.before)
}

describe('a migration that is not begun', () => {
  it.each(['DATABASE_URL', 'S3_BUCKET_NAME', 'S3_SECRET_ACCESS_KEY'])('without %s', async (name) => {
    await unset(name)
    await expectRefusal(await world.run('migrate'), 2, 'SETTING_MISSING')
  })

  it('with a wrong secret, which it does not show', async () => {
    await set('S3_SECRET_ACCESS_KEY=wrong-but-secret')
    const ran = await world.run('migrate')
    await expectRefusal(ran, 3, 'S3_WRONG_SECRET')
    expect(ran.err + ran.out.join('')).not.toContain('wrong-but-secret')
  })

  it('with a bucket that does not exist', async () => {
    await set('S3_BUCKET_NAME=no-such-bucket-anywhere')
    await expectRefusal(await world.run('migrate'), 3, 'S3_NO_BUCKET')
  })

  it('with a storage service that is not there', async () => {
    await set(`S3_ENDPOINT_URL=http://127.0.0.1:${await freePort()}`)
    await expectRefusal(await world.run('migrate'), 3, 'S3_UNREACHABLE')
  })

  it('with a wrong password of the database, which it does not show', async () => {
    const url = new URL(world.databaseUrl)
    url.password = 'wrong-but-secret'
    await set(`DATABASE_URL=${url.href}`)
    const ran = await world.run('migrate')
    await expectRefusal(ran, 3, 'DB_BAD_CREDENTIALS')
    expect(ran.err + ran.out.join('')).not.toContain('wrong-but-secret')
  })

  it('with a database that is none of Readur', async () => {
    const url = new URL(world.databaseUrl)
    url.pathname = '/postgres'
    await set(`DATABASE_URL=${url.href}`)
    await expectRefusal(await world.run('migrate'), 3, 'DB_NOT_READUR')
  })

  it('without its uploads folder', async () => {
    await set('READUR_UPLOADS_DIR=/no/such/folder')
    await expectRefusal(await world.run('migrate'), 3, 'UPLOADS_MISSING')
  })

  it('when Readur would import every migrated file once more', async () => {
    await world.query(`UPDATE sources SET enabled = true WHERE name = 'Off'`)
    const ran = await world.run('migrate')
    expect(ran.code).toBe(3)
    expect(ran.report.problems).toMatchObject([{ code: 'SOURCE_WOULD_INGEST', examples: [{ path: 'Off' }] }])
    const after = await world.snapshot()
    expect(after.objects).toEqual(world.before.objects)
    expect(after.rows.documents).toEqual(world.before.rows.documents)
  })

  it('while another program holds the lock of this database', async () => {
    const never = new AbortController().signal
    const database = new PostgresDatabase({ url: world.databaseUrl, label: 'test', timeoutMs: 5_000 })
    const lock = await database.lock(never)
    await expectRefusal(await world.run('migrate'), 3, 'DB_BUSY')
    await lock.release()
    expect((await world.run('migrate')).code).toBe(1)
  })
})

describe('two migrations at once', () => {
  it('the second ends at once, and the first is not disturbed', async () => {
    const busy = await World.bulk(120)
    const first = busy.run('migrate', '--parallel-uploads', '1', '--batch-size', '5')
    await busy.reached('started')
    const second = await busy.run('migrate')
    expect(second.code).toBe(3)
    expect(second.report.problems).toMatchObject([{ code: 'DB_BUSY' }])
    expect(await first).toMatchObject({ code: 0, report: { status: 'completed', committed: 120 } })
    expect(await busy.check()).toMatchObject({ ok: true, differences: [] })
    await busy.close()
  })

  it('of two databases with one data folder keep their records apart', async () => {
    const other = await World.bulk(30)
    other.home = world.home
    const ran = await Promise.all([world.run('migrate'), other.run('migrate')])
    expect(ran.map(({ code }) => code)).toEqual([1, 0])
    expect(new Set(ran.map(({ report }) => report.stateFile)).size).toBe(2)
    expect(
      world.runs
        .list(0, 10)
        .runs.map(({ status }) => status)
        .sort(),
    ).toEqual(['completed', 'completed with failures'])
    await other.close()
  })
})

describe('what the checks before a run find', () => {
  it('a key that may not write is found out before anything is copied, with the permission that it lacks', async () => {
    const { endpoint, region, accessKeyId, secretAccessKey, bucket } = world.s3
    const client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    })
    const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam:::user/limited'] },
        Action: ['s3:ListBucket', 's3:GetObject'],
        Resource,
      },
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
    client.destroy()
    await set('S3_ACCESS_KEY_ID=limited')
    expect((await world.run('plan')).code).toBe(0)
    const ran = await world.run('migrate')
    await expectRefusal(ran, 3, 'S3_ACCESS_DENIED')
    expect(ran.err).toContain('s3:PutObject is missing')
  })

  it('says what will be in the way, and goes on', async () => {
    await set('S3_ENABLED=false')
    const ran = await world.run('migrate')
    expect(ran.err).toContain('Copy first, then set Readur to S3')
    expect(ran.report.committed).toBeGreaterThan(0)
  })
})
