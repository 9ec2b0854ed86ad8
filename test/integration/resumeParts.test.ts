import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Outside } from './outside.ts'
import { World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

const mebibyte = 1024 ** 2

describe('a file in parts, half sent', () => {
  const partRow = z.array(z.object({ number: z.number() }))
  const recorded = (readur: World): number[] =>
    readur.runs.with(readur.latest?.runId ?? '', ({ query }) =>
      partRow
        .parse(query.prepare(`SELECT data ->> '$.number' AS number FROM journal WHERE step = 'part'`).all())
        .map(({ number }) => number),
    )

  it('is gone on with part by part', async () => {
    const readur = (world = await World.planted({ documents: 0, largeFileBytes: 192 * mebibyte }))
    using bucket = new Outside(readur.s3)
    const options = ['--multipart-threshold', '5MiB', '--parallel-uploads', '1']
    const first = readur.spawn('migrate', ...options)
    await first.reached('part', 3)
    first.kill('SIGKILL')
    await first.ended
    const [upload] = await bucket.uploads()
    const known = recorded(readur)
    const second = readur.spawn('resume')
    await second.reached('part', known.length + 3)
    second.kill('SIGKILL')
    await second.ended

    const uploads = await bucket.uploads()
    expect(uploads.map(({ id }) => id)).toEqual([upload?.id])
    // Number, ETag and the instant at which each arrived.
    const arrived = new Set(upload?.parts.filter((part) => known.includes(Number(part.split(' ')[0]))))
    expect(arrived.size).toBeGreaterThanOrEqual(3)
    expect(uploads[0]?.parts.filter((part) => arrived.has(part))).toHaveLength(arrived.size)

    expect(await readur.run('resume')).toMatchObject({ code: 1, report: { remaining: 0 } })
    expect(await readur.check()).toMatchObject({ ok: true, differences: [] })
    expect(await bucket.uploads()).toEqual([])
  })

  it('is given up when its run is rolled back', async () => {
    const readur = (world = await World.planted({ documents: 0, largeFileBytes: 96 * mebibyte }))
    using bucket = new Outside(readur.s3)
    const child = readur.spawn('migrate', '--multipart-threshold', '5MiB', '--parallel-uploads', '1')
    await child.reached('part', 2)
    child.kill('SIGKILL')
    await child.ended
    expect(await bucket.uploads()).toHaveLength(1)
    expect(await readur.run('rollback', readur.latest?.runId ?? '', '--yes')).toMatchObject({ code: 0 })
    expect(await bucket.uploads()).toEqual([])
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
