import { Command } from 'commander'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkText, checkupText } from '../../../src/main/cli/checkText.ts'
import { commandLineOf } from '../../../src/main/cli/commandLine.ts'
import { exitCodeOf, exitCodeOfError } from '../../../src/main/cli/exitCodes.ts'
import { addMigrateOptions, addPlanOptions, migrateOptionsOf, planOptionsOf } from '../../../src/main/cli/options.ts'
import { outputTo, showProgress } from '../../../src/main/cli/output.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import { errorData, MigrateError } from '../../../src/main/engine/errors.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { ProgressMeter } from '../../../src/main/runs/progressMeter.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import type { Diagnostic } from '../../../src/shared/diagnostic.ts'
import { defaultMigrateOptions, type RunStatus } from '../../../src/shared/run.ts'
import { bundleCli } from '../../../scripts/cliBundle.mjs'
import { header, plannedItem, seal } from '../../fakes/runStores.ts'

let home = ''
let out: string[]
let err: string[]
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'readur-cli-'))
  out = []
  err = []
})
afterEach(() => rm(home, { recursive: true, force: true }))

const run = (...args: string[]): Promise<number> =>
  runProgram(
    args,
    { READUR_MIGRATE_HOME: home },
    outputTo({ out: (text) => out.push(text.trimEnd()), err: (text) => err.push(text), terminal: false }),
  )

describe('what a script can tell from the exit code', () => {
  it.each<[RunStatus, number]>([
    ['completed', 0],
    ['planned', 0],
    ['completed with failures', 1],
    ['rollback incomplete', 1],
    ['partly rolled back', 1],
    ['copied', 0],
    ['not started', 3],
    ['rolled back', 4],
    ['interrupted', 130],
    ['running', 130],
    ['planning', 130],
  ])('“%s” ends with %i', (status, code) => expect(exitCodeOf({ status, failed: 0 })).toBe(code))

  it.each([
    ['SETTING_MISSING', 2],
    ['SETTING_INVALID', 2],
    ['SETTINGS_FILE_MISSING', 2],
    ['RUN_NOT_FOUND', 2],
    ['DB_BUSY', 3],
    ['S3_BAD_CREDENTIALS', 3],
    ['UPLOADS_MISSING', 3],
    ['SOURCE_WOULD_INGEST', 3],
    ['INTERNAL', 3],
    ['INTERRUPTED', 130],
  ] as const)('%s before anything began ends with %i', (code, exit) =>
    expect(exitCodeOfError(new MigrateError(code, { message: '' }))).toBe(exit),
  )

  it('an error that nobody foresaw is no success', () => {
    expect(exitCodeOfError(new TypeError('oops'))).toBe(3)
  })
})

describe('the options of a migration', () => {
  const parse = (...args: string[]) => {
    const command = addPlanOptions(addMigrateOptions(new Command()))
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    command.parse(args, { from: 'user' })
    return { ...migrateOptionsOf(command), ...planOptionsOf(command) }
  }

  it('have safe defaults', () => {
    expect(parse()).toEqual(defaultMigrateOptions)
    expect(defaultMigrateOptions).toEqual({
      parallelUploads: 8,
      bytesPerSecond: null,
      multipartThreshold: 100_000_000,
      batchSize: 500,
      verify: 'head',
      enableRollback: false,
      copyOnly: false,
      canary: false,
    })
  })

  it('are taken as they are written', () => {
    expect(
      parse(
        ...['--parallel-uploads', '16', '--multipart-threshold', '64MiB', '--batch-size=50', '--verify', 'readback'],
        ...[
          '--bandwidth',
          '5MB',
          '--enable-rollback',
          '--limit',
          '10',
          '--user-id',
          '11111111-2222-4333-8444-55555555555A',
        ],
      ),
    ).toEqual({
      parallelUploads: 16,
      bytesPerSecond: 5_000_000,
      multipartThreshold: 67_108_864,
      batchSize: 50,
      verify: 'readback',
      enableRollback: true,
      copyOnly: false,
      canary: false,
      limit: 10,
      userId: '11111111-2222-4333-8444-55555555555a',
    })
  })

  it.each([
    ['--parallel-uploads', '0'],
    ['--parallel-uploads', '65'],
    ['--parallel-uploads', '2.5'],
    ['--parallel-uploads', 'many'],
    ['--multipart-threshold', '1MB'],
    ['--multipart-threshold', '6GiB'],
    ['--multipart-threshold', 'large'],
    ['--batch-size', '0'],
    ['--batch-size', '5001'],
    ['--verify', 'none'],
    ['--limit', '0'],
    ['--limit', '-1'],
    ['--user-id', 'admin'],
    ['--delete-local', ''],
  ])('are not %s %s', (...args) => expect(() => parse(...args.filter(Boolean))).toThrow())
})

