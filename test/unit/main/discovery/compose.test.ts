import { describe, expect, it } from 'vitest'
import { discoverCompose } from '../../../../src/main/discovery/compose.ts'
import { toVariables } from '../../../../src/main/discovery/variables.ts'
import { readSettings } from '../../../../src/main/profiles/settings.ts'
import {
  compose,
  files,
  indent,
  missingOf,
  notesOf,
  readur,
  reasonOf,
  refusal,
  suggestionsFor,
  valuesOf,
} from './support.ts'

const url = 'environment: { DATABASE_URL: "postgres://u:p@db/d" }'
const postgres = (lines: string) => `  db:\n    image: postgres:16\n${indent(lines, 4)}\n`

describe('the service', () => {
  it.each([
    ['ghcr.io/readur/readur', 'anything'],
    ['ghcr.io/readur/readur:2.7.8@sha256:6f20', 'app'],
    ['readur/readur:latest', 'app'],
    ['readur', 'app'],
    ['registry.local:5000/mirror/readur:1', 'app'],
  ])('is known by its image %s', async (image, name) => {
    const found = await compose(`services:\n  ${name}:\n    image: ${image}\n  other:\n    image: nginx\n`)
    expect(found.source).toBe(`${name} in /srv/readur/docker-compose.yml`)
  })

  it('is known by its variables, whatever it is called', async () => {
    const found = await compose(
      'services:\n  docs:\n    image: mine/docs\n    environment: [UPLOAD_PATH=/u, WATCH_FOLDER=/w]\n',
    )
    expect(found.source).toContain('docs in')
  })

  it('is not one that only has a similar name or shares its env_file', async () => {
    const text = [
      'services:',
      '  readur-postgres: { image: postgres, env_file: all.env }',
      '  readur-backup: { image: offen/docker-volume-backup, labels: [readur] }',
      '  readur-minio: { image: minio/minio, env_file: all.env }',
      '  web: { build: ., env_file: all.env }',
    ].join('\n')
    const found = await compose(text, { '/srv/readur/all.env': 'UPLOAD_PATH=/u\nWATCH_FOLDER=/w\nOCR_LANGUAGE=eng' })
    expect(found.source).toContain('web in')
  })

  it('may be there several times: the likeliest comes first', async () => {
    const text =
      'services:\n  readur-test: { build: . , environment: { UPLOAD_PATH: /u } }\n  app: { image: readur/readur }\n'
    const found = await discoverCompose(text, files())
    expect(found.map((it) => it.source)).toEqual(['app in docker-compose.yml', 'readur-test in docker-compose.yml'])
  })

  it.each([
    ['services:\n  web: { image: nginx }', 'READUR_NOT_FOUND'],
    ['services: {}', 'READUR_NOT_FOUND'],
    ['web: { image: readur/readur }', 'DISCOVERY_UNREADABLE'],
    ['services: [readur]', 'DISCOVERY_UNREADABLE'],
    ['just text', 'DISCOVERY_UNREADABLE'],
    ['', 'DISCOVERY_UNREADABLE'],
  ])('is not in %j', async (text, code) => {
    expect(await refusal(() => discoverCompose(text, files()))).toContain(code)
  })
})

