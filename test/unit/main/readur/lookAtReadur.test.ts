import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HttpReadur } from '../../../../src/main/adapters/readur/readurServer.ts'
import type { Commands } from '../../../../src/main/engine/commands.ts'
import { readSettings, type SiteSettings } from '../../../../src/main/profiles/settings.ts'
import { lookAtReadur } from '../../../../src/main/runs/readur/lookAtReadur.ts'
import { ReadurStateStore } from '../../../../src/main/runs/readur/readurStateStore.ts'
import { readurSettingsText } from '../../../../src/main/runs/readur/settingsText.ts'
import { readurStateWords, restartWords, type ReadurState } from '../../../../src/shared/readurState.ts'
import { MemoryDatabase } from '../../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../../fakes/memoryObjectStore.ts'
import { fixture } from '../discovery/support.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-look-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const never = new AbortController().signal
const variables = {
  DATABASE_URL: 'postgres://readur:p@127.0.0.1:5432/readur',
  UPLOAD_PATH: '/app/uploads',
  READUR_UPLOADS_DIR: '/var/lib/docker/volumes/readur_uploads/_data',
  S3_BUCKET_NAME: 'readur-documents',
  S3_ENDPOINT_URL: 'http://localhost:9000',
  S3_ACCESS_KEY_ID: 'readur-key',
  S3_SECRET_ACCESS_KEY: 'it’s a $ecret',
}

/** There the uploads lie where Readur says. */
const inPod = { ...variables, READUR_UPLOADS_DIR: undefined }

const inspected = z.looseObject({
  Name: z.string(),
  Mounts: z.array(z.unknown()),
  Config: z.looseObject({ Image: z.string() }),
})
type Inspected = z.infer<typeof inspected>

const onS3 = {
  ...{ userId: 'user', filename: 'one.txt', filePath: 's3://documents/user/2024/05/one.txt', fileSize: 3 },
  ...{ fileHash: null, mimeType: 'text/plain', createdAt: 0 },
}

/** Programs that answer by how their command begins; all others are not there. */
const programs = (replies: Record<string, string>): Commands => ({
  label: 'this computer',
  start: (argv) => {
    const line = argv.join(' ')
    const known = Object.keys(replies).find((it) => line.startsWith(it))
    const said = known === undefined ? '' : (replies[known] ?? '')
    return Promise.resolve({
      stdin: new PassThrough(),
      stdout: Readable.from([Buffer.from(said)]),
      ended: Promise.resolve({ code: known === undefined ? 127 : 0, stderr: '' }),
      kill: () => undefined,
    })
  },
})
const docker = programs({
  'docker ps': fixture('docker/ps.txt'),
  'docker inspect': fixture('docker/inspect.json'),
  'docker volume': fixture('docker/volumes.json'),
})
const look = (settings: SiteSettings, commands: Commands, isConfirmed = false) =>
  lookAtReadur(
    { settings, commands, readur: null, database: new MemoryDatabase({}), objects: new MemoryObjectStore() },
    isConfirmed,
    never,
  )

/** Settings in a file of theirs, beside which others may lie. */
async function inFile(more: Record<string, string> = {}): Promise<SiteSettings> {
  const all = { ...variables, ...more }
  await writeFile(
    join(dir, '.env'),
    Object.entries(all)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  )
  return { ...readSettings(all), settingsFile: join(dir, '.env') }
}

