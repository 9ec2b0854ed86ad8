import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { classify } from '../../../src/main/engine/plan/classify.ts'
import { mapText, MapProposals } from '../../../src/main/engine/plan/proposals.ts'
import type { DocumentRow } from '../../../src/main/engine/ports.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

const signal = new AbortController().signal
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const row = (filePath: string, text: string, change: Partial<DocumentRow> = {}): DocumentRow => ({
  id: 'd1',
  userId: 'u1',
  filename: 'a.txt',
  filePath,
  fileSize: text.length,
  fileHash: hashOf(text),
  mimeType: 'text/plain',
  createdAt: 0,
  images: [],
  ...change,
})

describe('rows of another installation', () => {
  let uploads: MemoryUploads
  beforeEach(() => {
    uploads = new MemoryUploads()
  })
  const plan = async (document: DocumentRow, proposals = new MapProposals(uploads)) =>
    (await classify({ uploads, prefixes: [{ stored: '/data/uploads', folder: '' }], proposals, signal }, document))[0]

  it('are recoverable by a map where the same relative file has the hash of the row, and are never moved without it', async () => {
    uploads.write('documents/a.txt', Buffer.from('hello'))
    expect(await plan(row('/app/uploads/documents/a.txt', 'hello'))).toMatchObject({
      verdict: 'blocked',
      code: 'PATH_MAPPABLE',
      source: null,
      message: 'The file is at “documents/a.txt”. Accept the map /app/uploads=/srv/readur/uploads',
    })
  })

  it.each<[string, Partial<DocumentRow>, code: string]>([
    ['another hash', { fileHash: hashOf('other') }, 'PATH_OUTSIDE'],
    ['another size', { fileSize: 4 }, 'PATH_OUTSIDE'],
    ['no hash', { fileHash: null }, 'PATH_OUTSIDE'],
    ['a path that climbs', { filePath: '/app/uploads/../uploads/documents/a.txt' }, 'PATH_OUTSIDE'],
    ['a path that would be two maps', { filePath: '/x=/etc;/app/documents/a.txt' }, 'PATH_OUTSIDE'],
    ['a path that reads otherwise than it is', { filePath: '/a\u202e/documents/a.txt' }, 'PATH_OUTSIDE'],
    ['a file that is not there', { filePath: '/app/uploads/documents/b.txt' }, 'PATH_OUTSIDE'],
  ])('are not with %s', async (_story, change, code) => {
    uploads.write('documents/a.txt', Buffer.from('hello'))
    expect(await plan(row('/app/uploads/documents/a.txt', 'hello', change))).toMatchObject({ verdict: 'blocked', code })
  })

  it('are found after Readur has moved their files into documents/ too', async () => {
    uploads.write('documents/a.txt', Buffer.from('hello'))
    const proposal = await new MapProposals(uploads).propose(row('/old/store/a.txt', 'hello'), signal)
    expect(proposal && mapText(proposal.prefix, '/srv/up/')).toBe('/old/store=/srv/up/documents')
  })

  it('are compared by size once three have shown by their hash that the map is right', async () => {
    const proposals = new MapProposals(uploads)
    const open = vi.spyOn(uploads, 'open')
    for (let at = 0; at < 6; at += 1) {
      uploads.write(`documents/${at}.txt`, Buffer.from(`text ${at}`))
      expect(await plan(row(`/app/uploads/documents/${at}.txt`, `text ${at}`), proposals)).toMatchObject({
        code: 'PATH_MAPPABLE',
      })
    }
    expect(open).toHaveBeenCalledTimes(3)
    expect(await plan(row('/app/uploads/documents/0.txt', 'longer text'), proposals)).toMatchObject({
      code: 'PATH_OUTSIDE',
    })
  })
})