describe('variables', () => {
  it('are taken from a map, from a list, and without a value from where Compose takes its own', async () => {
    const beside = { '/srv/readur/.env': 'S3_BUCKET_NAME=of-dotenv\nS3_REGION=r' }
    const map =
      'environment:\n  S3_BUCKET_NAME:\n  S3_REGION: ~\n  S3_FORCE_PATH_STYLE: true\n  DATABASE_URL: postgres://u:p@h.x/d'
    const list =
      'environment:\n  - S3_BUCKET_NAME\n  - S3_REGION\n  - S3_FORCE_PATH_STYLE=true\n  - DATABASE_URL=postgres://u:p@h.x/d'
    for (const form of [map, list]) {
      expect(valuesOf(await compose(readur(form), beside))).toMatchObject({
        s3Bucket: 'of-dotenv',
        s3Region: 'r',
        s3PathStyle: 'true',
        databaseAddress: 'h.x:5432',
      })
    }
  })

  it('of the service go before those of env_file, and later files before earlier', async () => {
    const beside = {
      '/srv/readur/a.env': 'S3_BUCKET_NAME=a\nS3_REGION=a\nS3_ACCESS_KEY_ID=a',
      '/srv/readur/sub/b.env': 'S3_REGION=b\nS3_ACCESS_KEY_ID=b',
    }
    const found = await compose(
      readur('env_file:\n  - a.env\n  - path: ./sub/b.env\n    required: true\nenvironment:\n  S3_ACCESS_KEY_ID: c'),
      beside,
    )
    expect(valuesOf(found)).toMatchObject({ s3Bucket: 'a', s3Region: 'b', s3AccessKey: 'c' })
  })

  it('of env_file know those of .env, of the shell and of files before, and are kept as they are when raw', async () => {
    const beside = {
      '/srv/readur/.env': 'NAME=dotenv\nSHELL_NAME=dotenv',
      '/srv/readur/a.env': 'EARLIER=a',
      '/srv/readur/b.env': 'S3_BUCKET_NAME=$NAME-$EARLIER-$SHELL_NAME',
      '/srv/readur/c.env': 'S3_SECRET_ACCESS_KEY="$NAME" # raw',
    }
    const found = await compose(readur('env_file: [a.env, b.env, { path: c.env, format: raw }]'), beside, {
      variables: { SHELL_NAME: 'shell' },
    })
    expect(valuesOf(found)).toMatchObject({ s3Bucket: 'dotenv-a-shell', s3SecretKey: '"$NAME" # raw' })
  })

  it('of files that are not there are reported, unless they may be absent', async () => {
    const found = await compose(
      readur('env_file:\n  - needed.env\n  - path: other.env\n    required: false\n  - ${WHERE}.env'),
    )
    expect(notesOf(found)).toContain('/srv/readur/needed.env was not found')
    expect(notesOf(found)).toContain('WHERE was not found')
    expect(notesOf(found)).not.toContain('other.env')
  })

  it('of a file that cannot be read are reported like missing ones', async () => {
    const [found] = await discoverCompose(readur('env_file: secret.env'), () =>
      Promise.reject(new Error('EACCES secret')),
    )
    expect(found && notesOf(found)).toContain('secret.env was not found, or cannot be read')
  })

  it('that nobody sets are asked for, and the rest is kept', async () => {
    const found = await compose(
      readur(
        'environment:\n  DATABASE_URL: postgres://u:${DB_PASSWORD}@db.example/d\n  S3_BUCKET_NAME: ${BUCKET}\n  S3_ENDPOINT: ${ENDPOINT:?}',
      ),
    )
    expect(valuesOf(found)).toMatchObject({ databaseAddress: 'db.example:5432', databaseUser: 'u', databaseName: 'd' })
    expect(reasonOf(found, 'databasePassword')).toBe('DB_PASSWORD is set in no file that was read.')
    expect(reasonOf(found, 's3Bucket')).toBe('BUCKET is set in no file that was read.')
    expect(reasonOf(found, 's3Endpoint')).toBe('ENDPOINT is set in no file that was read.')
  })

  it('that a dollar sign in a password seems to name are not repeated', async () => {
    const found = await compose(
      readur('environment:\n  DATABASE_URL: postgres://u:${PW}@h.x/d\n  S3_BUCKET_NAME: $BUCKET'),
      {
        '/srv/readur/.env': 'PW=secret$tail',
      },
    )
    expect(reasonOf(found, 'databasePassword')).toContain('A dollar sign in a password is written $$')
    expect(JSON.stringify(found)).not.toContain('tail')
    expect(reasonOf(found, 's3Bucket')).toBe('BUCKET is set in no file that was read.')
  })

  it('that are unset in host and port leave the address open', async () => {
    const found = await compose(readur('environment:\n  DATABASE_URL: postgres://u:p@${H}:${P}/d'))
    expect(reasonOf(found, 'databaseAddress')).toBe('H, P are set in no file that was read.')
    expect(valuesOf(found)).toMatchObject({ databasePassword: 'p', databaseName: 'd' })
  })

  it('that are numbers without quotes are doubted where Compose rewrites them', async () => {
    const environment = (password: string) =>
      readur(`environment:\n  POSTGRES_HOST: h.x\n  POSTGRES_PASSWORD: ${password}`)
    for (const rewritten of ['0123456', '1_000', '1.10', '1e5', '0x1F', '2024-01-01', '12345678901234567890']) {
      const found = await compose(environment(rewritten))
      expect(found.secrets.databasePassword?.confidence, rewritten).toBe('likely')
      expect(notesOf(found)).toContain('POSTGRES_PASSWORD is a number without quotes')
    }
    for (const kept of ['"0123456"', '123456', 'abc', 'yes', '"1_000"']) {
      const found = await compose(environment(kept))
      expect(found.secrets.databasePassword?.confidence, kept).toBe('certain')
      expect(notesOf(found)).not.toContain('quotes')
    }
    expect((await compose(environment('yes'))).secrets.databasePassword?.value.reveal()).toBe('yes')
  })

  it('POSTGRES_* count where DATABASE_URL is not set, with Readur’s defaults', async () => {
    const found = await compose(
      readur('environment:\n  POSTGRES_HOST: h.x\n  POSTGRES_PORT: 5444\n  POSTGRES_PASSWORD: "  blanks  "'),
    )
    expect(valuesOf(found)).toMatchObject({
      databaseAddress: 'h.x:5444',
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: '  blanks  ',
    })
    expect(found.settings.databaseName).toMatchObject({ confidence: 'likely', origin: { default: true } })
  })

  it('DATABASE_URL goes before POSTGRES_*, which are alternatives', async () => {
    const found = await compose(
      readur(
        'environment:\n  DATABASE_URL: postgres://u:p@h.x/d\n  POSTGRES_HOST: other.x\n  POSTGRES_PASSWORD: q\n  POSTGRES_USER: u',
      ),
    )
    expect(valuesOf(found)).toMatchObject({ databaseAddress: 'h.x:5432', databasePassword: 'p' })
    expect(found.secrets.databasePassword?.alternatives.map((it) => it.value.reveal())).toEqual(['q'])
    expect(found.settings.databaseUser?.alternatives).toEqual([])
  })

  it('S3_ENDPOINT_URL goes before S3_ENDPOINT, and what else it holds than an address is left out', async () => {
    const found = await compose(
      readur('environment:\n  S3_ENDPOINT_URL: https://key:secret@s3.example:9000/?a=b\n  S3_ENDPOINT: https://other'),
    )
    expect(found.settings.s3Endpoint?.value).toBe('https://s3.example:9000')
    expect(notesOf(found)).toContain('S3_ENDPOINT_URL holds more than an address')
  })

  it('that only look like Readur’s are offered', async () => {
    const found = await compose(
      readur('environment: { S3_BUCKET: b, AWS_ACCESS_KEY_ID: k, AWS_SECRET_ACCESS_KEY: s, AWS_REGION: r }'),
    )
    expect(found.settings.s3Bucket).toBeUndefined()
    expect(suggestionsFor(found, 's3Bucket')).toEqual(['b'])
    expect(suggestionsFor(found, 's3AccessKey')).toEqual(['k'])
    expect(suggestionsFor(found, 's3Region')).toEqual(['r'])
  })
})