describe('the command line', () => {
  it('explains itself', async () => {
    expect(await run('--help')).toBe(0)
    expect(out.join('\n')).toMatch(/plan.*migrate.*runs/s)
  })

  it.each([
    'migrate',
    'resume',
    'rollback',
    'repair',
    'audit',
    'validate',
    'doctor',
    'support-bundle',
    'connections find',
  ])('%s --help shows only defaults that say something', async (command) => {
    expect(await run(...command.split(' '), '--help')).toBe(0)
    const help = out.join('\n').replace(/\s+/g, ' ')
    expect(help).not.toMatch(/\(default: (null|false|\[\]|\d{6,})\)/)
    if (command === 'migrate') expect(help).toMatch(/\(default: 8\).*\(default: 100MB\).*\(default: unlimited\)/)
  })

  it.each(['connections', 'profiles'])('%s adds, lists and removes a connection', async (word) => {
    const file = join(home, 'readur.env')
    await writeFile(
      file,
      `DATABASE_URL=postgres://readur@db/readur\nREADUR_UPLOADS_DIR=${home}\nS3_BUCKET_NAME=b\nS3_ACCESS_KEY_ID=k\nS3_SECRET_ACCESS_KEY=s\n`,
    )
    expect(await run(word, 'add', 'Home', file)).toBe(0)
    expect(await run(word, 'list')).toBe(0)
    expect(await run(word, 'remove', 'Home')).toBe(0)
    expect(await run(word, 'list')).toBe(0)
    expect(out).toEqual(['Added “Home”.', `Home  ${file}`, 'Removed “Home”.', 'There are no connections yet.'])
    expect(commandLineOf(['/opt/readur-migrate', word, 'list'])).toEqual([word, 'list'])
  })

  it.each(['--connection', '--profile'])('%s names a connection', async (option) => {
    expect(await run('plan', option, 'Nowhere')).toBe(2)
    expect(err.join('')).toContain('No such connection (PROFILE_NOT_FOUND)')
    expect(err.join('')).toContain('See all names with: connections list')
  })

  it('shows new words alone in its help', async () => {
    await run('--help')
    await run('plan', '--help')
    expect(out.join('\n')).toMatch(/ connections .* --connection /s)
    expect(out.join('\n')).not.toMatch(/profile/i)
  })

  it('says its version', async () => {
    expect(await run('--version')).toBe(0)
    expect(out).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)])
  })

  it.each([
    [['migrat']],
    [['migrate', '--fast']],
    [['plan', '--batch-size', '5']],
    [['migrate', '--verify', 'x']],
    [['resume', '--only', 'FILE_MISSING']],
    [['resume', '--retry-failed', '--only', 'NO_SUCH_CODE']],
    [[]],
  ])('refuses %j as wrong usage and prints no result', async (args) => {
    expect(await run(...args)).toBe(2)
    expect(out).toEqual([])
    expect(err.join('')).not.toBe('')
  })

  it.each(['plan', 'migrate'])(
    '%s --json prints exactly one object also when a setting is missing',
    async (command) => {
      expect(await run(command, '--json')).toBe(2)
      expect(out).toHaveLength(1)
      expect(JSON.parse(out[0] ?? '')).toMatchObject({
        runId: null,
        status: 'not started',
        stateFile: null,
        planned: 0,
        problems: [{ code: 'SETTING_MISSING', kind: 'run', examples: [{ path: 'DATABASE_URL' }] }],
      })
      expect(err.join('')).toContain('DATABASE_URL')
    },
  )

  it('says which file of settings it could not read', async () => {
    expect(await run('migrate', '--env-file', join(home, 'absent.env'))).toBe(2)
    expect(err.join('')).toContain(`Settings file ${join(home, 'absent.env')} not found.`)
  })

  it('keeps the secrets of a file of settings to itself', async () => {
    const file = join(home, 'a.env')
    await writeFile(file, 'DATABASE_URL=mysql://u:hidden-one@db/x\nS3_SECRET_ACCESS_KEY=hidden-two\n')
    expect(await run('migrate', '--env-file', file, '--json')).toBe(2)
    expect([...out, ...err].join('')).not.toContain('hidden')
  })

  it('has no runs at first, and no run of another name', async () => {
    expect(await run('runs', 'list')).toBe(0)
    expect(await run('runs', 'list', '--json')).toBe(0)
    expect(out).toEqual(['There are no runs yet.', '[]'])
    expect(await run('runs', 'show', '../../etc/passwd')).toBe(2)
    expect(await run('runs', 'export', '20261122-084501-9f3a')).toBe(2)
    expect(out).toHaveLength(2)
  })

  it('shows, lists and exports a run', async () => {
    await run('runs', 'list')
    const store = new RunFolder(join(home, 'runs')).create(header)
    seal(store, [plannedItem('d1'), plannedItem('d2', { verdict: 'blocked', code: 'FILE_MISSING', message: 'gone' })])
    const { id } = store.header
    store.close()
    out = []

    expect(await run('runs', 'list', '--json')).toBe(0)
    expect(JSON.parse(out.at(-1) ?? '')).toMatchObject([{ runId: id, status: 'planned', planned: 2 }])
    expect(await run('runs', 'show', id, '--json')).toBe(0)
    expect(JSON.parse(out.at(-1) ?? '')).toMatchObject({
      runId: id,
      status: 'planned',
      problems: [{ code: 'FILE_MISSING' }],
    })
    expect(await run('runs', 'show', id)).toBe(0)
    expect(out.at(-1)).toContain('File not found (FILE_MISSING)')
    expect(await run('runs', 'export', id)).toBe(0)
    expect(await readdir(join(home, 'states'))).toEqual([out.at(-1)?.split('/').at(-1)])
  })
})

