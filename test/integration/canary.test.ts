import { appendFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startReadur, type FakeReadur } from '../services/readur.ts'
import { ReadurStandIn } from '../services/readurStandIn.ts'
import { World } from './world.ts'

const documents = 12

let world: World
let server: FakeReadur
let readur: ReadurStandIn
beforeEach(async () => {
  world = await World.bulk(documents)
  readur = new ReadurStandIn(world)
  server = await startReadur()
  server.backing = readur
  await appendFile(world.envFile, `READUR_URL=${server.url}\nREADUR_TOKEN=${server.token}\nS3_ENABLED=false\n`)
  await world.query('CREATE TABLE switched (id uuid, to_path text)')
  await world.query(
    `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO switched VALUES (NEW.id, NEW.file_path); RETURN NEW; END $$`,
  )
  await world.query('CREATE TRIGGER note AFTER UPDATE OF file_path ON documents FOR EACH ROW EXECUTE FUNCTION note()')
})
afterEach(async () => {
  await server.stop()
  readur.close()
  await world.close()
})

/** Documents that a user gets an error for. */
const unreachable = (): Promise<string[]> => readur.unreachable(world.expectations.map(({ documentId }) => documentId))
const switched = async (): Promise<number> => (await world.query('SELECT id FROM switched')).length

describe('a cutover', () => {
  it('switches no row while Readur still works locally, and all of them once it is on S3', async () => {
    const copied = await world.run('migrate', '--copy-only')
    const run = copied.report.runId ?? ''
    const refused = await world.run('switch', run, '--yes')
    expect(refused.code).toBe(130)
    const [problem] = refused.report.problems
    expect(problem).toMatchObject({ code: 'CANARY_FAILED', kind: 'run' })
    expect(problem?.examples[0]?.message).toContain('It still stores documents in its own folder')
    expect([await switched(), await unreachable()]).toEqual([0, []])

    readur.storing = 'bucket'
    const done = await world.run('switch', run, '--yes')
    // Its settings say that it stores locally; what it does goes before that.
    expect(done).toMatchObject({ code: 0, report: { status: 'completed', committed: documents, problems: [] } })
    expect([await switched(), await unreachable()]).toEqual([documents, []])
    // Nothing of ours is left, neither in rows nor in the bucket.
    expect(await world.check()).toMatchObject({ ok: true, differences: [] })
  })

  it('begins with documents that Readur finds only while it stores locally, which are counted and shown before', async () => {
    // The last that a plan would come to.
    const bare = world.expectations.at(-1)?.documentId ?? ''
    await world.query(`UPDATE documents SET file_path = '${bare}.txt' WHERE id = '${bare}'`)
    await world.query('DELETE FROM switched')
    const copied = await world.run('migrate', '--copy-only')
    expect(copied.report.problems).toEqual([
      expect.objectContaining({
        ...{ code: 'PATH_LOCAL_ONLY', kind: 'note', count: 1 },
        examples: [expect.objectContaining({ documentId: bare, path: `${bare}.txt` })],
      }),
    ])
    expect(await unreachable()).toEqual([])

    // This is the moment: Readur is on S3, and its row is not.
    readur.storing = 'bucket'
    expect(await unreachable()).toEqual([bare])
    const done = await world.run('switch', copied.report.runId ?? '', '--yes')
    expect(done).toMatchObject({ code: 0, report: { committed: documents, problems: [] } })
    const [first] = await world.query('SELECT id::text FROM switched LIMIT 1')
    expect(first).toEqual({ id: bare })
    expect([await switched(), await unreachable()]).toEqual([documents, []])
  })

  it('can be done without', async () => {
    const copied = await world.run('migrate', '--copy-only')
    const done = await world.run('switch', copied.report.runId ?? '', '--yes', '--no-canary')
    expect(done).toMatchObject({ code: 0, report: { committed: documents } })
    expect(server.asked.filter((path) => path.startsWith('/api/documents'))).toEqual([])
  })
})

describe('a migration with --canary', () => {
  it('copies nothing and switches no row before Readur serves documents from the bucket', async () => {
    const refused = await world.run('migrate', '--canary')
    expect(refused.report.problems).toEqual([expect.objectContaining({ code: 'CANARY_FAILED' })])
    expect([await switched(), await unreachable()]).toEqual([0, []])
    readur.storing = 'bucket'
    expect(await world.run('resume')).toMatchObject({ code: 0, report: { committed: documents } })
    expect([await switched(), await unreachable()]).toEqual([documents, []])
  })
})
