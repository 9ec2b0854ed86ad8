import { describe, expect, it } from 'vitest'
import { discoverContainers } from '../../../../src/main/discovery/dockerInspect.ts'
import { endpointForReadur, ourReadur } from '../../../../src/main/discovery/ourReadur.ts'
import { compose, fixture, readur } from './support.ts'

const keys = 'S3_ACCESS_KEY_ID: k, S3_SECRET_ACCESS_KEY: s'
const told = async (environment: string, image = 'ghcr.io/readur/readur') => {
  const text = readur(`environment: { ${environment} }`).replace('image: ghcr.io/readur/readur', `image: ${image}`)
  return (await compose(text)).storing
}

describe('where its variables tell a Readur to store', () => {
  it.each([
    ['S3_ENABLED: "true", S3_BUCKET_NAME: docs', 's3'],
    ['S3_ENABLED: " TRUE ", S3_BUCKET_NAME: docs', 's3'],
    ['STORAGE_BACKEND: s3, S3_BUCKET_NAME: docs', 's3'],
    ['S3_ENABLED: "1", S3_BUCKET_NAME: docs', 'local'],
    ['S3_ENABLED: "yes", S3_BUCKET_NAME: docs', 'local'],
    ['S3_ENABLED: "true"', 'local'],
    ['S3_BUCKET_NAME: docs', 'local'],
  ])('is read as Readur reads it: %s', async (environment, backend) => {
    expect(await told(`${environment}, ${keys}`)).toMatchObject({ backend })
  })

  it('is local without a key, and not known where a variable is set elsewhere', async () => {
    expect(await told('S3_ENABLED: "true", S3_BUCKET_NAME: docs')).toMatchObject({ backend: 'local' })
    expect(await told(`S3_ENABLED: "\${FROM_ELSEWHERE}", ${keys}`)).toBeNull()
  })

  it('is read as this version of it does', async () => {
    const [old, current] = ['ghcr.io/readur/readur:2.9.1', 'ghcr.io/readur/readur:2.9.2']
    const backend = `STORAGE_BACKEND: s3, S3_BUCKET_NAME: docs, S3_ENDPOINT_URL: "http://minio:9000", ${keys}`
    expect(await told(backend, old)).toMatchObject({ backend: 'local' })
    expect(await told(backend, current)).toMatchObject({ backend: 's3', endpoints: ['http://minio:9000'] })
    const endpoint = `S3_ENABLED: "true", S3_BUCKET_NAME: docs, S3_ENDPOINT: "http://minio:9000", ${keys}`
    expect(await told(endpoint, old)).toMatchObject({ backend: 's3', endpoints: [] })
    expect(await told(endpoint, current)).toMatchObject({ backend: 's3', endpoints: ['http://minio:9000'] })
  })

  it.each([
    ['http://127.0.0.1:9000', '', true],
    ['http://localhost:9000', '', true],
    ['http://[::1]:9000', '', true],
    ['http://s3.lan:9000', 'extra_hosts: ["s3.lan:127.0.0.1"]', true],
    ['http://127.0.0.1:9000', 'network_mode: host', false],
    ['http://minio.lan:9000', '', false],
  ])('knows where %s is the container itself %s', async (endpoint, more, isItself) => {
    const environment = `S3_ENABLED: "true", S3_BUCKET_NAME: docs, S3_ENDPOINT_URL: "${endpoint}", ${keys}`
    const { storing } = await compose(readur(`environment: { ${environment} }\n${more}`))
    expect(storing).toMatchObject({ backend: 's3', isItself })
  })

  it('takes an empty S3_ENDPOINT_URL for Amazon', async () => {
    const both = 'S3_ENDPOINT_URL: "", S3_ENDPOINT: "http://minio:9000"'
    expect(await told(`S3_ENABLED: "true", S3_BUCKET_NAME: docs, ${both}, ${keys}`)).toMatchObject({ endpoints: [] })
  })

  it('has the addresses of the service as everybody calls it', () => {
    const [found] = discoverContainers(fixture('docker/inspect.json'))
    expect(found?.storing).toEqual({
      source: 'container readur-readur-1',
      backend: 's3',
      bucket: 'readur-documents',
      endpoints: ['http://minio:9000', 'http://127.0.0.1:9000', 'http://172.18.0.4:9000'],
      onServer: ['http://127.0.0.1:9000', 'http://172.18.0.4:9000'],
      isItself: false,
      unsure: [],
    })
  })

  it('depends on a version that its image may not tell', async () => {
    const [backend, endpoint] = ['STORAGE_BACKEND: s3', 'S3_ENDPOINT: "http://minio:9000"']
    const needed = `S3_BUCKET_NAME: docs, ${keys}`
    const unsure = async (environment: string, image?: string) =>
      (await told(`${environment}, ${needed}`, image))?.unsure
    expect(await unsure(`${backend}, ${endpoint}`)).toEqual(['STORAGE_BACKEND', 'S3_ENDPOINT'])
    expect(await unsure(`${backend}, ${endpoint}`, 'ghcr.io/readur/readur:latest')).toHaveLength(2)
    expect(await unsure(`${backend}, ${endpoint}`, 'ghcr.io/readur/readur:2.9.2')).toEqual([])
    expect(await unsure('S3_ENABLED: "true", S3_ENDPOINT_URL: "http://minio:9000"')).toEqual([])
  })
})

