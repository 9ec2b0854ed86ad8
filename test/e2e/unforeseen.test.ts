import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { definedOnly } from './window.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-unforeseen-'))
})
afterAll(() => rm(dir, { recursive: true }))

/** A plan has to wait for its database. */
const nowhere = {
  DATABASE_URL: 'postgres://readur:x@127.0.0.1:1/readur',
  READUR_UPLOADS_DIR: tmpdir(),
  S3_BUCKET_NAME: 'readur',
  S3_ACCESS_KEY_ID: 'x',
  S3_SECRET_ACCESS_KEY: 'x',
}

/** The program's command line inside Electron, with something thrown outside of all that it waits for. */
async function commandLine(thrown: string): Promise<{ code: unknown; out: string; err: string }> {
  const script = join(dir, 'planted.cjs')
  await writeFile(
    script,
    // Electron has a listener of its own, which leaves the word to the program's.
    `process.on('newListener', (name) => {
       if (name === 'uncaughtException' && process.listenerCount(name) === 1) process.nextTick(() => { ${thrown} })
     })`,
  )
  const executable = process.env.READUR_ELECTRON
  if (executable === undefined) throw new Error('Run these tests with: npm run test:e2e')
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), process.cwd(), 'plan']
  const env = {
    ...nowhere,
    ...definedOnly(process.env),
    NODE_OPTIONS: `--require ${script}`,
    READUR_MIGRATE_HOME: join(dir, 'home'),
  }
  return new Promise((done) => {
    const child = execFile(executable, args, { env }, (_error, out, err) => done({ code: child.exitCode, out, err }))
  })
}

it.each([
  ['an exception that nobody catches', `throw new Error('planted')`],
  ['a promise that nobody handles', `Promise.reject(new Error('planted'))`],
])('ends the command line with its own words and as interrupted: %s', async (_what, thrown) => {
  const { code, err } = await commandLine(thrown)
  expect(err).toContain('(INTERNAL)')
  expect(err).toContain('planted')
  expect(err).not.toContain('A JavaScript error occurred in the main process')
  expect(code).toBe(130)
})
