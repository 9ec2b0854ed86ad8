import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorData, MigrateError } from '../../../src/main/engine/errors.ts'
import type { RunStore } from '../../../src/main/engine/journal/runStore.ts'
import { supportCommands } from '../../../src/main/ipc/support.ts'
import { readSettings } from '../../../src/main/profiles/settings.ts'
import { bundleFiles, writeBundle, type BundleRequest } from '../../../src/main/runs/support/bundle.ts'
import { BackupStore } from '../../../src/main/runs/backup/backupStore.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import { SupportBundles } from '../../../src/main/runs/support/supportBundles.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { itemKinds } from '../../../src/shared/run.ts'
import { runKinds } from '../../../src/shared/runKind.ts'
import type { BundleText } from '../../../src/shared/support.ts'
import { ReadurStateStore } from '../../../src/main/runs/readur/readurStateStore.ts'
import { header, openStoreFolder, plannedItem, seal, type StoreFolder } from '../../fakes/runStores.ts'
import { noPrompts } from '../../fakes/noPrompts.ts'

const secrets = {
  database: `p@ss:w/rd %"'$é+`,
  s3: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY=',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  ssh: 'correct horse battery staple',
  passphrase: 'open~sesame*(1)!',
  token: 'readur-token-0123456789abcdef',
  environment: 'left over in the shell',
}
const variables = {
  DATABASE_URL: `postgres://readur:${encodeURIComponent(secrets.database)}@db.example.org:5432/readur`,
  S3_BUCKET_NAME: 'documents-of-mine',
  S3_ACCESS_KEY_ID: secrets.accessKey,
  S3_SECRET_ACCESS_KEY: secrets.s3,
  S3_ENDPOINT_URL: 'https://s3.example.org',
  READUR_UPLOADS_DIR: tmpdir(),
  MY_BACKUP_PASSWORD: secrets.environment,
  HARMLESS: 'not shown',
}

/** Forms in which nobody may find a secret, made in other ways than the product makes them. */
function formsOf(secret: string): string[] {
  const percent = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  return [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    percent,
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ].filter((form, at) => form !== percent || at !== 4)
}

/** Secrets that stand in a text as they are, encoded, or inside of something in base64. */
function foundIn(text: string): string[] {
  const decoded = [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((skip) =>
      Buffer.from(run.slice(skip).replaceAll('-', '+').replaceAll('_', '/'), 'base64').toString(),
    ),
  )
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const plain = formsOf(secret).filter((form) => text.includes(form))
    const hidden = decoded.filter((one) => one.includes(secret))
    return plain.length + hidden.length > 0 ? [`${name}: ${[...plain, ...hidden].join(' | ')}`] : []
  })
}