describe('a look at Readur', () => {
  it('finds out by its container where it stores, and how it reaches the service', async () => {
    const settings = readSettings(variables)
    const { state, network } = await look(settings, docker)
    expect(state).toEqual({ at: 'bucket', source: 'container readur-readur-1' })
    const text = readurSettingsText(settings, network)
    expect(text.lines.split('\n')).toEqual([
      'S3_ENABLED=true',
      'S3_BUCKET_NAME=readur-documents',
      'S3_REGION=us-east-1',
      'S3_ENDPOINT_URL=http://minio:9000',
      'S3_ACCESS_KEY_ID=readur-key',
      'S3_SECRET_ACCESS_KEY=<secret key>',
      'S3_FORCE_PATH_STYLE=true',
    ])
    expect(readurSettingsText(settings, network, settings.s3.secretAccessKey).lines).toContain(
      "S3_SECRET_ACCESS_KEY='it’s a $ecret'",
    )
  })

  it('names the style of addressing on Amazon S3 only where it is not the usual one', () => {
    const onAmazon = { ...variables, S3_ENDPOINT_URL: '' }
    const linesOf = (more: Record<string, string>) =>
      readurSettingsText(readSettings({ ...onAmazon, ...more }), null).lines
    expect(linesOf({})).not.toContain('S3_FORCE_PATH_STYLE')
    expect(linesOf({ S3_FORCE_PATH_STYLE: 'true' })).toContain('S3_FORCE_PATH_STYLE=true')
    expect(linesOf({})).not.toContain('S3_ENDPOINT_URL')
  })

  it('finds another bucket', async () => {
    const settings = readSettings({ ...variables, S3_BUCKET_NAME: 'other' })
    expect((await look(settings, docker)).state).toMatchObject({ at: 'elsewhere' })
  })

  it('does not take another Readur of the computer for this one', async () => {
    const elsewhere = { DATABASE_URL: 'postgres://readur:p@127.0.0.1:5999/readur', READUR_UPLOADS_DIR: '/srv/other' }
    const { state, network } = await look(readSettings({ ...variables, ...elsewhere }), docker)
    expect(state).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(network).toBeNull()
  })

  it('reads the settings, and the Compose file beside them that may not pass them on', async () => {
    const none = programs({})
    const settings = await inFile({ S3_ENABLED: 'true' })
    const asksAbout = (source: string) => `settings name it (${source}). Was it restarted since`
    expect(readurStateWords((await look(settings, none)).state)).toContain(
      asksAbout(`its settings in ${join(dir, '.env')}`),
    )
    const path = join(dir, 'docker-compose.yml')
    await writeFile(
      path,
      'services:\n  readur:\n    image: ghcr.io/readur/readur\n    environment: { UPLOAD_PATH: /app }\n' +
        '    volumes: [./uploads:/app]\n',
    )
    expect((await look(settings, none)).state).toEqual({ at: 'local', source: `service readur in ${path}` })
    const inOwnNetwork = 'services:\n  readur:\n    image: ghcr.io/readur/readur\n    env_file: .env\n'
    await writeFile(path, inOwnNetwork)
    expect((await look(settings, none, true)).state).toMatchObject({ at: 'unknown', canConfirm: false })
    await writeFile(path, `${inOwnNetwork}    network_mode: host\n`)
    const { state } = await look(settings, none)
    expect(state).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(readurStateWords(state)).toContain(asksAbout(`service readur in ${path}`))
  })

  it('reads the settings as the version does that they name', async () => {
    const none = programs({})
    const { S3_ENDPOINT_URL: S3_ENDPOINT, ...others } = variables
    const at = async (READUR_VERSION: string, more: Record<string, string>) =>
      (await look(readSettings({ ...others, ...more, READUR_VERSION }), none, true)).state.at
    const [backend, endpoint] = [
      { STORAGE_BACKEND: 's3', S3_ENDPOINT_URL: S3_ENDPOINT },
      { S3_ENABLED: 'true', S3_ENDPOINT },
    ]
    expect([await at('2.9.2', backend), await at('2.9.2', endpoint)]).toEqual(['bucket', 'bucket'])
    expect([await at('2.9.1', backend), await at('2.9.1', endpoint)]).toEqual(['local', 'elsewhere'])
  })

  /** The containers of the fixture, changed. */
  const changed = (change: (readur: Inspected) => void): Commands => {
    const containers = z.array(inspected).parse(JSON.parse(fixture('docker/inspect.json')))
    const readur = containers.find(({ Name }) => Name === '/readur-readur-1')
    if (!readur) throw new Error('There is no Readur.')
    change(readur)
    return programs({
      'docker ps': fixture('docker/ps.txt'),
      'docker inspect': JSON.stringify(containers),
      'docker volume': fixture('docker/volumes.json'),
    })
  }

  it('tells of uploads that go with the container, in its words and before new settings', async () => {
    const inside = changed((readur) => (readur.Mounts = []))
    const settings = readSettings({ ...variables, READUR_UPLOADS_CONTAINER: 'readur-readur-1' })
    const { state } = await look(settings, inside)
    expect(state.uploadsInside).toEqual({ container: 'readur-readur-1', path: '/app/uploads', lostWith: 'container' })
    expect(readurStateWords(state)).toContain(
      'Its uploads folder /app/uploads is inside container readur-readur-1, not on a volume',
    )
    expect(restartWords(state)).toMatch(/^Don’t restart or recreate Readur yet\..* mount the copy in its place\./)
    expect(restartWords(state)).not.toContain('docker compose up')
    expect(restartWords((await look(settings, docker)).state)).toContain('docker compose up -d')
    const book = new ReadurStateStore(dir)
    book.of('one', { bucket: 'b', endpoint: null }).keep(state)
    expect(book.known('one', { bucket: 'b', endpoint: null })?.state).toEqual(state)
  })

  it('tells of uploads that go with the pod, as its cluster describes it', async () => {
    const volume = (source: object) => ({
      kind: 'Deployment',
      metadata: { name: 'readur', namespace: 'docs' },
      spec: {
        template: {
          spec: {
            volumes: [{ name: 'uploads', ...source }],
            containers: [
              { name: 'proxy', image: 'nginx' },
              {
                name: 'app',
                image: 'ghcr.io/readur/readur:2.9.2',
                env: [{ name: 'UPLOAD_PATH', value: '/app/uploads' }],
                volumeMounts: [{ name: 'uploads', mountPath: '/app/uploads' }],
              },
            ],
          },
        },
      },
    })
    const container = 'kubernetes:docs/deployment/readur'
    const lookAt = (source: object, at = container, context = '') =>
      look(
        readSettings({ ...inPod, READUR_UPLOADS_CONTAINER: at }),
        programs({
          [`/usr/local/bin/k3s kubectl ${context}--namespace=docs get deployment/readur --output=json`]: JSON.stringify(
            volume(source),
          ),
        }),
      )
    const { state, version } = await lookAt({ emptyDir: {} })
    expect(state.uploadsInside).toEqual({ container: `${container}:app`, path: '/app/uploads', lostWith: 'pod' })
    expect(restartWords(state)).toMatch(/^Don’t restart or recreate Readur yet\..* onto a persistent volume/)
    expect(version).toBe('2.9.2')
    // Its variables may be in other objects: they do not show where it stores.
    expect(state).toMatchObject({ at: 'unknown', canConfirm: true })
    expect((await lookAt({ persistentVolumeClaim: { claimName: 'uploads' } })).state.uploadsInside).toBeUndefined()
    // What is copied out of it is to come from the same cluster.
    const there = await lookAt({ emptyDir: {} }, `${container}@production`, '--context=production ')
    expect(there.state.uploadsInside).toMatchObject({ container: `${container}:app@production` })
  })

  it('looks at the folder in the pod that the uploads are read from, which a ConfigMap may name', async () => {
    const deployment = (source: object) => ({
      kind: 'Deployment',
      metadata: { name: 'readur' },
      spec: {
        template: {
          spec: {
            volumes: [{ name: 'uploads', ...source }],
            containers: [
              {
                name: 'readur',
                image: 'ghcr.io/readur/readur:2.9.2',
                envFrom: [{ configMapRef: { name: 'readur' } }],
                volumeMounts: [{ name: 'uploads', mountPath: '/data/uploads' }],
              },
            ],
          },
        },
      },
    })
    const inside = async (source: object) => {
      const settings = { UPLOAD_PATH: '/data/uploads', READUR_UPLOADS_CONTAINER: 'kubernetes:deployment/readur' }
      const cluster = { 'kubectl get deployment/readur --output=json': JSON.stringify(deployment(source)) }
      return (await look(readSettings({ ...inPod, ...settings }), programs(cluster))).state.uploadsInside
    }
    expect(await inside({ persistentVolumeClaim: { claimName: 'uploads' } })).toBeUndefined()
    expect(await inside({ emptyDir: {} })).toMatchObject({ path: '/data/uploads', lostWith: 'pod' })
  })

  it('takes the version of the image over that of a setting', async () => {
    const settings = readSettings({ ...variables, READUR_VERSION: '2.9.3' })
    expect(
      (
        await look(
          settings,
          changed((readur) => (readur.Config.Image = 'ghcr.io/readur/readur:2.9.1')),
        )
      ).version,
    ).toBe('2.9.1')
    expect((await look(settings, programs({}))).version).toBeNull()
  })

  it('does not take 127.0.0.1 of a server for this computer’s own', async () => {
    const server = { host: 'nas.lan', port: null, user: null, keyFiles: [], jumps: [] }
    const state = async (S3_ENDPOINT_URL: string) =>
      (await look(readSettings({ ...variables, S3_ENDPOINT_URL }, { server }), docker)).state
    expect(await state('http://localhost:9000')).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(await state('http://172.18.0.4:9000')).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(await state('http://nas.lan:9000')).toEqual({ at: 'bucket', source: 'container readur-readur-1' })
  })

  it('ends when its time is over, and says who has not answered', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = z.object({ port: z.number() }).parse(silent.address())
    const url = `http://127.0.0.1:${port}`
    const hanging: Commands = { label: 'the server', start: () => new Promise(() => undefined) }
    const database = new MemoryDatabase({})
    database.documentRows.set('one', { ...onS3, id: 'one' })
    const readur = new HttpReadur({ url, token: 'token' })
    const settings = readSettings(variables)
    const objects = new MemoryObjectStore()
    const bytes = Buffer.from('abc')
    objects.objects.set('documents/user/2024/05/one.txt', { bytes, contentType: '', metadata: {}, etag: 'e' })
    const { state } = await lookAtReadur({ settings, commands: hanging, readur, database, objects }, false, never, 50)
    const deaf = { head: () => new Promise<null>(() => undefined), get: objects.get.bind(objects) }
    const unsure = { settings, commands: programs({}), readur, database, objects: deaf }
    expect((await lookAtReadur(unsure, false, never, 50)).state).toMatchObject({
      why: 'The database or the bucket gave no answer within 0.05 seconds.',
    })
    silent.closeAllConnections()
    silent.close()
    const why = `Its computer and ${url} gave no answer within 0.05 seconds.`
    expect(state).toEqual({ at: 'unknown', why, canConfirm: true })
  })

  it('is answered by the user where nothing tells', async () => {
    const settings = readSettings(variables)
    expect((await look(settings, programs({}))).state).toMatchObject({ at: 'unknown', canConfirm: true })
    expect((await look(settings, programs({}), true)).state).toMatchObject({ at: 'bucket' })
  })
})