describe('the Readur of a connection', () => {
  const all = discoverContainers(fixture('docker/inspect.json'), fixture('docker/volumes.json'))
  const nowhere = { root: '/nowhere', container: null, database: 'db:5432/other' }

  it.each([
    ['its database', { ...nowhere, database: '172.18.0.2:5432/readur' }],
    ['its container', { ...nowhere, container: 'readur-readur-1' }],
    ['its uploads', { ...nowhere, root: all[0]?.settings.uploadsHost?.value ?? '' }],
  ])('is known by %s', (_by, place) => expect(ourReadur(all, place)).toBe(all[0]))

  it('is the one that runs, where an older one was only stopped', () => {
    const place = { ...nowhere, container: 'readur-readur-1' }
    const [running] = all
    if (!running) throw new Error('There is no Readur.')
    const stopped = { ...running, source: 'readur-old in Docker', isRunning: false }
    expect(ourReadur([stopped, running], place)).toBe(running)
    expect(ourReadur([stopped], place)).toBe(stopped)
  })

  it('is none that has another database and other uploads', () => expect(ourReadur(all, nowhere)).toBeNull())
})

describe('the address of the bucket’s service as it holds where Readur runs', () => {
  const minio = { name: 'minio', port: '9000', places: ['127.0.0.1:9100', '172.18.0.4:9000'] }
  const network = { isServers: false, services: [minio] }
  const side = { network, server: null, serverNames: ['nas', '192.168.1.5'] }
  const at = (endpoint: string, change: Partial<Parameters<typeof endpointForReadur>[1]> = {}) =>
    endpointForReadur({ bucket: 'docs', endpoint }, { ...side, ...change })

  it.each([
    'http://127.0.0.1:9100',
    'http://localhost:9100',
    'http://nas:9100',
    'http://192.168.1.5:9100',
    'http://172.18.0.4:9000',
  ])('is its service and inner port: %s', (endpoint) => expect(at(endpoint).endpoint).toBe('http://minio:9000'))

  it('is that of the server for a service beside Docker', () => {
    const { endpoint, notes } = at('http://127.0.0.1:3900')
    expect(endpoint).toBe('http://host.docker.internal:3900')
    expect(notes.join()).toContain('host-gateway')
    expect(at('http://127.0.0.1:3900', { network: { isServers: true, services: [] } })).toEqual({
      endpoint: 'http://127.0.0.1:3900',
      notes: [],
    })
  })

  it('stays where a certificate holds for the name, and where it is the same for everybody', () => {
    expect(at('https://nas:9100')).toEqual({ endpoint: 'https://nas:9100', notes: [] })
    expect(at('https://s3.example.org')).toEqual({ endpoint: 'https://s3.example.org', notes: [] })
  })

  it('is not known for a service of this computer and a Readur elsewhere, which is said', () => {
    expect(at('http://127.0.0.1:9100', { server: 'ann@nas' }).notes.join()).toContain(
      'write the address at which ann@nas',
    )
    expect(at('http://127.0.0.1:9100', { network: null }).notes.join()).toContain('the container itself')
  })
})
