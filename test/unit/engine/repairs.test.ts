import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fence } from '../../../src/main/engine/ownership/fence.ts'
import { takeOver } from '../../../src/main/engine/ownership/ownership.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { audit } from '../../../src/main/runs/operations.ts'
import type { RunReport } from '../../../src/shared/run.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MortalWorld } from '../../fakes/mortal.ts'
import { repairs, undo } from '../../fakes/works.ts'

const never = new AbortController().signal

let world: MortalWorld
beforeEach(async () => {
  world = await MortalWorld.open()
})
afterEach(() => world.close())

const codes = ({ problems }: RunReport): string[] => problems.map(({ code, count }) => `${code} ${count}`).sort()

async function auditId(): Promise<string> {
  return (await world.does((place) => audit(place, { level: 'checksum', settleMs: 0 }))).runId
}

function addObject(key: string, content: string, metadata: Record<string, string> = {}): void {
  const bytes = Buffer.from(content)
  const etag = createHash('md5').update(bytes).digest('hex')
  world.bucket.objects.set(key, { bytes, etag, contentType: 'text/plain', metadata })
}

describe('an object that a repair took away', () => {
  it('is not put back over another one, not even where the service would overwrite it', async () => {
    const { id, key } = world.addDocument(1)
    const row = world.database.documentRows.get(id)
    world.database.documentRows.delete(id)
    addObject(key, 'of nobody', { 'readur-run-id': 'long-ago' })
    const { runId } = await world.does(repairs(await auditId()))
    expect(world.keys()).toEqual([])
    // The database came back from a backup with its row, and the document was migrated again.
    if (row) world.database.documentRows.set(id, { ...row, filePath: `s3://${key}` })
    addObject(key, 'document 1')
    world.bucket.ignoresConditions = true
    expect(codes(await world.does(undo(runId)))).toContain('OBJECT_DIFFERS 1')
    expect(world.bucket.objects.get(key)?.bytes.toString()).toBe('document 1')
  })
})

describe('a row whose document is only in the bucket', () => {
  it('is not pointed there while another database may clear the bucket', async () => {
    const { id, key, source } = world.addDocument(1)
    const stray = 'documents/nobody names me.pdf'
    world.uploads.write(stray, Buffer.from('an orphan'))
    world.uploads.entries.delete(source)
    addObject(key, 'document 1')
    const found = await auditId()
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const { instance } = await other.facts(never)
    const lock = await other.lock(never)
    await takeOver({ objects: world.bucket, lock, instance, signal: never })
    const report = await world.does(repairs(found))
    expect(codes(report)).toEqual(['BUCKET_CLAIMED 1'])
    expect(world.database.pathOf('documents.file_path', id)).toBe(`/app/uploads/${source}`)
    // What concerns files alone is done.
    expect(world.uploads.entries.has(stray)).toBe(false)
    await new Fence({ lock, objects: world.bucket, instance, progress: nullProgress }).assertOwner(never)
  })
})

describe('a file that no row names', () => {
  it('stays when another one has taken its place after it was looked at', async () => {
    const stray = 'documents/nobody names me.pdf'
    world.addDocument(1)
    world.uploads.write(stray, Buffer.from('an orphan'))
    const found = await auditId()
    const take = world.database.lock.bind(world.database)
    world.database.lock = async (signal) => {
      const lock = await take(signal)
      const prove: typeof lock.prove = async (...call) => {
        const proved = await lock.prove(...call)
        world.uploads.write(stray, Buffer.from('a document'))
        return proved
      }
      return { ...lock, prove }
    }
    await world.does(repairs(found))
    expect(world.uploads.entries.has(stray)).toBe(true)
  })
})