describe('services that build on others', () => {
  const beneath =
    '  base:\n    image: readur/readur\n    environment: { UPLOAD_PATH: /base, S3_REGION: base }\n    volumes: [./base:/app/base]\n'

  it('extend them', async () => {
    const [found] = await discoverCompose(
      `services:\n  app:\n    extends: { service: base }\n    environment: [UPLOAD_PATH=/own]\n    volumes: [./own:/own]\n${beneath}`,
      files(),
      { path: '/srv/x/docker-compose.yml' },
    )
    expect(found && valuesOf(found)).toMatchObject({
      uploadsContainer: '/own',
      s3Region: 'base',
      uploadsHost: '/srv/x/own',
    })
  })

  it('are told when they extend what was not read, or themselves', async () => {
    expect(notesOf(await compose(readur('extends: { file: common.yml, service: app }')))).toContain('extends a service')
    const circle = 'services:\n  readur: { image: readur/readur, extends: b }\n  b: { extends: readur }\n'
    const [found] = await discoverCompose(circle, files())
    expect(found && notesOf(found)).toContain('extends a service')
  })

  it('share parts by anchors and merge keys, which own keys go before', async () => {
    const found = await compose(
      [
        'x-a: &a { S3_REGION: a, S3_BUCKET_NAME: a }',
        'x-b: &b',
        '  S3_REGION: b',
        '  S3_ACCESS_KEY_ID: b',
        'services:',
        '  readur:',
        '    image: readur/readur',
        '    environment:',
        '      S3_BUCKET_NAME: own',
        '      <<: [*a, *b]',
      ].join('\n'),
    )
    expect(valuesOf(found)).toMatchObject({ s3Bucket: 'own', s3Region: 'a', s3AccessKey: 'b' })
    expect(found.settings.s3Region?.origin.line).toBe(1)
  })

  it('have the override file beside them laid over, as Compose does', async () => {
    const over = [
      'services:',
      '  readur:',
      '    environment: [S3_REGION=over]',
      '    volumes: ["/mnt/big:/app/uploads"]',
      '  db:',
      '    ports: ["127.0.0.1:6000:5432"]',
    ].join('\n')
    const text = readur(
      'environment: { S3_REGION: below, S3_BUCKET_NAME: below, DATABASE_URL: "postgres://u:p@db/d" }\nvolumes: [./up:/app/uploads]',
      postgres('restart: always'),
    )
    const found = await compose(text, { '/srv/readur/docker-compose.override.yml': over })
    expect(valuesOf(found)).toMatchObject({
      s3Region: 'over',
      s3Bucket: 'below',
      uploadsHost: '/mnt/big',
      databaseAddress: '127.0.0.1:6000',
    })
    expect(found.settings.s3Region?.origin.file).toBe('/srv/readur/docker-compose.override.yml')
    expect(notesOf(found)).toContain('docker-compose.override.yml is beside the file')
    expect(valuesOf(await compose(text, { '/srv/readur/compose.override.yml': over })).s3Region).toBe('below')
  })

  it('are told when the override file cannot be read', async () => {
    const found = await compose(readur(url), { '/srv/readur/docker-compose.override.yml': 'services: [' })
    expect(notesOf(found)).toContain('docker-compose.override.yml cannot be read: line 1')
  })

  it('obey !reset and !override of that file', async () => {
    const over = 'services:\n  readur:\n    volumes: !override ["/mnt/big:/mnt"]\n    environment: !reset {}\n'
    const text = readur('environment: { S3_REGION: below }\nvolumes: [./up:/app/uploads]')
    const found = await compose(text, { '/srv/readur/docker-compose.override.yml': over })
    expect(found.settings.s3Region).toBeUndefined()
    expect(found.uploads?.kind).toBe('container')
  })

  it('are told when files are included, which were not read', async () => {
    expect(notesOf(await compose(`include: [other.yml]\n${readur(url)}`))).toContain('includes others')
  })
})

