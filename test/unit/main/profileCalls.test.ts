import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accepts } from './accepts.ts'
import { ReadurFinder } from '../../../src/main/ipc/finder.ts'
import { profileCommands, type ProfileCommandDeps } from '../../../src/main/ipc/profiles.ts'
import { openProfiles } from '../../../src/main/profiles/headless.ts'
import { HeldSecrets } from '../../../src/main/profiles/heldSecrets.ts'
import { ProfileService } from '../../../src/main/profiles/profileService.ts'
import { SecretStore } from '../../../src/main/profiles/secretStore.ts'
import { Doctor } from '../../../src/main/runs/checks/doctor.ts'
import { PendingQuestions } from '../../../src/main/runs/questions/pendingQuestions.ts'
import type { FoundReadur, FoundSettingName, FoundValue } from '../../../src/shared/discovery.ts'
import { ReadurStateStore } from '../../../src/main/runs/readur/readurStateStore.ts'
import type { ProfileDraft } from '../../../src/shared/profile.ts'
import { noPrompts } from '../../fakes/noPrompts.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/compose')

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-calls-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const draft: ProfileDraft = { name: 'Home', server: null, envFile: null, variables: { POSTGRES_HOST: 'db' } }
const server = { host: 'nas', port: 22, user: null, keyFiles: ['/k'], jumps: [] }
type ProfileCommand = keyof ReturnType<typeof profileCommands>

describe('what a call about profiles may say', () => {
  it.each<[ProfileCommand, unknown[]]>([
    ['profiles.create', [draft, {}]],
    [
      'profiles.create',
      [
        { ...draft, server },
        { POSTGRES_PASSWORD: { set: 'x' }, SSH_PASSWORD: { forget: true } },
      ],
    ],
    ['profiles.update', ['id', draft, { S3_SECRET_ACCESS_KEY: { take: '00000000-0000-4000-8000-000000000000' } }]],
    ['profiles.export', [['a', 'b']]],
    ['profiles.import', ['{}']],
    ['discovery.read', [[{ name: null, text: 'x' }]]],
    ['discovery.readFiles', [['/a/.env']]],
    ['ssh.resolve', ['nas', { user: null, port: 2222 }]],
    ['files.choose', ['key file']],
    ['connection.test', ['t', null, draft, {}]],
    ['questions.answer', ['q', ['x']]],
    ['questions.answer', ['q', null]],
  ])('%s %j', (channel, args) => expect(accepts(channel, ...args)).toBe(true))

  it.each<[ProfileCommand, unknown[]]>([
    ['profiles.list', ['more']],
    ['profiles.get', []],
    ['profiles.create', [draft]],
    ['profiles.create', [{ ...draft, id: 'chosen' }, {}]],
    ['profiles.create', [{ ...draft, variables: { NODE_OPTIONS: 'x' } }, {}]],
    ['profiles.create', [{ ...draft, variables: { POSTGRES_PASSWORD: 'x' } }, {}]],
    ['profiles.create', [draft, { POSTGRES_PASSWORD: 'x' }]],
    ['profiles.create', [draft, { OTHER: { set: 'x' } }]],
    ['profiles.create', [draft, { POSTGRES_PASSWORD: { set: 'x', take: 'y' } }]],
    ['profiles.create', [draft, { POSTGRES_PASSWORD: { take: '../x' } }]],
    ['profiles.create', [{ ...draft, name: 'x'.repeat(1_001) }, {}]],
    ['profiles.export', [[]]],
    ['profiles.import', ['x'.repeat(1024 ** 2 + 2)]],
    ['discovery.read', [[]]],
    ['discovery.read', [[{ name: null, text: 'x'.repeat(1024 ** 2 + 2) }]]],
    ['files.choose', ['anything']],
    ['connection.test', ['t', null, draft]],
    ['questions.answer', ['q', 'x']],
    ['questions.answer', ['q', Array(51).fill('x')]],
  ])('not %s %j', (channel, args) => expect(accepts(channel, ...args)).toBe(false))
})

