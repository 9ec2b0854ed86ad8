import { describe, expect, it } from 'vitest'
import type { Discovered } from '../../../../src/main/discovery/discovered.ts'
import { discoverContainers } from '../../../../src/main/discovery/dockerInspect.ts'
import { parseIds } from '../../../../src/main/discovery/dockerReply.ts'
import { toVariables } from '../../../../src/main/discovery/variables.ts'
import { readSettings } from '../../../../src/main/profiles/settings.ts'
import { fixture, missingOf, notesOf, reasonOf, refusal, suggestionsFor, valuesOf } from './support.ts'

interface Inspected {
  Id: string
  Name: string
  State: { Running: boolean }
  Mounts: Record<string, unknown>[]
  Config: { Image: string; Env: string[]; WorkingDir: string; Labels: Record<string, string> }
  HostConfig: { NetworkMode: string; ExtraHosts: string[] | null; PortBindings: unknown; Tmpfs: unknown }
  NetworkSettings: { Ports: unknown; Networks: Record<string, unknown> }
}

/** What `docker inspect` of Docker 20.10 said of three containers, shortened; the secrets and DNSNames are put in. */
const real = () => JSON.parse(fixture('docker/inspect.json')) as [Inspected, Inspected, Inspected]
type Change = (readur: Inspected, postgres: Inspected, minio: Inspected) => void

function discover(change: Change = () => undefined, volumes?: string): Discovered {
  const containers = real()
  change(...containers)
  const found = discoverContainers(JSON.stringify(containers), volumes)
  expect(found).toHaveLength(1)
  const [only] = found
  if (!only) throw new Error('Nothing was found.')
  return only
}
const setEnvironment = (container: Inspected, ...lines: string[]) => {
  const names = lines.map((it) => it.split('=')[0])
  container.Config.Env = [...container.Config.Env.filter((it) => !names.includes(it.split('=')[0])), ...lines]
}
const bind = (Source: string, Destination: string) => ({
  Type: 'bind',
  Source,
  Destination,
  Mode: '',
  RW: true,
  Propagation: 'rprivate',
})

