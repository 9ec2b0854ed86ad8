import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { outputTo } from '../../../../src/main/cli/output.ts'
import { runProgram } from '../../../../src/main/cli/program.ts'
import { readEnvFile } from '../../../../src/main/profiles/envFile.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-find-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const planted = 'pa$word#1 it is'

async function find(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await runProgram(
    ['connections', 'find', ...args],
    { READUR_MIGRATE_HOME: join(dir, 'home') },
    outputTo({ out: (text) => out.push(text), err: (text) => err.push(text), terminal: false }),
  )
  return { code, out: out.join(''), err: err.join('') }
}

async function compose(): Promise<string> {
  const path = join(dir, 'docker-compose.yml')
  const text = `services:
  readur:
    image: readur/readur
    environment:
      DATABASE_URL: postgresql://readur:\${DB_PASSWORD}@db.example.org:5432/readur
      S3_BUCKET_NAME: papers
      S3_ACCESS_KEY_ID: AKIAEXAMPLE
      S3_SECRET_ACCESS_KEY: \${S3_SECRET}
    volumes:
      - /srv/readur/uploads:/app/uploads
`
  await writeFile(path, text)
  await writeFile(join(dir, '.env'), `DB_PASSWORD='p%40ss'\nS3_SECRET='${planted}'\n`)
  return path
}

it('says what a Compose file holds and where it stands, and no secret', async () => {
  const { code, out } = await find(await compose())
  expect(code).toBe(0)
  expect(out).toMatch(/databaseAddress\s+db\.example\.org:5432.*docker-compose\.yml, line 5/)
  expect(out).toMatch(/uploadsHost\s+\/srv\/readur\/uploads/)
  expect(out).toMatch(/s3SecretKey\s+\(found, hidden\)/)
  expect(out).not.toContain(planted)
  expect(out).not.toContain('p@ss')
})

it('writes an env file that is read back as it was found, and makes a profile of it', async () => {
  const file = join(dir, 'readur.env')
  const { code, out } = await find(await compose(), '--write', file, '--save', 'Papers')
  expect(code, out).toBe(0)
  expect(await readEnvFile(file)).toMatchObject({
    READUR_UPLOADS_DIR: '/srv/readur/uploads',
    S3_BUCKET_NAME: 'papers',
    S3_SECRET_ACCESS_KEY: planted,
  })
  expect(out).not.toContain(planted)
  const again = await find(await compose(), '--write', file)
  expect(again.code).not.toBe(0)
  expect(again.err).toContain('readur.env')
})

it('makes a profile without the secrets, and says which ones it needs', async () => {
  const { code, out } = await find(await compose(), '--save', 'Papers')
  expect(code).toBe(0)
  expect(out).toContain('Its secrets (POSTGRES_PASSWORD, S3_SECRET_ACCESS_KEY) were not saved')
})

it('refuses a file that is none of settings', async () => {
  await writeFile(join(dir, 'notes.txt'), 'nothing of ours')
  expect((await find(join(dir, 'notes.txt'))).code).not.toBe(0)
  expect((await find(join(dir, 'absent.yml'))).code).not.toBe(0)
})

it('does not read files of another folder that a Compose file names, unless it is told to', async () => {
  const own = join(dir, 'own')
  await mkdir(own)
  const stranger = join(dir, 'stranger.env')
  await writeFile(stranger, 'S3_BUCKET_NAME=planted-elsewhere\n')
  const file = join(own, 'docker-compose.yml')
  await writeFile(file, 'services:\n  readur:\n    image: readur/readur\n    env_file: ../stranger.env\n')
  const refused = await find(file)
  expect(refused.out).not.toContain('planted-elsewhere')
  expect(refused.err).toContain('--allow-file')
  expect(refused.err).toContain('stranger.env')
  const allowed = await find(file, '--allow-file', stranger)
  expect(allowed.out).toContain('planted-elsewhere')
  expect(allowed.err).toBe('')
})