describe('the uploads', () => {
  const uploads = async (lines: string, more = '', options = {}, beside = {}) => {
    const found = await compose(readur(lines, more), beside, options)
    return { host: found.settings.uploadsHost?.value, reason: reasonOf(found, 'uploadsHost'), found }
  }

  it.each([
    ['./data/uploads', '/srv/readur/data/uploads'],
    ['.', '/srv/readur'],
    ['../shared', '/srv/shared'],
    ['/mnt/nas/readur', '/mnt/nas/readur'],
  ])('lie at the source of a bind mount: %s', async (source, expected) => {
    expect((await uploads(`volumes: ["${source}:/app/uploads"]`)).host).toBe(expected)
    expect((await uploads(`volumes: [{ type: bind, source: "${source}", target: /app/uploads }]`)).host).toBe(expected)
  })

  it('lie at Windows paths on Windows', async () => {
    const path = 'C:\\Readur\\docker-compose.yml'
    expect((await uploads('volumes: ["./up:/app/uploads"]', '', { path })).host).toBe('C:\\Readur\\up')
    expect((await uploads("volumes: ['D:\\Docs:/app']", '', { path })).host).toBe('D:\\Docs\\uploads')
  })

  it('lie below a mount further up, and not at one elsewhere', async () => {
    expect((await uploads('volumes: [/mnt/app:/app, /mnt/watch:/app/watch]')).host).toBe('/mnt/app/uploads')
    expect((await uploads('volumes: [/mnt/x:/app/uploads-old]')).found.uploads?.kind).toBe('container')
  })

  it('lie at the later of two mounts at one place, with a map of the mounts inside', async () => {
    const { host, found } = await uploads('volumes: [/a:/app/uploads, /b:/app/uploads, /c:/app/uploads/documents]')
    expect(host).toBe('/b')
    expect(found.settings.uploadsMap).toMatchObject({ value: '/app/uploads/documents=/c', confidence: 'certain' })
    const rest = {
      DATABASE_URL: 'postgres://u:p@h/d',
      S3_BUCKET_NAME: 'b',
      S3_ACCESS_KEY_ID: 'k',
      S3_SECRET_ACCESS_KEY: 's',
    }
    expect(readSettings({ ...toVariables(found), ...rest }).uploads).toMatchObject({
      root: '/b',
      mounts: [{ path: 'documents', root: '/c' }],
    })
    const unknown = await uploads('volumes: [/b:/app/uploads, "${BIG}:/app/uploads/documents"]')
    expect(notesOf(unknown.found)).toContain('/app/uploads/documents')
  })

  it('are found at UPLOAD_PATH, also from the working folder', async () => {
    expect((await uploads('environment: { UPLOAD_PATH: /data }\nvolumes: [/mnt/d:/data]')).host).toBe('/mnt/d')
    const { host, found } = await uploads(
      'environment: [UPLOAD_PATH=./up]\nworking_dir: /readur\nvolumes: [/mnt/d:/readur/up]',
    )
    expect(host).toBe('/mnt/d')
    expect(found.settings.uploadsContainer?.value).toBe('./up')
  })

  it('are at Readur’s default when nothing says otherwise', async () => {
    const { found } = await uploads('volumes: [/mnt/d:/app/uploads]')
    expect(found.settings.uploadsContainer).toMatchObject({ value: '/app/uploads', confidence: 'likely' })
  })

  it('are in the home folder that the file lies in, where ~ is written', async () => {
    const path = '/home/ann/stack/compose.yml'
    expect((await uploads('volumes: ["~/up:/app/uploads"]', '', { path })).host).toBe('/home/ann/up')
    expect((await uploads('volumes: ["~/up:/app/uploads"]')).reason).toContain('home folder')
  })

  it('have an unknown place when the folder of the file is not known', async () => {
    const { reason } = await uploads('volumes: ["./up:/app/uploads"]', '', { path: 'docker-compose.yml' })
    expect(reason).toBe('“./up” is relative to the folder that holds docker-compose.yml. Enter the full path.')
  })

  it.each([
    ['volumes: { up: }', {}, 'readur_up'],
    ['volumes: { up: { driver: local } }', { project: 'mine' }, 'mine_up'],
    ['volumes: { up: { name: readur-data } }', {}, 'readur-data'],
    ['volumes: { up: { external: true } }', {}, 'up'],
    ['volumes: { up: { external: true, name: shared } }', {}, 'shared'],
    ['volumes: { up: { external: { name: old-form } } }', {}, 'old-form'],
    ['volumes: { up: { name: "${PREFIX:-pre}_up" } }', {}, 'pre_up'],
    ['name: my-project\nvolumes: { up: }', {}, 'my-project_up'],
    ['', {}, 'readur_up'],
  ])('lie in a volume of Docker: %s', async (more, options, volume) => {
    for (const mount of ['up:/app/uploads', '{ type: volume, source: up, target: /app/uploads }']) {
      const { host, found } = await uploads(`volumes: [${mount}]`, more, options)
      expect(found.uploads).toMatchObject({ kind: 'volume', volume })
      expect(host).toBe(`/var/lib/docker/volumes/${volume}/_data`)
    }
  })

  it('lie in a volume named after COMPOSE_PROJECT_NAME or the folder, as Compose writes it', async () => {
    const named = await uploads(
      'volumes: [up:/app/uploads]',
      'name: other',
      {},
      { '/srv/readur/.env': 'COMPOSE_PROJECT_NAME=env' },
    )
    expect(named.found.uploads?.volume).toBe('env_up')
    const path = '/srv/_My Readur.2/docker-compose.yml'
    expect((await uploads('volumes: [up:/app/uploads]', '', { path })).found.uploads?.volume).toBe('myreadur2_up')
  })

  it('lie where a volume is bound to', async () => {
    const bound = 'volumes: { up: { driver_opts: { type: none, o: bind, device: /mnt/storage } } }'
    expect((await uploads('volumes: [up:/app/uploads]', bound)).host).toBe('/mnt/storage')
  })

  it('have an unknown place in volumes whose name, driver or project is not known', async () => {
    expect((await uploads('volumes: [up:/app/uploads]', '', { path: 'compose.yml' })).reason).toContain('PROJECT_up')
    expect((await uploads('volumes: [up:/app/uploads]', 'volumes: { up: { driver: rclone } }')).reason).toContain(
      'driver',
    )
    expect((await uploads('volumes: [up:/app/uploads]', 'volumes: { up: { name: "x; rm -rf ~" } }')).reason).toContain(
      'name of the volume',
    )
    expect((await uploads('volumes: [/app/uploads]')).reason).toContain('without a name')
  })

  it('can be read only from inside when no folder is mounted', async () => {
    const { reason, found } = await uploads('environment: { UPLOAD_PATH: /app/uploads }')
    expect(found.uploads).toEqual({
      kind: 'container',
      volume: null,
      container: 'readur-readur-1',
      path: '/app/uploads',
      lostWith: 'container',
    })
    expect(reason).toBeUndefined()
    expect(found.settings.dockerContainer?.value).toBe('readur-readur-1')
    expect(notesOf(found)).toContain('docker exec')
    const inMemory = (await uploads('tmpfs: /app')).found
    expect(inMemory.notes[0]?.message).toContain('memory')
    expect(inMemory.uploads?.lostWith).toBe('memory')
    // Their own folder is what counts.
    const mounted = (await uploads('volumes: ["documents:/app/uploads/documents"]')).found.uploads
    expect(mounted).toMatchObject({ kind: 'container', lostWith: null })
    expect((await uploads('volumes: ["uploads:/app/uploads"]')).found.uploads?.lostWith).toBeNull()
  })

  it('are not guessed from a variable that nobody sets', async () => {
    expect((await uploads('volumes: ["${DIR}/up:/app/uploads"]')).reason).toBe('DIR is set in no file that was read.')
    expect((await uploads('volumes: ["$DIR:/app/uploads"]')).reason).toBe('DIR is set in no file that was read.')
    expect((await uploads('environment: { UPLOAD_PATH: "${DIR}" }\nvolumes: [/a:/b]')).reason).toContain('DIR')
    expect((await uploads('volumes: ["${DIR:-/mnt}/up:/app/uploads"]')).found.settings.uploadsHost).toMatchObject({
      value: '/mnt/up',
      confidence: 'likely',
    })
  })
})