describe('running containers', () => {
  it('give all settings, with the addresses that the server reaches', () => {
    const found = discover()
    expect(found.source).toBe('readur-readur-1 in Docker')
    expect(valuesOf(found)).toEqual({
      databaseAddress: '172.18.0.2:5432',
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: 'container-db-secret',
      uploadsContainer: '/app/uploads',
      uploadsHost: '/var/lib/docker/volumes/readur_uploads/_data',
      s3Bucket: 'readur-documents',
      s3Endpoint: 'http://127.0.0.1:9000',
      s3AccessKey: 'readur-key',
      s3SecretKey: 'container-s3-secret',
      s3PathStyle: 'true',
      readurUrl: 'http://127.0.0.1:8000',
      readurVersion: '2.9.0',
    })
    expect(found.missing).toEqual([])
    expect(found.database).toBe('container address')
    expect(found.settings.databaseAddress).toMatchObject({ confidence: 'likely', onServer: true })
    expect(notesOf(found)).toContain('changes when the container is made anew')
    expect(notesOf(found)).toContain('set to S3 already')
    expect(notesOf(found)).toContain('This Readur is 2.9.0. Before 2.9.2 Readur does no OCR')
    expect(found.settings.databaseName?.origin).toEqual({ container: 'readur-readur-1', variable: 'DATABASE_URL' })
    expect(readSettings(toVariables(found)).database.label).toBe('172.18.0.2:5432/readur')
  })

  it('have a published port before the address', () => {
    const found = discover((_, postgres) => {
      postgres.NetworkSettings.Ports = { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: '5433' }] }
    })
    expect(found.settings.databaseAddress).toMatchObject({ value: '127.0.0.1:5433', confidence: 'certain' })
    expect(found.settings.databaseAddress?.alternatives.map((it) => it.value)).toEqual(['172.18.0.2:5432'])
    expect(found.database).toBe('published port')
  })

  it('are found by every name, in their own network first', () => {
    for (const host of ['postgres', 'readur-postgres-1', '26518665333f', '172.18.0.2']) {
      const found = discover((readur) => setEnvironment(readur, `DATABASE_URL=postgresql://u:p@${host}/d`))
      expect(found.settings.databaseAddress?.value, host).toBe('172.18.0.2:5432')
    }
    const containers = real()
    const [, postgres] = containers
    const other = structuredClone(postgres)
    other.Id = 'f'.repeat(64)
    other.NetworkSettings.Networks = { other_default: { IPAddress: '172.19.0.2', Aliases: ['postgres'] } }
    const [found] = discoverContainers(JSON.stringify([other, ...containers]))
    expect(found?.settings.databaseAddress?.value).toBe('172.18.0.2:5432')
    const [elsewhere] = discoverContainers(JSON.stringify([containers[0], other]))
    expect(elsewhere && reasonOf(elsewhere, 'databaseAddress')).toContain('none of the containers')
  })

  it('may have the database on the server itself', () => {
    const at = (host: string, change: Change = () => undefined) => {
      const found = discover((readur, ...others) => {
        setEnvironment(readur, `DATABASE_URL=postgresql://u:p@${host}:5499/d`)
        change(readur, ...others)
      })
      return [found.settings.databaseAddress?.value, found.database]
    }
    expect(at('host.docker.internal')).toEqual(['127.0.0.1:5499', 'server'])
    expect(at('172.18.0.1')).toEqual(['127.0.0.1:5499', 'server'])
    expect(at('localhost', (readur) => (readur.HostConfig.NetworkMode = 'host'))).toEqual(['127.0.0.1:5499', 'server'])
    expect(at('pg', (readur) => (readur.HostConfig.ExtraHosts = ['pg:10.0.0.9']))).toEqual(['10.0.0.9:5499', 'direct'])
    expect(at('pg', (readur) => (readur.HostConfig.ExtraHosts = ['pg=[fd00::9]']))).toEqual([
      '[fd00::9]:5499',
      'direct',
    ])
    expect(at('db.example.org')).toEqual(['db.example.org:5499', 'direct'])
  })

  it('may have stopped: the port that they publish is kept, or the address asked for', () => {
    const stop = (container: Inspected) => {
      container.State.Running = false
      container.NetworkSettings.Ports = {}
      container.NetworkSettings.Networks = { readur_default: { IPAddress: '', Aliases: ['postgres'], Gateway: '' } }
    }
    const unpublished = discover((_, postgres) => stop(postgres))
    expect(reasonOf(unpublished, 'databaseAddress')).toBe('The container readur-postgres-1 does not run.')
    expect(notesOf(unpublished)).toContain('Start it, then search again.')
    const published = discover((_, postgres) => {
      stop(postgres)
      postgres.HostConfig.PortBindings = { '5432/tcp': [{ HostIp: '', HostPort: '5433' }] }
    })
    expect(published.settings.databaseAddress?.value).toBe('127.0.0.1:5433')
    expect(notesOf(published)).toContain('does not run')
  })

  it('offer PostgreSQL and S3 beside a Readur that names neither', () => {
    const found = discover((readur) => {
      readur.Config.Env = readur.Config.Env.filter((it) => !/^(DATABASE_URL|S3_)/.test(it))
    })
    expect(suggestionsFor(found, 'databaseAddress')).toEqual(['172.18.0.2:5432'])
    expect(suggestionsFor(found, 's3Endpoint')).toEqual(['http://127.0.0.1:9000', 'http://172.18.0.4:9000'])
    expect(suggestionsFor(found, 's3AccessKey')).toEqual(['root-user'])
    expect(missingOf(found)).toContain('databasePassword')
    expect(toVariables(found).DATABASE_URL).toBeUndefined()
  })

  it('are no Readur', async () => {
    const [, postgres, minio] = real()
    expect(await refusal(() => discoverContainers(JSON.stringify([postgres, minio])))).toContain('READUR_NOT_FOUND')
    expect(await refusal(() => discoverContainers('[]'))).toContain('READUR_NOT_FOUND')
  })

  it('may be several Readurs', () => {
    const containers = real()
    const second = structuredClone(containers[0])
    second.Name = '/second'
    second.Config.Image = 'own/build'
    const found = discoverContainers(JSON.stringify([second, ...containers]))
    expect(found.map((it) => it.source)).toEqual(['readur-readur-1 in Docker', 'second in Docker'])
  })
})

