import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvFile } from '../../../src/main/profiles/envFile.ts'
import { openProfiles } from '../../../src/main/profiles/headless.ts'
import { summaryOf } from '../../../src/main/profiles/profileStore.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-profiles-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const file = (): string => join(dir, 'profiles.json')
const profile = (id: string) => ({ id, name: `Readur ${id}`, envFile: join(dir, `${id}.env`) })

describe('an env file', () => {
  it('gives its variables, quoted ones and such with special signs included', async () => {
    const path = join(dir, 'a.env')
    await writeFile(path, `# a comment\nA=plain\nB="two words"\nC='with $ and # inside'\nexport D=exported\nE=\n`)
    await expect(readEnvFile(path)).resolves.toEqual({
      A: 'plain',
      B: 'two words',
      C: 'with $ and # inside',
      D: 'exported',
      E: '',
    })
  })

  it.each([
    ['that is not there', null],
    ['that is far too large for one', Buffer.alloc(2 * 1024 ** 2, 'SECRET=x\n')],
  ])('%s is refused without showing its content', async (_story, content) => {
    const path = join(dir, 'a.env')
    if (content) await writeFile(path, content)
    const error: unknown = await readEnvFile(path).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'SETTING_INVALID', subject: path, scope: 'run' })
    expect(String(error)).not.toContain('SECRET')
  })
})

describe('the profiles', () => {
  it('are none at first', () => {
    expect(openProfiles(dir).all()).toEqual([])
  })

  it('are kept, for their owner alone, with a version', async () => {
    const profiles = openProfiles(dir)
    profiles.save(profile('one'))
    profiles.save(profile('two'))
    expect(openProfiles(dir).all()).toEqual([profile('one'), profile('two')])
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ profiles: { version: 1 } })
  })

  it('are replaced by their id, found and removed', () => {
    const profiles = openProfiles(dir)
    profiles.save(profile('one'))
    profiles.save({ ...profile('one'), name: 'New name' })
    expect(profiles.find('one').name).toBe('New name')
    profiles.remove('one')
    expect(profiles.all()).toEqual([])
    expect(() => profiles.find('one')).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND' }))
  })

  it.each([
    ['is of a newer version', { profiles: { version: 2, profiles: [] } }],
    ['is damaged', { profiles: { version: 1, profiles: [{ id: '../evil' }] } }],
  ])('are not touched when their file %s', async (_story, content) => {
    await writeFile(file(), JSON.stringify(content))
    const profiles = openProfiles(dir)
    expect(() => profiles.all()).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    expect(() => profiles.save(profile('one'))).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(content)
  })

  it('are shown without any secret', async () => {
    const { envFile } = profile('one')
    await writeFile(
      envFile,
      `DATABASE_URL=postgres://readur:hidden-1@db:5432/readur\nREADUR_UPLOADS_DIR=/srv/up\nS3_BUCKET_NAME=b
S3_ACCESS_KEY_ID=hidden-2\nS3_SECRET_ACCESS_KEY=hidden-3\nS3_ENDPOINT_URL=http://minio:9000\n`,
    )
    const summary = await summaryOf(profile('one'))
    expect(summary).toEqual({
      id: 'one',
      name: 'Readur one',
      source: envFile,
      database: 'db:5432/readur',
      uploads: '/srv/up',
      bucket: 'b',
      endpoint: 'http://minio:9000',
      problem: null,
    })
    expect(JSON.stringify(summary)).not.toContain('hidden')
  })

  it('are shown with what is wrong about them', async () => {
    const { problem, database } = await summaryOf(profile('one'))
    expect(problem).toContain('cannot be read')
    expect(database).toBe('')
  })
})
