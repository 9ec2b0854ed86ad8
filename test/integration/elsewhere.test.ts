import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkWorld } from './doctorOutcome.ts'
import { codesOf, World } from './world.ts'

const documents = 6

let world: World
let original: string
/** Where documents/ really lies. */
let big: string
beforeEach(async () => {
  world = await World.bulk(documents)
  original = await readFile(world.envFile, 'utf8')
  big = join(world.uploadsDir, '../big')
})
afterEach(() => world.close())

const set = (line: string): Promise<void> => writeFile(world.envFile, `${original}\n${line}\n`)
const paths = async (): Promise<string[]> =>
  ((await world.query('SELECT file_path AS path FROM documents')) as { path: string }[]).map(({ path }) => path)
const count = async (begin: string): Promise<number> => (await paths()).filter((path) => path.startsWith(begin)).length

it('documents/ behind a link is moved once its target was allowed by name, and goes back there', async () => {
  await rename(join(world.uploadsDir, 'documents'), big)
  await symlink(big, join(world.uploadsDir, 'documents'))
  const map = `/app/uploads/documents=${big}`

  const refused = await world.run('migrate')
  expect(codesOf(refused.report)).toEqual(['UPLOADS_MISSING 1'])
  expect(refused.err).toContain(`to be right: ${map}.`)
  expect(await count('s3://')).toBe(0)
  const checked = await checkWorld(world, 'doctor', '--quick')
  expect(checked.of('uploads.mapping').remedy?.words).toContain(`to be right: ${map}.`)

  await set(`READUR_UPLOADS_MAP=${map}`)
  const { report } = await world.run('migrate')
  expect(report).toMatchObject({ status: 'completed', committed: documents })
  expect(await count('s3://')).toBe(documents)

  // A file that is lost is fetched: into the folder that it was in, which is not known without the map.
  await rm(join(big, `${world.expectations[0]?.documentId ?? ''}.txt`))
  await writeFile(world.envFile, original)
  expect(await world.run('rollback', report.runId ?? '', '--yes')).toMatchObject({ code: 3 })
  expect(await count('s3://')).toBe(documents)
  const back = await world.run('rollback', report.runId ?? '', '--yes', '--map', map)
  expect(back.report).toMatchObject({ status: 'completed', restored: documents })
  expect(await count('/app/uploads/documents/')).toBe(documents)
  expect((await readFile(join(big, `${world.expectations[0]?.documentId ?? ''}.txt`))).byteLength).toBeGreaterThan(0)
})

it('documents/ on another disk that is mounted for Readur alone is moved by a map', async () => {
  await rename(join(world.uploadsDir, 'documents'), big)
  await mkdir(join(world.uploadsDir, 'documents'))
  const { report } = await world.run('migrate', '--map', `/app/uploads/documents=${big}`)
  expect(report).toMatchObject({ status: 'completed', committed: documents })
})

it('rows of another installation are shown with the map that recovers them, and moved with it alone', async () => {
  await world.query(`UPDATE documents SET file_path = replace(file_path, '/app/uploads/', '/old/readur/')`)
  const map = `/old/readur=${world.uploadsDir}`
  const checked = await checkWorld(world, 'doctor', '--quick')
  expect(checked.outcome).toBe('failed')
  expect(checked.of('uploads.mapping').remedy?.words).toContain(`to be right: ${map}.`)
  // One that is right keeps the check from stopping the plan.
  await world.query(
    `UPDATE documents SET file_path = replace(file_path, '/old/readur/', '/app/uploads/')
     WHERE id = (SELECT min(id::text)::uuid FROM documents)`,
  )
  const { report } = await world.run('migrate')
  expect(codesOf(report)).toEqual([`PATH_MAPPABLE ${documents - 1}`])
  expect(await count('s3://')).toBe(1)
  const mapped = await world.run('migrate', '--map', map)
  expect(mapped.report).toMatchObject({ status: 'completed', committed: documents - 1 })
})

it('choosing documents/ itself is told, and its parent offered', async () => {
  await appendFile(world.envFile, `\nREADUR_UPLOADS_DIR=${join(world.uploadsDir, 'documents')}\n`)
  const checked = await checkWorld(world, 'doctor', '--quick')
  expect(checked.of('uploads.folder')).toMatchObject({ severity: 'blocking', error: { code: 'UPLOADS_MISSING' } })
  expect(checked.of('uploads.folder').remedy?.actions).toMatchObject([{ label: `Use ${world.uploadsDir}` }])
})