describe('uploads of a container', () => {
  const uploads = (mounts: Record<string, unknown>[], volumes?: string) => {
    const found = discover((readur) => (readur.Mounts = mounts), volumes)
    return [found.settings.uploadsHost?.value, found.uploads?.kind, reasonOf(found, 'uploadsHost')]
  }
  const volume = (Driver: string, Source: string) => ({
    Type: 'volume',
    Name: 'up',
    Source,
    Destination: '/app/uploads',
    Driver,
  })
  const details = (Options: unknown, Driver = 'local') =>
    JSON.stringify([
      { Name: 'up', Driver, Mountpoint: '/var/lib/docker/volumes/up/_data', Options, Labels: null, Scope: 'local' },
    ])

  it('lie at the source of a bind mount, also further up', () => {
    expect(uploads([bind('/srv/up', '/app/uploads')])).toEqual(['/srv/up', 'bind', undefined])
    expect(uploads([bind('/srv/app', '/app')])).toEqual(['/srv/app/uploads', 'bind', undefined])
  })

  it('lie where the volume is, by what Docker says of it', () => {
    const mounted = volume('local', '/data/docker/volumes/up/_data')
    expect(uploads([mounted])).toEqual(['/data/docker/volumes/up/_data', 'volume', undefined])
    expect(uploads([mounted], details(null))[0]).toBe('/var/lib/docker/volumes/up/_data')
    const bound = details({ type: 'none', o: 'bind', device: '/mnt/storage' })
    expect(uploads([mounted], bound)[0]).toBe('/mnt/storage')
    const nfs = details({ type: 'nfs', o: 'addr=10.0.0.2,rw', device: ':/export' })
    expect(uploads([mounted], nfs)[0]).toBe('/var/lib/docker/volumes/up/_data')
  })

  it('have an unknown place with another driver', () => {
    expect(uploads([volume('rclone', '/run/rclone/up')])).toEqual([
      undefined,
      'volume',
      'The volume is kept by a driver of its own.',
    ])
    expect(uploads([volume('local', '')])[0]).toBeUndefined()
  })

  it('lie inside when nothing is mounted', () => {
    // Then nothing is missing: they are read through the container.
    expect(uploads([])).toEqual([undefined, 'container', undefined])
    const found = discover((readur) => {
      readur.Mounts = []
      readur.HostConfig.Tmpfs = { '/app/uploads': '' }
    })
    expect(found.uploads).toEqual({
      kind: 'container',
      volume: null,
      container: 'readur-readur-1',
      path: '/app/uploads',
      lostWith: 'memory',
    })
    expect(found.settings.dockerContainer?.value).toBe('readur-readur-1')
    expect(toVariables(found)).toMatchObject({
      UPLOAD_PATH: '/app/uploads',
      READUR_UPLOADS_CONTAINER: 'readur-readur-1',
    })
    expect(notesOf(found)).toContain('memory')
  })

  it('are named as the computer names them, with Docker Desktop', () => {
    expect(uploads([bind('/run/desktop/mnt/host/c/Users/ann/up', '/app/uploads')])[0]).toBe('C:\\Users\\ann\\up')
    expect(uploads([bind('/host_mnt/Users/ann/up', '/app/uploads')])[0]).toBe('/Users/ann/up')
  })

  it('follow UPLOAD_PATH from the working folder', () => {
    const found = discover((readur) => {
      readur.Mounts = [bind('/srv/up', '/opt/readur/files')]
      readur.Config.WorkingDir = '/opt/readur'
      setEnvironment(readur, 'UPLOAD_PATH=files')
    })
    expect(found.settings.uploadsHost?.value).toBe('/srv/up')
    expect(found.settings.uploadsContainer?.value).toBe('files')
  })
})

describe('docker ps', () => {
  it('is read line by line, and nothing but IDs counts', () => {
    expect(parseIds(fixture('docker/ps.txt')).map((it) => it.slice(0, 4))).toEqual(['c8cf', '1901', '2651'])
    expect(parseIds('')).toEqual([])
    for (const hostile of ['--help\n', 'abc', '[]\n']) expect(() => parseIds(hostile)).toThrow('not a list of IDs')
  })
})