describe('Readur’s own settings, looked for by the window', () => {
  const secrets = ['dbp$DB=word of-production', 'minio-"quoted"-secret', 'jwt-secret-of-production', 'readur-secret']
  const finder = () => {
    const held = new HeldSecrets()
    return { held, finder: new ReadurFinder(held, () => Promise.resolve(false)) }
  }
  const one = (found: FoundReadur[]): FoundReadur => {
    const [only] = found
    if (!only || found.length > 1) throw new Error('There must be one Readur.')
    return only
  }
  const chosen = ({ settings }: FoundReadur, name: FoundSettingName): FoundValue | undefined =>
    settings.find(({ setting }) => setting === name)?.chosen
  const tokenOf = (value: FoundValue | undefined): string => (value && 'token' in value ? value.token : '')

  it('are found in a pasted text with the line that they stand at, and no secret is told', async () => {
    const { finder: it, held } = finder()
    const text = `# mine\nDATABASE_URL=postgres://me:readur-secret@localhost:5432/readur\nS3_BUCKET_NAME=docs\n`
    const found = one(await it.inTexts([{ name: null, text }]))
    expect(chosen(found, 'databaseName')).toMatchObject({ value: 'readur', where: 'line 2, DATABASE_URL' })
    expect(JSON.stringify(found)).not.toContain('readur-secret')
    expect(held.take(tokenOf(chosen(found, 'databasePassword')))?.value).toBe('readur-secret')
    expect(found.missing.map(({ setting }) => setting)).toContain('s3AccessKey')
  })

  it('are found in a database address alone', async () => {
    const found = one(
      await finder().finder.inTexts([{ name: null, text: ' postgres://me:readur-secret@db.example.org/docs ' }]),
    )
    expect(chosen(found, 'databaseAddress')).toMatchObject({ value: 'db.example.org:5432', confidence: 'certain' })
  })

  it('are found in files that were dropped together, one of which names the other', async () => {
    const { finder: it, held } = finder()
    const files = await Promise.all(
      [
        ['compose.yml', 'compose.yml'],
        ['.env', 'dotenv.txt'],
        ['readur.env', 'readur.env.txt'],
      ].map(async ([name = '', file = '']) => ({
        name,
        text: await readFile(join(fixtures, 'production', file), 'utf8'),
      })),
    )
    const found = one(await it.inTexts(files))
    expect(chosen(found, 'databasePassword')?.where).toContain('.env, line 2')
    expect(held.take(tokenOf(chosen(found, 'databasePassword')))?.value).toBe('dbp$DB=word of-production')
    expect(chosen(found, 'readurUrl')).toMatchObject({ value: 'https://readur.example.org', confidence: 'likely' })
    expect(found.notes.map(({ message }) => message).join()).toContain('common.env')
    for (const secret of secrets) expect(JSON.stringify(found)).not.toContain(secret)
  })

  it('are found in a file of this computer, with what lies beside it', async () => {
    await cp(join(fixtures, 'production'), dir, { recursive: true })
    for (const name of ['common', 'readur', 'postgres']) {
      await cp(join(dir, `${name}.env.txt`), join(dir, `${name}.env`))
    }
    await cp(join(dir, 'dotenv.txt'), join(dir, '.env'))
    const { finder: it, held } = finder()
    const found = one(await it.inFiles([join(dir, 'compose.yml')]))
    expect(held.take(tokenOf(chosen(found, 'databasePassword')))?.value).toBe('dbp$DB=word of-production')
    for (const secret of secrets) expect(JSON.stringify(found)).not.toContain(secret)
  })

  it.each([
    ['a folder', ''],
    ['what is not there', 'nowhere.env'],
  ])('are not looked for in %s', async (_what, name) => {
    await expect(finder().finder.inFiles([join(dir, name)])).rejects.toMatchObject({ code: 'DISCOVERY_UNREADABLE' })
  })

  it.each([
    ['a text of something else', 'Dear all,\nthe meeting is moved.', 'READUR_NOT_FOUND'],
    ['a Compose file of something else', 'services:\n  web:\n    image: nginx\n', 'READUR_NOT_FOUND'],
    ['what is no YAML', 'services:\n  - {', 'DISCOVERY_UNREADABLE'],
  ])('are not found in %s, and nothing of it is repeated', async (_what, text, code) => {
    const error: unknown = await finder()
      .finder.inTexts([{ name: null, text }])
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toMatch(/meeting|nginx/)
  })
})

