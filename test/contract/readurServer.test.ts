import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpReadur } from '../../src/main/adapters/readur/readurServer.ts'
import { MigrateError } from '../../src/main/engine/errors.ts'
import type { DocumentRow } from '../../src/main/engine/ports.ts'
import { throughReadur, type DocumentAnswer } from '../../src/main/engine/verify/throughReadur.ts'
import { startReadur, type FakeReadur } from '../services/readur.ts'

const never = new AbortController().signal
const sha256 = (bytes: string) => createHash('sha256').update(bytes).digest('hex')

const row = (changes: Partial<DocumentRow> = {}): DocumentRow => ({
  id: randomUUID(),
  userId: null,
  filename: 'a.pdf',
  filePath: '/app/uploads/documents/a.pdf',
  fileSize: 5,
  fileHash: sha256('bytes'),
  mimeType: 'application/pdf',
  createdAt: null,
  images: [],
  ...changes,
})

describe('Readur over HTTP', () => {
  let fake: FakeReadur
  let readur: HttpReadur
  beforeEach(async () => {
    fake = await startReadur()
    readur = new HttpReadur({ url: fake.url, token: fake.token })
  })
  afterEach(() => fake.stop())

  const answers = async (...rows: DocumentRow[]): Promise<DocumentAnswer[]> => {
    const all: DocumentAnswer[] = []
    for await (const answer of throughReadur(readur, rows, never)) all.push(answer)
    return all
  }

  it('says that it is well, and its version', async () => {
    expect(await readur.health(never)).toEqual({ version: '2.9.0' })
  })

  it('needs not tell its version', async () => {
    const quiet = await startReadur({ version: null })
    try {
      expect(await new HttpReadur({ url: quiet.url, token: null }).health(never)).toEqual({ version: null })
    } finally {
      await quiet.stop()
    }
  })

  it('is not Readur when it answers with a page', async () => {
    const elsewhere = new HttpReadur({ url: `${fake.url}/somewhere`, token: null })
    await expect(elsewhere.health(never)).rejects.toMatchObject({ code: 'READUR_STRANGE' })
  })

  it('is not Readur when its answer never ends, and is hung up on', async () => {
    let sent = 0
    const endless = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"status": "')
      const chunk = Buffer.alloc(64 * 1024, 'o')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on('drain', more)
      more()
    })
    endless.listen(0, '127.0.0.1')
    await once(endless, 'listening')
    const address = endless.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    const error: unknown = await new HttpReadur({ url, token: null }).health(never).catch((it: unknown) => it)
    expect(error).toMatchObject({ code: 'READUR_STRANGE', scope: 'run' })
    expect(String(error)).toContain('with more than 4 MiB')
    // What sockets hold on both sides comes on top.
    expect(sent).toBeLessThan(20 * 1024 ** 2)
    const closed = once(endless, 'close')
    endless.close()
    await closed
  })

  it.each(['nothing at all', 'a byte now and then'])('is not waited for when it answers %s', async (what) => {
    const slow = createServer((_, response) => {
      if (what === 'nothing at all') return
      response.writeHead(200, { 'content-type': 'application/json' })
      const dripping = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(dripping))
    })
    slow.listen(0, '127.0.0.1')
    await once(slow, 'listening')
    const address = slow.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    await expect(new HttpReadur({ url, token: 'any', answerMs: 200 }).health(never)).rejects.toMatchObject({
      code: 'READUR_UNREACHABLE',
      retryable: true,
      message: `“${url}” gave no answer within 0.2 seconds.`,
    })
    const closed = once(slow, 'close')
    slow.close()
    await closed
  })

  it('is not well when it says so', async () => {
    fake.health.status = 'degraded'
    await expect(readur.health(never)).rejects.toMatchObject({ code: 'READUR_STRANGE' })
  })

  it('cannot be reached once it is stopped', async () => {
    const gone = await startReadur()
    await gone.stop()
    const error: unknown = await new HttpReadur({ url: gone.url, token: null }).health(never).catch((it: unknown) => it)
    expect(error).toMatchObject({ code: 'READUR_UNREACHABLE', retryable: true })
    expect(String(error)).toContain('The connection was refused: nothing listens on that port.')
  })

  it('tells whose token it is, and refuses another', async () => {
    expect(await readur.whoAmI(never)).toEqual({ name: 'ada', isAdmin: true })
    const wrong = new HttpReadur({ url: fake.url, token: 'wrong' })
    await expect(wrong.whoAmI(never)).rejects.toMatchObject({ code: 'READUR_TOKEN', scope: 'run' })
  })

  it('says of a document only what it was told: that it could not be stored, or that something else was wrong', async () => {
    let status = 500
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end('{}'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    const upload = (): Promise<string | null> =>
      new HttpReadur({ url, token: fake.token }).upload('a.txt', Buffer.from('text'), never)
    expect(await upload()).toBeNull()
    status = 502
    await expect(upload()).rejects.toMatchObject({ code: 'READUR_UNREACHABLE' })
    status = 413
    await expect(upload()).rejects.toMatchObject({ code: 'READUR_STRANGE' })
    status = 401
    await expect(upload()).rejects.toMatchObject({ code: 'READUR_TOKEN' })
    server.closeAllConnections()
    server.close()
  })

  it('gives the token to nobody that it is sent on to', async () => {
    const asked: (string | undefined)[] = []
    const thief = createServer((request, response) => {
      asked.push(request.headers.authorization)
      response.writeHead(302, { location: `${fake.url}/api/health` }).end()
    })
    thief.listen(0, '127.0.0.1')
    await once(thief, 'listening')
    const address = thief.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    await expect(new HttpReadur({ url, token: fake.token }).health(never)).rejects.toMatchObject({
      code: 'READUR_STRANGE',
    })
    thief.close()
    expect(asked).toHaveLength(1)
    expect(fake.asked).toEqual([])
  })

  it('hands out documents: the same, an image that was turned, another one, none', async () => {
    const same = row()
    const image = row({ mimeType: 'image/jpeg', fileHash: sha256('as it was uploaded') })
    const unknown = row({ fileHash: null })
    const damaged = row()
    const unreadable = row()
    const missing = row()
    for (const { id } of [same, image, unknown]) fake.documents.set(id, Buffer.from('bytes'))
    fake.documents.set(damaged.id, Buffer.from('other'))
    fake.documents.set(unreadable.id, null)
    const all = await answers(same, image, unknown, damaged, unreadable, missing)
    expect(all.map(({ result }) => result)).toEqual([
      'same',
      'reencoded',
      'unknown hash',
      'differs',
      'refused',
      'refused',
    ])
    expect(all[0]).toMatchObject({ size: 5, sha256: sha256('bytes') })
    expect(all[4]).toMatchObject({
      error: { code: 'READUR_NO_DOCUMENT', message: expect.stringContaining('500') as unknown },
    })
  })

  it('ends at once when the token is refused', async () => {
    readur = new HttpReadur({ url: fake.url, token: 'wrong' })
    await expect(answers(row(), row())).rejects.toBeInstanceOf(MigrateError)
    expect(fake.asked).toHaveLength(1)
  })
})