describe('the database', () => {
  const database = async (lines: string, more = '', readurLines = url) => {
    const found = await compose(readur(readurLines, `${postgres(lines)}${more}`))
    return { address: found.settings.databaseAddress?.value, how: found.database, found }
  }

  it.each([
    ['ports: ["5432:5432"]', '127.0.0.1:5432'],
    ['ports: ["0.0.0.0:5433:5432"]', '127.0.0.1:5433'],
    ['ports: ["127.0.0.1:5433:5432"]', '127.0.0.1:5433'],
    ['ports: ["192.168.1.5:5433:5432"]', '192.168.1.5:5433'],
    ['ports: ["[::1]:5433:5432"]', '[::1]:5433'],
    ['ports: [5433:5432]', '127.0.0.1:5433'],
    ['ports: ["5400-5499:5400-5499"]', '127.0.0.1:5432'],
    ['ports: [{ target: 5432, published: 5433 }]', '127.0.0.1:5433'],
    ['ports: [{ target: 5432, published: "5433", host_ip: 127.0.0.1, protocol: tcp }]', '127.0.0.1:5433'],
  ])('is reached at a published port: %s', async (lines, expected) => {
    expect(await database(lines)).toMatchObject({ address: expected, how: 'published port' })
  })

  it.each([
    'expose: [5432]',
    'ports: ["5433:5433"]',
    'ports: ["5432"]',
    'ports: ["5432:5432/udp"]',
    'ports: [{ target: 5432, published: 5433, protocol: udp }]',
    'ports: ["${PORT}:5432"]',
    'ports: ["5000-5010:5432"]',
  ])('is not reached at %s', async (lines) => {
    const { how, found } = await database(lines)
    expect(how).toBe('Docker network only')
    expect(missingOf(found)).toContain('databaseAddress')
    expect(notesOf(found)).toMatch(/127\.0\.0\.1:5432:5432|docker compose port db 5432/)
  })

  it('is less sure of a port that a default stands in', async () => {
    expect((await database('ports: ["${PORT:-5433}:5432"]')).found.settings.databaseAddress?.confidence).toBe('likely')
  })

  it.each([
    ['container_name: readur-db', 'readur-db'],
    ['hostname: pg', 'pg'],
    ['networks: { default: { aliases: [database] } }', 'database'],
    ['restart: always', 'readur-db-1'],
    ['restart: always', 'anything_db_1'],
    ['restart: always', 'DB'],
  ])('is known by each of its names: %s, %s', async (lines, host) => {
    const environment = `environment: { DATABASE_URL: "postgres://u:p@${host}/d" }`
    expect((await database(`${lines}\nports: ["5433:5432"]`, '', environment)).address).toBe('127.0.0.1:5433')
  })

  it('runs on the server itself', async () => {
    const at = async (host: string, more = '') => {
      const found = await compose(readur(`environment: { DATABASE_URL: "postgres://u:p@${host}:5433/d" }\n${more}`))
      return [found.settings.databaseAddress?.value, found.database]
    }
    expect(await at('host.docker.internal')).toEqual(['127.0.0.1:5433', 'server'])
    expect(await at('172.17.0.1')).toEqual(['127.0.0.1:5433', 'server'])
    expect(await at('localhost', 'network_mode: host')).toEqual(['127.0.0.1:5433', 'server'])
    expect(await at('pg', 'extra_hosts: ["pg:host-gateway"]')).toEqual(['127.0.0.1:5433', 'server'])
    expect(await at('pg', 'extra_hosts: { pg: 192.168.1.9 }')).toEqual(['192.168.1.9:5433', 'direct'])
    expect(await at('db.example.org')).toEqual(['db.example.org:5433', 'direct'])
  })

  it('is asked for where the address leads nowhere', async () => {
    const at = async (host: string, more = '') => {
      const found = await compose(readur(`environment: { DATABASE_URL: "postgres://u:p@${host}/d" }\n${more}`))
      return reasonOf(found, 'databaseAddress')
    }
    expect(await at('localhost')).toContain('the container itself')
    expect(await at('shared-postgres')).toContain('none of the containers')
    expect(await at('a', 'extra_hosts: ["a:b", "b:a"]')).toContain('none of the containers')
  })

  it('is no service of another network, unless Readur shares the network of yet another', async () => {
    const lines = 'networks: [back]\nports: ["5433:5432"]'
    expect((await database(lines, '', `${url}\nnetworks: [front]`)).how).toBeNull()
    expect((await database(lines, '', `${url}\nnetworks: { front: , back: }`)).address).toBe('127.0.0.1:5433')
    expect((await database(lines, '', `${url}\nnetwork_mode: service:vpn`)).address).toBe('127.0.0.1:5433')
  })

  it('offers the login of its container, which holds for a new database only', async () => {
    const lines = 'environment: { POSTGRES_USER: owner, POSTGRES_PASSWORD: set-up, POSTGRES_DB: d }'
    const { found } = await database(lines)
    expect(found.settings.databaseUser?.alternatives.map((it) => it.value)).toEqual(['owner'])
    expect(found.settings.databaseName?.alternatives).toEqual([])
  })

  it('is guessed from depends_on when Readur’s variables do not name it', async () => {
    const lines = 'environment: { POSTGRES_PASSWORD: set-up }\nports: ["5433:5432"]'
    for (const depends of ['depends_on: [db]', 'depends_on: { db: { condition: service_healthy } }']) {
      const { found } = await database(
        lines,
        '  other: { image: postgres, ports: ["1:5432"], networks: [x] }\n',
        depends,
      )
      expect(suggestionsFor(found, 'databaseAddress')).toEqual(['127.0.0.1:5433'])
      expect(suggestionsFor(found, 'databasePassword')).toEqual(['••••'])
      expect(found.settings.databaseAddress).toBeUndefined()
    }
  })

  it('explains a DATABASE_URL that cannot be read', async () => {
    const found = await compose(readur('environment: { DATABASE_URL: "postgres://u:12/34@db/d" }'))
    expect(reasonOf(found, 'databasePassword')).toContain('%2F')
    expect(JSON.stringify(found)).not.toContain('12/34')
  })
})