describe('calls about profiles', () => {
  function setup(changes: Partial<ProfileCommandDeps> = {}) {
    const held = new HeldSecrets()
    const cipher = { name: 'none', isSafe: false, encrypt: (text: string) => text, decrypt: (text: string) => text }
    const book = new ProfileService(openProfiles(dir), new SecretStore(join(dir, 'secrets.json'), cipher), held, {
      secret: () => Promise.resolve(false),
      file: () => Promise.resolve(false),
    })
    const ssh = { hostKeys: join(dir, 'hostKeys.json'), accept: [], prompts: noPrompts }
    const deps: ProfileCommandDeps = {
      profileService: book,
      finder: new ReadurFinder(held, () => Promise.resolve(false)),
      search: () => Promise.resolve({ containers: 'searched', found: [], notes: [] }),
      tester: new Doctor({
        ssh,
        readurs: new ReadurStateStore(dir),
        dataFolder: '/',
        onSnapshot: () => undefined,
        setVariable: () => undefined,
        isOurs: () => () => false,
      }),
      questions: new PendingQuestions(() => undefined),
      ssh: { hosts: () => Promise.resolve([]), resolve: (alias) => Promise.resolve({ alias, problem: 'none' }) },
      choose: () => Promise.resolve(null),
      saveProfiles: () => Promise.resolve(null),
      ...changes,
    }
    return profileCommands(deps)
  }

  it('after a start without a keychain say all that has to be entered again, and lose nothing else', async () => {
    const variables = {
      ...draft.variables,
      POSTGRES_HOST: 'nas',
      POSTGRES_PORT: '5433',
      POSTGRES_DB: 'documents',
      S3_BUCKET_NAME: 'docs',
      S3_ACCESS_KEY_ID: 'id',
    }
    const secrets = { POSTGRES_PASSWORD: { set: 'planted' }, S3_SECRET_ACCESS_KEY: { set: 'planted' } }
    await setup()['profiles.create'].run({ ...draft, variables }, secrets)
    const [summary] = await setup()['profiles.list'].run()
    expect(summary).toMatchObject({
      database: 'nas:5433/documents',
      problem: 'Still needed: the password of the database, the secret key of the bucket.',
    })
  })

  it('make, show, change and remove one, and no reply holds its secrets', async () => {
    const calls = setup()
    const secrets = { POSTGRES_PASSWORD: { set: 'planted' } }
    const replies: unknown[] = []
    const note = async <T>(reply: T | Promise<T>): Promise<T> => {
      const value = await reply
      replies.push(value)
      return value
    }
    const { id } = await note(calls['profiles.create'].run(draft, secrets))
    await note(calls['profiles.get'].run(id))
    const [summary] = await note(calls['profiles.list'].run())
    expect(summary?.problem).toBe(
      'Still needed: the bucket, the access key of the bucket, the secret key of the bucket.',
    )
    await note(calls['profiles.duplicate'].run(id))
    calls['profiles.rename'].run(id, 'Other')
    await note(calls['profiles.update'].run(id, { ...draft, name: 'Third' }, {}))
    calls['profiles.remove'].run(id)
    calls['profiles.restore'].run(id)
    expect(await note(calls['profiles.get'].run(id))).toMatchObject({ name: 'Third', has: ['POSTGRES_PASSWORD'] })
    expect(await note(calls['profiles.keepsSecrets'].run())).toBe(false)
    expect(JSON.stringify(replies)).not.toContain('planted')
  })

  it('write an export where the user says, and nowhere when nobody says', async () => {
    const saveProfiles = vi.fn<ProfileCommandDeps['saveProfiles']>()
    const calls = setup({ saveProfiles })
    const { id } = await calls['profiles.create'].run(draft, {})
    saveProfiles.mockResolvedValueOnce('/there.json').mockResolvedValueOnce(null)
    expect(await calls['profiles.export'].run([id])).toEqual({ path: '/there.json' })
    expect(saveProfiles.mock.calls[0]?.[0]).toContain('"name": "Home"')
    expect(await calls['profiles.export'].run([id])).toBeNull()
  })

  it('look for settings in the file that is chosen', async () => {
    await writeFile(join(dir, 'x.env'), 'DATABASE_URL=postgres://me@db.example.org/docs')
    const calls = setup({ choose: () => Promise.resolve(join(dir, 'x.env')) })
    expect(await calls['discovery.choose'].run()).toMatchObject([{ source: 'x.env' }])
    expect(await setup()['discovery.choose'].run()).toBeNull()
  })

  it('test nothing while a setting is missing, and say which', async () => {
    const begun = { ...draft, variables: { ...draft.variables, READUR_UPLOADS_DIR: '/up' } }
    await expect(setup()['connection.test'].run('t', null, begun, {})).rejects.toMatchObject({
      code: 'SETTING_MISSING',
    })
  })
})
