import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { HttpReadur } from '../../src/main/adapters/readur/readurServer.ts'
import type { S3Settings } from '../../src/main/adapters/s3/client.ts'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import { md5Of, wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'
import { readStorageSettings } from '../../src/main/profiles/settings.ts'
import { checkStorage } from '../../src/main/runs/checks/checkConnection.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'
import { makeCertificates, type Certificates } from '../services/certificates.ts'
import { startForwardProxy, type ForwardProxy } from '../services/forwardProxy.ts'
import { startReadur, type FakeReadur } from '../services/readur.ts'
import { startTlsFront, type TlsFront } from '../services/tlsFront.ts'

// What it was started with is what a test says.
vi.mock(import('../../src/main/adapters/environment.ts'), async (original) => ({
  ...(await original()),
  ownEnvironment: process.env,
}))

const never = new AbortController().signal
const bytes = Buffer.from('the document')
/** Only the proxy knows it. */
const host = 's3.example.test'

let dir = ''
let certificates: Certificates
let ca: string[] = []
let bucket: TestBucket
let readur: FakeReadur
const fronts: TlsFront[] = []
let proxy: ForwardProxy
const open: { close: () => void }[] = []

const portOf = (url: string): number => Number(new URL(url).port)
async function inFrontOf(url: string): Promise<number> {
  const front = await startTlsFront(portOf(url), certificates)
  fronts.push(front)
  return front.port
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-proxied-'))
  certificates = await makeCertificates(dir, host)
  ca = [await readFile(certificates.authority, 'utf8')]
  bucket = await createBucket()
  readur = await startReadur()
})
afterAll(async () => {
  await Promise.all(fronts.map((it) => it.stop()))
  await readur.stop()
  await bucket.remove()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  proxy = await startForwardProxy()
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'NO_PROXY', 'no_proxy']) {
    vi.stubEnv(name, '')
  }
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const one of open.splice(0)) one.close()
  await proxy.stop()
})

const settingsAt = (endpoint: string): S3Settings => ({ ...bucket, endpoint, forcePathStyle: true, ca })
function storeAt(endpoint: string): S3ObjectStore {
  const store = new S3ObjectStore(settingsAt(endpoint), 2)
  open.push(store)
  return store
}
const blockingAt = async (endpoint: string) =>
  (
    await checkStorage({
      s3: settingsAt(endpoint),
      onChange: () => undefined,
      signal: never,
      without: ['bucket.speed', 'bucket.uploads'],
    })
  ).diagnostics.find(({ severity }) => severity === 'blocking')

/** Whole and in parts, read, listed and removed again. */
async function worksAt(store: S3ObjectStore): Promise<void> {
  const head = { key: 'documents/a b+ü', contentType: 'text/plain', metadata: {} }
  await expect(store.put(wholeBody(head, bytes), never)).resolves.toBe('stored')
  const upload = await store.createUpload({ ...head, key: 'documents/parts' }, never)
  const part = await store.putPart(upload, 1, bytes, md5Of(bytes), never)
  await expect(store.completeUpload(upload, [part], never)).resolves.toBe('stored')
  const { objects } = await store.list('documents/', null, never)
  expect(objects.map(({ key }) => key)).toEqual([head.key, 'documents/parts'])
  for (const { key } of objects) {
    const chunks: Uint8Array[] = []
    for await (const chunk of store.get(key, never)) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('the document')
    await store.remove(key, ownStepPermit(), never)
  }
  expect((await store.list('documents/', null, never)).objects).toEqual([])
}