/** A text with every secret in every form, and in the shapes in which they come. */
const everything = Object.values(secrets)
  .flatMap((secret) => [
    ...formsOf(secret),
    `postgres://readur:${encodeURIComponent(secret)}@db/readur`,
    `Authorization: Basic ${Buffer.from(`readur:${secret}`).toString('base64')}`,
    `Authorization: Bearer ${secret}`,
    `data=${Buffer.from(`xx${secret}yy`).toString('base64')}`,
    `data=${Buffer.from(`xyz${secret}`).toString('base64url')}`,
    `PGPASSWORD='${secret.replaceAll("'", `'\\''`)}' psql`,
    `{"password":${JSON.stringify(secret)}}`,
    `"{\\"secret\\":${JSON.stringify(JSON.stringify(secret)).slice(1, -1)}}"`,
  ])
  .join('\n')

/** Writes all of it into a run's record; gives the error that has it too. */
function plantIn(run: RunStore): MigrateError {
  seal(run, [
    plannedItem('a', { verdict: 'blocked', code: 'FILE_MISSING', message: everything, filename: secrets.s3 }),
    plannedItem('b', { oldPath: `/app/${secrets.environment}` }),
  ])
  const error = new MigrateError('DB_LOST', { message: everything, subject: secrets.ssh, cause: new Error(everything) })
  run.append([
    { step: 'failed', seq: 2, code: 'DB_LOST', data: errorData(error) },
    { step: 'error', code: 'DB_LOST', data: errorData(error) },
    { step: 'warning', data: { message: everything } },
    { step: 'row-saved', seq: 2, data: { documentId: 'x', filePath: 'y', rows: 'the text of a letter' } },
  ])
  return error
}

const noCounts = { planned: 0, committed: 0, failed: 4, skipped: 0, restored: 0, freed: 0, remaining: 0 }
const ended = { status: 'completed' as const, bytes: 0, seconds: 1, finishedAt: 1 }

let folder: StoreFolder
let request: BundleRequest
beforeEach(async () => {
  folder = await openStoreFolder()
  const run = folder.create(undefined, { profileName: `by mistake ${secrets.database}`, host: secrets.token })
  const error = plantIn(run)
  const settings = readSettings(variables)
  request = {
    command: ['readur-migrate', 'migrate', '--env-file', 'readur.env', `--note=${secrets.s3}`],
    settings: {
      ...settings,
      login: { password: secrets.ssh, passphrase: secrets.passphrase },
      readur: { ...settings.readur, url: 'https://readur.example.org', token: secrets.token },
    },
    variables,
    diagnostics: [
      {
        code: 'database.connect',
        area: 'database',
        subject: everything,
        state: 'done',
        severity: 'blocking',
        finding: everything,
        evidence: [everything],
        remedy: null,
        milliseconds: 1,
        error: errorData(error),
      },
    ],
    run,
    logs: { readur: everything, postgres: `${everything}\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n` },
    versions: { docker: everything },
    backupAt: null,
    now: Date.UTC(2026, 10, 22),
    signal: new AbortController().signal,
  }
})
afterEach(() => folder.remove())

describe('a support bundle', () => {
  it('holds everything that is asked for, and none of the secrets that were planted everywhere', async () => {
    expect(foundIn(everything)).toHaveLength(Object.keys(secrets).length)
    const files = await bundleFiles(request)
    const path = await writeBundle(files, join(folder.dir, 'bundle.zip'))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const unzipped = unzipSync(await readFile(path))
    const texts = Object.entries(unzipped).map(([name, bytes]) => [name, Buffer.from(bytes).toString()] as const)
    expect(texts.map(([name]) => name)).toEqual([
      'command.txt',
      'versions.json',
      'settings.json',
      'checks.json',
      'checklist.md',
      'run/report.json',
      'run/details.json',
      'run/errors.json',
      'run/journal.jsonl',
      'run/state.json',
      'logs/readur.log',
      'logs/postgres.log',
    ])
    for (const [name, text] of texts) {
      expect(foundIn(text), name).toEqual([])
      expect(text, name).not.toContain('b3BlbnNzaC1r')
      expect(text, name).not.toContain('the text of a letter')
      if (name.endsWith('.json')) JSON.parse(text)
    }
    const whole = texts.map(([, text]) => text).join('\n')
    for (const kept of [
      'documents-of-mine',
      's3.example.org',
      'DB_LOST',
      'FILE_MISSING',
      'db.example.org',
      '--env-file',
    ]) {
      expect(whole).toContain(kept)
    }
    expect(whole).not.toContain('HARMLESS')
  })

  it('fills in the checklist of the guide from what is known', async () => {
    const text = (await bundleFiles(request)).find(({ name }) => name === 'checklist.md')?.text ?? ''
    expect(text).toContain('- [x] Reviewed application logs: readur, postgres')
    expect(text).toContain('- [ ] Verified S3 credentials and permissions: not checked')
    expect(text).toContain('- [ ] Tested basic S3 connectivity: not checked')
    expect(text).toContain('- [x] Checked this troubleshooting guide: 1 checks were made')
    expect(text).toContain('- [ ] Confirmed database is accessible: database.connect')
    expect(text).toContain('- [ ] Have backup of data before migration')
    expect(text).toContain(
      '- [x] Can provide error messages and command used: what the run was to do is in run/details.json',
    )
  })

  it('tells in the checklist how far the bucket was reached', async () => {
    const [example] = request.diagnostics
    if (!example) throw new Error('There is no check.')
    const passed = { ...example, area: 'bucket' as const, severity: 'ok' as const, finding: 'Yes.', error: null }
    const failed = {
      ...example,
      area: 'bucket' as const,
      code: 'bucket.put' as const,
      finding: 's3:PutObject is missing.',
    }
    const reached = (['bucket.name', 'bucket.tls', 'bucket.addressing'] as const).map((code) => ({ ...passed, code }))
    const checklistOf = async (diagnostics: BundleRequest['diagnostics']): Promise<string> =>
      (await bundleFiles({ ...request, diagnostics })).find(({ name }) => name === 'checklist.md')?.text ?? ''
    const denied = await checklistOf([...reached, failed])
    expect(denied).toContain('- [ ] Verified S3 credentials and permissions: bucket.put: s3:PutObject is missing.')
    expect(denied).toContain('- [x] Tested basic S3 connectivity: 3 checks, none blocking')
    expect(await checklistOf(reached)).toContain(
      '- [x] Verified S3 credentials and permissions: 3 checks, none blocking',
    )
  })

  it.each(runKinds)('is one of a run of any kind, with all that it may be about: %s', async (kind) => {
    const run = folder.create(undefined, { kind })
    const items = itemKinds.map((one) =>
      plannedItem(`${kind}-${one}`, { kind: one, verdict: 'blocked', code: 'FILE_ORPHAN', message: `about a ${one}` }),
    )
    seal(run, items)
    run.append([{ step: 'finished', data: { ...ended, counts: noCounts } }])
    const files = await bundleFiles({ ...request, run, logs: {} })
    const textOf = (name: string): string => files.find((file) => file.name === name)?.text ?? ''
    for (const one of itemKinds) expect(textOf('run/errors.json')).toContain(`about a ${one}`)
    if (kind === 'audit') {
      expect(textOf('run/state.json')).toBe('')
      for (const one of itemKinds) expect(textOf('run/findings.json')).toContain(`about a ${one}`)
    } else {
      const { failed_migrations: failed } = JSON.parse(textOf('run/state.json')) as { failed_migrations: unknown[] }
      expect(failed).toHaveLength(2)
    }
  })

  it('ends in the middle of a long text when it is told to', async () => {
    const stop = new StopControl()
    const log = 'S3_SECRET_ACCESS_KEY=abc and more of it\n'.repeat(40_000)
    const gathered = bundleFiles({ ...request, run: null, logs: { readur: log, postgres: log }, signal: stop.inOrder })
    setImmediate(() => stop.request('in order'))
    await expect(gathered).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('has the end of a text that is too long, and no part of a secret where it was cut', async () => {
    const line = `${'.'.repeat(40)}${secrets.s3}\n`
    const text = line.repeat(100_000)
    const files = await bundleFiles({ ...request, run: null, logs: { readur: text } })
    const log = files.find(({ name }) => name === 'logs/readur.log')?.text ?? ''
    expect(log).toMatch(/^… the beginning was left out\n[.*\n]+$/)
  })

  it('is one without a run, too', async () => {
    const names = (await bundleFiles({ ...request, run: null, logs: {} })).map(({ name }) => name)
    expect(names).toEqual(['command.txt', 'versions.json', 'settings.json', 'checks.json', 'checklist.md'])
  })
})

describe('a support bundle of the window', () => {
  const path = process.env.PATH
  afterEach(() => {
    process.env.PATH = path
  })

  /** A connection to nothing that answers, all of whose places hold secrets, and what the window can call about it. */
  async function openDesk() {
    const programs = join(folder.dir, 'programs')
    for (const name of [programs, join(folder.dir, 'runs')]) await mkdir(name)
    await writeFile(join(folder.dir, 'everything'), everything)
    await writeFile(join(programs, 'docker'), `#!/bin/sh\n/bin/cat ${join(folder.dir, 'everything')}\n`, {
      mode: 0o755,
    })
    process.env.PATH = programs
    const nowhere = {
      ...variables,
      DATABASE_URL: variables.DATABASE_URL.replace('db.example.org:5432', '127.0.0.1:1').replaceAll("'", '%27'),
      S3_ENDPOINT_URL: 'http://127.0.0.1:1',
    }
    const quoted = Object.entries(nowhere).map(([name, value]) => `${name}='${value}'\n`)
    const envFile = join(folder.dir, 'readur.env')
    await writeFile(envFile, quoted.join(''))
    const runs = new RunFolder(join(folder.dir, 'runs'))
    const run = runs.create({ ...header, profileName: `by mistake ${secrets.database}` })
    plantIn(run)
    run.close()
    const desk = new SupportBundles({
      runs,
      states: folder.dir,
      readurs: new ReadurStateStore(folder.dir),
      profileOf: (id) => ({ id, name: `Readur ${secrets.accessKey}`, server: null, envFile, variables: {} }),
      secretsOf: () => (name) => (name === 'READUR_TOKEN' ? secrets.token : null),
      ssh: { hostKeys: join(folder.dir, 'hostKeys.json'), accept: [], prompts: noPrompts },
      backupStore: new BackupStore(folder.dir),
      // Of the shell that the program was started from.
      environment: { SSH_PASSWORD: secrets.ssh, KEY_PASSPHRASE: secrets.passphrase },
    })
    let target: string | null = null
    const revealed: string[] = []
    const calls = supportCommands({
      support: desk,
      reveal: (file) => revealed.push(file),
      chooseBundleFile: () => Promise.resolve(target),
    })
    return { calls, revealed, choose: (file: string | null) => (target = file) }
  }
  const options = { runId: null, readurContainer: 'readur-app', postgresContainer: 'readur-db' }

  it('tells none of the planted secrets, neither what is shown nor what is written, and both are the same', async () => {
    const { calls, revealed, choose } = await openDesk()
    const preview = await calls['support.prepare'].run('test', options)
    expect(foundIn(JSON.stringify(preview))).toEqual([])
    expect(preview.entries.map(({ name }) => name)).toContain('run/errors.json')
    const shown = new Map<string, string>()
    for (const { name, bytes } of preview.entries) {
      let text = ''
      for (let from: number | null = 0; from !== null;) {
        const piece: BundleText = calls['support.read'].run(preview.bundleId, name, from)
        text += piece.text
        from = piece.next
      }
      expect(foundIn(text), name).toEqual([])
      expect(Buffer.byteLength(text), name).toBe(bytes)
      shown.set(name, text)
    }
    expect(shown.get('checks.json')).toContain('DB_UNREACHABLE')
    expect(shown.get('logs/postgres.log')).toContain('***')
    expect(shown.get('checklist.md')).toContain('- [x] Reviewed application logs: readur, postgres')
    expect(shown.get('checklist.md')).toMatch(/- \[ \] Verified S3 credentials and permissions: bucket\.\w+/)
    expect(shown.get('settings.json')).toContain('documents-of-mine')

    expect(await calls['support.write'].run(preview.bundleId)).toBeNull()
    const file = join(folder.dir, 'support.zip')
    choose(file)
    expect(await calls['support.write'].run(preview.bundleId)).toEqual({ path: file })
    const unzipped = Object.entries(unzipSync(await readFile(file)))
    expect(new Map(unzipped.map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))).toEqual(shown)
    calls['support.reveal'].run(preview.bundleId)
    expect(revealed).toEqual([file])
  })

  it('is kept until the next one, and ends when it is not wanted any more', async () => {
    const { calls } = await openDesk()
    const first = await calls['support.prepare'].run('test', { ...options, readurContainer: '--help' })
    const { text } = calls['support.read'].run(first.bundleId, 'logs/readur.log', 0)
    expect(text).toContain('isn’t a container name')
    const cancelled = Promise.resolve(calls['support.prepare'].run('test', options))
    calls['support.cancel'].run()
    await expect(cancelled).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(() => calls['support.read'].run(first.bundleId, 'command.txt', 0)).toThrow('not kept any more')
  })
})
