import { writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findStateFiles } from '../../../../src/main/engine/import/findStateFiles.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-find-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(name: string, modifiedAt = 1_000): Promise<string> {
  const path = join(dir, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '{}')
  await utimes(path, modifiedAt, modifiedAt)
  return path
}
const find = async (...folders: string[]) => (await findStateFiles(folders)).map(({ path }) => path)

it('finds state files by their names, newest first', async () => {
  const plain = await put('migration_state.json', 2_000)
  const guide = await put('migration_state_20240115_103000.json', 3_000)
  const errors = await put('rollback_errors.json', 1_000)
  for (const name of ['migration_state.json.part', 'xmigration_state.json', 'migration_states.json', 'state.json']) {
    await put(name)
  }
  expect(await findStateFiles([dir])).toEqual([
    { path: guide, size: 2, modifiedAt: 3_000_000, shape: 'migration state' },
    { path: plain, size: 2, modifiedAt: 2_000_000, shape: 'migration state' },
    { path: errors, size: 2, modifiedAt: 1_000_000, shape: 'rollback errors' },
  ])
})

it('looks two levels deep and no deeper', async () => {
  const found = [await put('a/migration_state.json', 3), await put('a/b/migration_state.json', 2)]
  await put('a/b/c/migration_state.json')
  expect(await find(dir)).toEqual(found)
  expect(await find(dir, join(dir, 'a'), dir)).toHaveLength(3)
})

it('follows no links, and takes no folder for a file', async () => {
  const path = await put('real/migration_state.json')
  await symlink(path, join(dir, 'migration_state.json'))
  await symlink(join(dir, 'real'), join(dir, 'link'))
  await symlink(dir, join(dir, 'real', 'loop'))
  await mkdir(join(dir, 'rollback_errors.json'))
  expect(await find(dir)).toEqual([path])
})

it('goes past folders that it cannot read or that are not there', async () => {
  const path = await put('migration_state.json')
  await put('closed/migration_state.json')
  await chmod(join(dir, 'closed'), 0)
  const found = await find(join(dir, 'none'), dir, path)
  await chmod(join(dir, 'closed'), 0o700)
  // Nothing is closed to root.
  expect(found.filter((name) => !name.includes('closed'))).toEqual([path])
})

it('gives up on a folder of very many, after the near ones', async () => {
  const near = await put('near/migration_state.json')
  await mkdir(join(dir, 'many'))
  for (let n = 0; n < 10_100; n += 1) writeFileSync(join(dir, 'many', `migration_state_${n}.json`), '')
  const found = await find(join(dir, 'near'), join(dir, 'many'))
  expect(found).toContain(near)
  expect(found.length).toBeLessThanOrEqual(10_000)
}, 30_000)