describe('a storage service with a certificate of an authority of one’s own', () => {
  it('is trusted with its CA file, and told without it', async () => {
    const local = await makeCertificates(await mkdtemp(join(dir, 'local-')), 'localhost')
    const front = await startTlsFront(portOf(bucket.endpoint), local)
    fronts.push(front)
    const variables = {
      S3_BUCKET_NAME: bucket.bucket,
      S3_ENDPOINT_URL: `https://localhost:${front.port}`,
      S3_ACCESS_KEY_ID: bucket.accessKeyId,
      S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
    }
    const storeOf = (S3_CA_FILE: string) => {
      const store = new S3ObjectStore(readStorageSettings({ ...variables, S3_CA_FILE }), 2)
      open.push(store)
      return store
    }
    await worksAt(storeOf(local.authority))
    for (const other of ['', certificates.authority]) {
      await expect(storeOf(other).check(never)).rejects.toMatchObject({
        code: 'S3_TLS',
        message: 'The certificate was issued by an authority that this computer does not know.',
      })
    }
  })
})

describe('a storage service behind a proxy', () => {
  it('is reached by HTTPS_PROXY, through a connection that the proxy makes', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    const port = await inFrontOf(bucket.endpoint)
    await worksAt(storeAt(`https://${host}:${port}`))
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}:${port}`]))
    expect(await blockingAt(`https://${host}:${port}`)).toBeUndefined()
  })

  it('is reached by HTTP_PROXY, which passes plain requests on', async () => {
    vi.stubEnv('http_proxy', `http://127.0.0.1:${proxy.port}`)
    const at = `http://${host}:${portOf(bucket.endpoint)}`
    await worksAt(storeAt(at))
    expect(proxy.asked).toContain(`PUT ${at}/${bucket.bucket}/documents/a%20b%2B%C3%BC?x-id=PutObject`)
    expect(await blockingAt(at)).toBeUndefined()
  })

  it('is reached straight where NO_PROXY names it, and on this computer whatever the variables say', async () => {
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    await worksAt(storeAt(bucket.endpoint))
    await worksAt(storeAt(bucket.endpoint.replace('127.0.0.1', 'localhost')))
    vi.stubEnv('NO_PROXY', 'other.test,.example.test')
    await expect(storeAt(`http://${host}:${portOf(bucket.endpoint)}`).check(never)).rejects.toMatchObject({
      code: 'S3_UNREACHABLE',
      message: `The host name “${host}” is not known.`,
    })
    expect(proxy.connections()).toBe(0)
  })
})