describe('a check', () => {
  const check: Diagnostic = {
    code: 'database.ocrQueue',
    area: 'database',
    subject: '',
    state: 'done',
    severity: 'ok',
    finding: 'Empty.',
    evidence: [],
    remedy: null,
    error: null,
    milliseconds: 1,
  }

  it('keeps the names of things as they are written', () => {
    expect(checkText(check)).toEqual(['ok       Database: OCR queue – Empty.'])
    expect(checkText({ ...check, state: 'skipped' })).toEqual(['-        Database: OCR queue – not checked'])
  })

  it('names the options to use, which the window leaves out', () => {
    const remedy = { words: 'Verify by reading back.', commands: [], actions: [] }
    const finding = 'The service doesn’t check uploads.'
    const warned = { ...check, code: 'bucket.integrity', area: 'bucket', severity: 'warning', finding, remedy } as const
    expect(checkText(warned).at(-1)?.trim()).toBe('Use --verify readback.')
    const error = errorData(new MigrateError('UPLOADS_MISSING', { message: 'None is there.' }))
    const blocked = { ...warned, code: 'uploads.mapping', severity: 'blocking', error } as const
    expect(checkText(blocked).join(' ')).toContain('Or set READUR_UPLOADS_DIR, --uploads or --map.')
  })

  it('is counted with its noun', () => {
    const notes = (n: number): Diagnostic[] => Array.from({ length: n }, () => ({ ...check, severity: 'note' }))
    expect(checkupText(notes(1), 'passed').at(-1)).toBe('Checks passed. 0 ok, 1 note, 0 warnings, 0 failed.')
    expect(checkupText(notes(2), 'passed').at(-1)).toBe('Checks passed. 0 ok, 2 notes, 0 warnings, 0 failed.')
  })
})

