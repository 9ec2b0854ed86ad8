import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { packForNpm } from '../../scripts/npmPackage.mjs'
import { checkSandbox } from '../../src/sandbox/check.ts'
import { openSandbox, removeSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { parseReport } from '../integration/world.ts'
import { definedOnly } from '../e2e/window.ts'
import { call } from './installed.ts'

/** The command line alone, as people get it from the registry and as it is in the container. */
describe('the npm package', () => {
  let dir: string
  let sandbox: Sandbox
  const folder = (): string => join(dir, 'empty')
  const command = async (...args: string[]) => {
    const program = join(folder(), 'node_modules/.bin/readur-migrate')
    const ended = await call(program, [...args, '--json', '--env-file', sandbox.envFile], {
      READUR_MIGRATE_HOME: join(dir, 'home'),
    })
    return { ...ended, report: parseReport(ended.out) }
  }

  beforeAll(async () => {
    const tarball = await packForNpm()
    dir = await mkdtemp(join(tmpdir(), 'readur-npm-'))
    await mkdir(folder())
    const npm = ['install', '--prefix', folder(), '--no-audit', '--no-fund', '--prefer-offline', tarball]
    // With the registry, proxy and certificates of whoever runs the tests.
    const installed = await call('npm', npm, definedOnly(process.env))
    if (installed.code !== 0) throw new Error(installed.err)
    sandbox = await openSandbox({ dir: join(dir, 'world'), scale: { documents: 60, largeFileBytes: 200_000 } })
  })
  afterAll(async () => {
    await sandbox.stop()
    await removeSandbox(join(dir, 'world'))
    await rm(dir, { recursive: true, force: true })
  })

  it('brings libsql and nothing else', async () => {
    const packages = await readdir(join(folder(), 'node_modules'))
    expect(packages.filter((name) => !name.startsWith('.')).sort()).toEqual([
      '@libsql',
      '@neon-rs',
      'detect-libc',
      'libsql',
      'readur-migrate',
    ])
  })

  it('says its version, and nothing else', async () => {
    const program = join(folder(), 'node_modules/.bin/readur-migrate')
    expect(await call(program, ['--version'])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' })
  })

  it('migrates, and rolls back', async () => {
    const migrated = await command('migrate', '--yes')
    expect(migrated).toMatchObject({ code: 1, report: { status: 'completed with failures' } })
    expect(migrated.report.committed).toBeGreaterThan(40)
    expect((await checkSandbox(sandbox)).differences).toEqual([])
    const { report } = await command('rollback', migrated.report.runId ?? '', '--yes')
    expect(report).toMatchObject({ status: 'completed', restored: migrated.report.committed })
  })
})