describe('a proxy that does not lead on', () => {
  const refused = async (endpoint: string): Promise<unknown> => {
    const error: unknown = await storeAt(endpoint)
      .head('documents/a', never)
      .catch((it: unknown) => it)
    // Nothing that is shown or logged has the password, however deep it is looked into.
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/planted|cGxhbnRlZA/)
    return error
  }

  it('asks for a login: told, by the name of the proxy and without its password', async () => {
    proxy.login = 'ada:right'
    const named = `127.0.0.1:${proxy.port}`
    vi.stubEnv('HTTPS_PROXY', `http://${named}`)
    const endpoint = `https://${host}:443`
    expect(await refused(endpoint)).toMatchObject({
      code: 'PROXY_REFUSED',
      scope: 'run',
      message: `The proxy ${named} asks for a user name and password.`,
    })
    vi.stubEnv('HTTPS_PROXY', `http://ada:planted@${named}`)
    expect(await refused(endpoint)).toMatchObject({
      code: 'PROXY_REFUSED',
      message: `The proxy ${named} does not accept the user name and password.`,
    })
    expect(await blockingAt(endpoint)).toMatchObject({ code: 'bucket.tls', error: { code: 'PROXY_REFUSED' } })
    vi.stubEnv('HTTP_PROXY', `http://ada:planted@${named}`)
    expect(await refused(`http://${host}`)).toMatchObject({ code: 'PROXY_REFUSED' })
  })

  it('lets in whom it knows', async () => {
    proxy.login = 'ada:p@ss word'
    vi.stubEnv('HTTPS_PROXY', `http://ada:p%40ss%20word@127.0.0.1:${proxy.port}`)
    await worksAt(storeAt(`https://${host}:${await inFrontOf(bucket.endpoint)}`))
  })

  it('answers for the service: its “not found” is no word of the service’s, which TLS vouches for', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    proxy.refuses = '404 Not Found'
    expect(await refused(`https://${host}`)).toMatchObject({
      code: 'PROXY_REFUSED',
      message: `The proxy 127.0.0.1:${proxy.port} refuses the connection to ${host}: it answers 404.`,
    })
    proxy.refuses = '503 Service Unavailable'
    expect(await refused(`https://${host}`)).toMatchObject({
      code: 'PROXY_UNREACHABLE',
      retryable: true,
      message: `The proxy 127.0.0.1:${proxy.port} can’t reach ${host}: it answers 503.`,
    })
  })

  it('is not there', async () => {
    const gone = await startForwardProxy()
    await gone.stop()
    for (const scheme of ['http', 'https']) {
      vi.stubEnv(`${scheme}_proxy`, `http://127.0.0.1:${gone.port}`)
      expect(await refused(`${scheme}://${host}`)).toMatchObject({
        code: 'PROXY_UNREACHABLE',
        retryable: true,
        message: `The proxy 127.0.0.1:${gone.port} can’t be reached. The connection was refused: nothing listens on that port.`,
      })
    }
  })

  it('takes the connection and says nothing: it is named, not the service', async () => {
    const taken: Socket[] = []
    const silent = createServer((socket) => void taken.push(socket.on('error', () => undefined)))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let error: unknown = null
      void refused(`https://${host}`).then((it) => (error = it))
      await once(silent, 'connection')
      // All but what the client itself gives a connection.
      await vi.advanceTimersByTimeAsync(9_900)
      await vi.waitFor(() => expect(error).not.toBeNull())
      expect(error).toMatchObject({
        code: 'PROXY_UNREACHABLE',
        message: `The proxy 127.0.0.1:${port} can’t be reached. There was no answer in time.`,
      })
    } finally {
      vi.useRealTimers()
      for (const socket of taken) socket.destroy()
      silent.close()
    }
  })

  it.each(['socks5://ada:planted@proxy:1080', 'http://ada:planted@'])('is none: %s', (address) => {
    vi.stubEnv('HTTPS_PROXY', address)
    expect(() => storeAt(`https://${host}`)).toThrow(
      expect.objectContaining({
        code: 'SETTING_INVALID',
        message: 'HTTPS_PROXY: must be the address of a proxy that begins with http:// or https://.',
      }),
    )
  })
})

describe('Readur behind a proxy', () => {
  it('is reached like the storage service', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    const port = await inFrontOf(readur.url)
    const server = new HttpReadur({ url: `https://${host}:${port}`, token: readur.token, ca })
    expect(await server.health(never)).toEqual({ version: '2.9.0' })
    expect(await server.whoAmI(never)).toEqual({ name: 'ada', isAdmin: true })
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}:${port}`]))
    await expect(new HttpReadur({ url: `https://${host}:${port}`, token: null }).health(never)).rejects.toMatchObject({
      code: 'READUR_TLS',
      message: `“https://${host}:${port}”: The certificate was issued by an authority that this computer does not know.`,
    })
  })

  it('and on this computer straight', async () => {
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    expect(await new HttpReadur({ url: readur.url, token: null }).health(never)).toEqual({ version: '2.9.0' })
    expect(proxy.connections()).toBe(0)
  })

  it('whose proxy asks for a login', async () => {
    proxy.login = 'ada:right'
    vi.stubEnv('HTTPS_PROXY', `http://ada:planted@127.0.0.1:${proxy.port}`)
    const error: unknown = await new HttpReadur({ url: `https://${host}`, token: null })
      .health(never)
      .catch((it: unknown) => it)
    expect(error).toMatchObject({
      code: 'PROXY_REFUSED',
      message: `The proxy 127.0.0.1:${proxy.port} does not accept the user name and password.`,
    })
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/planted/)
  })
})