describe('the storage service', () => {
  it('is rewritten to its published port, with a word on what that means', async () => {
    const text = readur(
      'environment: { S3_ENDPOINT: "http://minio:9000/" }',
      '  minio: { image: minio/minio, ports: ["9100:9000"] }\n',
    )
    const found = await compose(text)
    expect(found.settings.s3Endpoint).toMatchObject({ value: 'http://127.0.0.1:9100', onServer: true })
    expect(notesOf(found)).toContain('put the name of the server in its place')
  })

  it('is asked for when it publishes nothing', async () => {
    const text = readur('environment: { S3_ENDPOINT: "http://garage:3900" }', '  garage: { image: dxflrs/garage:v2 }\n')
    expect(reasonOf(await compose(text), 's3Endpoint')).toContain('Docker’s network only')
  })

  it('is kept as it is where it is elsewhere', async () => {
    const endpoint = async (address: string) =>
      (await compose(readur(`environment: { S3_ENDPOINT_URL: "${address}" }`))).settings.s3Endpoint?.value
    expect(await endpoint('https://s3.eu-central-2.wasabisys.com/')).toBe('https://s3.eu-central-2.wasabisys.com')
    expect(await endpoint('http://nas:9000/base')).toBe('http://nas:9000/base')
    expect(await endpoint('s3.example.org')).toBeUndefined()
  })

  it.each([
    [
      'minio/minio',
      'ports: ["9000:9000"]\n    environment: { MINIO_ROOT_USER: me, MINIO_DEFAULT_BUCKETS: "docs:public, more" }',
      'http://127.0.0.1:9000',
      ['docs', 'more'],
    ],
    ['dxflrs/garage:v2.1', 'ports: ["3900:3900"]', 'http://127.0.0.1:3900', []],
    ['rustfs/rustfs', 'network_mode: host', 'http://127.0.0.1:9000', []],
  ])('is offered when Readur is not set to S3 yet: %s', async (image, lines, endpoint, buckets) => {
    const found = await compose(readur(url, `  store:\n    image: ${image}\n    ${lines}\n`))
    expect(suggestionsFor(found, 's3Endpoint')).toEqual([endpoint])
    expect(suggestionsFor(found, 's3Bucket')).toEqual(buckets)
    expect(found.settings.s3Endpoint).toBeUndefined()
  })
})

describe('Readur’s own address', () => {
  it.each([
    ['ports: ["8000:8000"]', 'http://127.0.0.1:8000'],
    ['ports: ["80:9000"]\nenvironment: { SERVER_ADDRESS: "0.0.0.0:9000" }', 'http://127.0.0.1:80'],
    ['ports: ["80:9000"]\nenvironment: { SERVER_PORT: 9000 }', 'http://127.0.0.1:80'],
    ['environment: { OIDC_REDIRECT_URI: "https://readur.example/api/auth/oidc/callback" }', 'https://readur.example'],
    [
      'labels: { "traefik.http.routers.r.rule": "Host(`readur.example`) && PathPrefix(`/`)" }',
      'https://readur.example',
    ],
  ])('%s', async (lines, expected) => {
    expect((await compose(readur(lines))).settings.readurUrl?.value).toBe(expected)
  })
})