describe('one executable for window and command line', () => {
  it.each([
    [
      ['/opt/readur-migrate', 'plan', '--json'],
      ['plan', '--json'],
    ],
    [
      ['electron', '--no-sandbox', '.', 'migrate', '--limit', '1'],
      ['migrate', '--limit', '1'],
    ],
    [['electron', '.', '--help'], ['--help']],
  ])('%j is a command', (argv, args) => expect(commandLineOf(argv)).toEqual(args))

  it.each([[['/opt/readur-migrate']], [['electron', '--no-sandbox', '.']], [['migrate']]])(
    '%j opens the window',
    (argv) => expect(commandLineOf(argv)).toBeNull(),
  )
})

describe('progress on standard error', () => {
  const show = (terminal: boolean) => {
    vi.useFakeTimers()
    const meter = new ProgressMeter()
    meter.planned({ documents: 2, move: 2, skip: 0, blocked: 0, bytes: 20 })
    meter.phase('copy')
    const output = outputTo({ out: (text) => out.push(text), err: (text) => err.push(text), terminal })
    const end = showProgress(meter, new StopControl(), output)
    return { meter, end }
  }
  afterEach(() => vi.useRealTimers())

  it('is a line now and then in a log, none twice', () => {
    const { meter, end } = show(false)
    vi.advanceTimersByTime(15_000)
    meter.outcomes({ committed: 1 })
    vi.advanceTimersByTime(5_000)
    end()
    const lines = err.join('').split('\n').filter(Boolean)
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines[0]).toContain('0 of 2 files moved')
    expect(lines.at(-1)).toContain('1 of 2 files moved')
    vi.advanceTimersByTime(60_000)
    expect(err.join('').split('\n').filter(Boolean)).toEqual(lines)
  })

  it('is a bar that is drawn over on a terminal', () => {
    const { end } = show(true)
    vi.advanceTimersByTime(600)
    end()
    const frames = err.join('').trimEnd().split('\r\u001b[2K')
    expect(frames.length).toBeGreaterThan(3)
    expect(frames[0]).toBe('')
    for (const frame of frames.slice(1)) expect(frame).toMatch(/^\[-+\] [^\n]+$/)
  })

  it('says each line of the log once', () => {
    const { meter, end } = show(false)
    meter.log('error', 'a.txt: File not found')
    vi.advanceTimersByTime(5_000)
    meter.log('error', 'b.txt: File not found')
    vi.advanceTimersByTime(5_000)
    // In the same instant as the last line that was shown.
    meter.log('warning', 'Something to know')
    vi.advanceTimersByTime(10_000)
    end()
    const text = err.join('')
    expect(text.match(/error: a\.txt: File not found\n/g)).toHaveLength(1)
    expect(text.match(/error: b\.txt: File not found\n/g)).toHaveLength(1)
    expect(text.match(/warning: Something to know\n/g)).toHaveLength(1)
  })

  it('never goes to standard output', () => {
    const { end } = show(true)
    vi.advanceTimersByTime(60_000)
    end()
    expect(out).toEqual([])
  })
})

it.skipIf(process.platform === 'win32')('warns of an env file with passwords that others can read', async () => {
  const file = join(home, 'readur.env')
  await writeFile(
    file,
    `DATABASE_URL=postgres://readur:planted@127.0.0.1:1/readur\nREADUR_UPLOADS_DIR=${home}\nS3_BUCKET_NAME=b\nS3_ACCESS_KEY_ID=k\nS3_SECRET_ACCESS_KEY=s\n`,
  )
  await chmod(home, 0o755)
  await chmod(file, 0o644)
  await run('doctor', '--quick', '--no-speed', '--env-file', file)
  expect(err.join('')).toContain(`Fix it with: chmod 600 ${file}`)
  expect(err.join('')).not.toContain('planted')
  err = []
  await chmod(file, 0o600)
  await run('doctor', '--quick', '--no-speed', '--env-file', file)
  expect(err.join('')).not.toContain('chmod')
})

it('writes nothing but its own words to the terminal: no notice of a library about Node', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [await bundleCli(), '--help'], {
    env: { PATH: process.env.PATH, READUR_MIGRATE_HOME: home },
  })
  expect(stdout).toContain('readur-migrate')
  expect(stderr).toBe('')
})