describe('what is known of a Readur', () => {
  const place = { bucket: 'docs', endpoint: null }

  it('outlives the program, and holds for its bucket alone', () => {
    const state = { at: 'bucket' as const, source: 'container readur' }
    new ReadurStateStore(dir).confirm('a', place, true)
    new ReadurStateStore(dir).of('a', place).keep(state)
    const book = new ReadurStateStore(dir)
    expect(book.of('a', place).isConfirmed()).toBe(true)
    expect(book.known('a', place)?.state).toEqual(state)
    const other = { ...place, bucket: 'other' }
    expect(book.of('a', other).isConfirmed()).toBe(false)
    expect(book.known('a', other)).toBeNull()
    expect(book.known('b', place)).toBeNull()
  })

  it('goes one connection at a time where another version wrote the file', () => {
    const state = { at: 'bucket' as const, source: 'container readur' }
    for (const id of ['a', 'b', 'c']) {
      new ReadurStateStore(dir).confirm(id, place, true)
      new ReadurStateStore(dir).of(id, place).keep(state)
    }
    const path = join(dir, 'readur.json')
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { known: { state: object } }>
    const inside = { container: 'readur', path: '/app/uploads', inMemory: true }
    writeFileSync(
      path,
      JSON.stringify({ ...kept, a: 'later', b: { ...kept.b, known: { state: { ...state, uploadsInside: inside } } } }),
    )
    const book = new ReadurStateStore(dir)
    expect(book.known('a', place)).toBeNull()
    // The user's word stays where only what was found cannot be read.
    expect([book.known('b', place), book.of('b', place).isConfirmed()]).toEqual([null, true])
    expect(book.known('c', place)?.state).toEqual(state)
  })

  it.each<[ReadurState, boolean]>([
    [{ at: 'unknown', why: 'It still stores documents in its own folder.', canConfirm: false }, false],
    [{ at: 'local', source: 'container readur' }, false],
    [{ at: 'elsewhere', source: 'container readur', place: 'other on Amazon S3' }, false],
    // Looked at before the user answered.
    [{ at: 'unknown', why: 'Nothing tells.', canConfirm: true }, true],
    [{ at: 'bucket', source: 'container readur' }, true],
  ])('what the user has confirmed holds until something contradicts it: %j', async (state, holds) => {
    const book = new ReadurStateStore(dir)
    book.confirm('a', place, true)
    book.of('a', place).keep(state)
    expect(book.of('a', place).isConfirmed()).toBe(holds)
    const told = await look(readSettings(variables), programs({}), book.of('a', place).isConfirmed())
    expect(told.state.at).toBe(holds ? 'bucket' : 'unknown')
  })
})
