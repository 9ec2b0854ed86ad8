import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { Content, UploadsFolder } from '../../src/main/engine/ports.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { codeOf, type FolderHarness } from './uploadsFolder.suite.ts'

export interface WritingHarness extends FolderHarness {
  /** All that lies in the folder by its path, folders left out: a file's text, `pipe`, or `-> ` and a link's target. */
  tree: () => Promise<Record<string, string>>
  hardLink: (from: string, to: string) => unknown
}

const never = new AbortController().signal

export const contentOf = (bytes: Buffer): Content => ({
  size: bytes.byteLength,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

export async function* inChunks(bytes: Buffer, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) {
    await new Promise(setImmediate)
    yield bytes.subarray(at, at + size)
  }
}

/** Paths that no call may write to, and what refuses them. */
const forbidden: [string, string][] = [
  ['../outside.txt', 'PATH_OUTSIDE item'],
  ['documents/../../outside.txt', 'PATH_OUTSIDE item'],
  ['documents/../documents/new.txt', 'PATH_OUTSIDE item'],
  ['documents/..', 'PATH_OUTSIDE item'],
  ['', 'PATH_OUTSIDE item'],
  ['.', 'PATH_OUTSIDE item'],
  ['out/outside.txt', 'PATH_OUTSIDE item'],
  ['out/uploads/documents/kept.txt', 'PATH_OUTSIDE item'],
]

/** What every uploads folder has to do that can be written to. */
export function uploadsWritingSuite(name: string, make: () => Promise<WritingHarness>): void {
  describe(`writing through the uploads folder port on ${name}`, () => {
    let harness: WritingHarness
    let folder: UploadsFolder
    beforeEach(async () => {
      harness = await make()
      folder = harness.folder
      await harness.write('documents/kept.txt', Buffer.from('kept'))
      await harness.link('out', '..')
    })
    afterEach(async () => {
      await harness.close()
    })

    const place = (path: string, text: string): Promise<void> => {
      const bytes = Buffer.from(text)
      return folder.place(path, inChunks(bytes), contentOf(bytes), never)
    }
    /** What lies in the folder beside that which every test begins with. */
    const tree = async (): Promise<Record<string, string>> => {
      const { 'documents/kept.txt': kept, out, ...rest } = await harness.tree()
      expect({ kept, out }).toEqual({ kept: 'kept', out: '-> ..' })
      return rest
    }
    /** One of each kind of thing that a new file must not replace. */
    const somethingAt = async (kind: string, path: string): Promise<void> => {
      if (kind === 'file') await harness.write(path, Buffer.from('theirs'))
      if (kind === 'empty file') await harness.write(path, Buffer.alloc(0))
      if (kind === 'folder') await harness.write(`${path}/theirs.txt`, Buffer.from('theirs'))
      if (kind === 'pipe') await harness.pipe(path)
      if (kind === 'link to a file') await harness.link(path, 'kept.txt')
      if (kind === 'link to nowhere') await harness.link(path, 'nowhere.txt')
      if (kind === 'link out') await harness.link(path, '../../outside.txt')
    }
    const kinds = ['file', 'empty file', 'folder', 'pipe', 'link to a file', 'link to nowhere', 'link out']

    describe('placing a file', () => {
      it.each([0, 1, 1_500_000])('writes all of %i bytes', async (size) => {
        const bytes = randomBytes(size)
        await folder.place('documents/new.bin', inChunks(bytes), contentOf(bytes), never)
        expect(await tree()).toEqual({ 'documents/new.bin': bytes.toString() })
        await expect(folder.inspect('documents/new.bin')).resolves.toMatchObject({ kind: 'file', stamp: { size } })
      })

      it.each([
        'documents/契約書 Übergröße.pdf',
        "documents/it's [here] & 100% *.txt",
        `documents/${'x'.repeat(251)}.pdf`,
      ])('gives it the name “%s”', async (path) => {
        await place(path, 'text')
        expect(await tree()).toEqual({ [path]: 'text' })
      })

      it('makes the folders above it', async () => {
        await place('processed_images/a/b/new.png', 'image')
        expect(await tree()).toEqual({ 'processed_images/a/b/new.png': 'image' })
      })

      it('puts it where linked folders lead that stay inside', async () => {
        await harness.makeFolder('documents/old')
        await harness.link('linked', 'documents/old')
        await place('linked/deeper/new.txt', 'text')
        expect(await tree()).toEqual({ linked: '-> documents/old', 'documents/old/deeper/new.txt': 'text' })
      })

      it('puts it into the folder itself if that is asked for', async () => {
        await place('from before the folders.txt', 'text')
        expect(await tree()).toEqual({ 'from before the folders.txt': 'text' })
      })

      it.each(kinds)('leaves alone what lies there: %s', async (kind) => {
        await somethingAt(kind, 'documents/new.txt')
        const before = await harness.tree()
        expect(await codeOf(place('documents/new.txt', 'ours'))).toBe('FILE_TAKEN item')
        expect(await harness.tree()).toEqual(before)
      })

      it('asks for no bytes when something lies there', async () => {
        let asked = false
        const bytes = (async function* () {
          asked = true
          yield* inChunks(Buffer.from('text'))
        })()
        const call = folder.place('documents/kept.txt', bytes, contentOf(Buffer.from('text')), never)
        expect(await codeOf(call)).toBe('FILE_TAKEN item')
        expect(asked).toBe(false)
      })

      it('leaves alone what came while it was written', async () => {
        const bytes = Buffer.from('ours')
        const slow = (async function* () {
          yield bytes.subarray(0, 2)
          await harness.write('documents/new.txt', Buffer.from('theirs'))
          yield bytes.subarray(2)
        })()
        expect(await codeOf(folder.place('documents/new.txt', slow, contentOf(bytes), never))).toBe('FILE_TAKEN item')
        expect(await tree()).toEqual({ 'documents/new.txt': 'theirs' })
      })

      it('lets one of several writers win, whole', async () => {
        const texts = ['first', 'second', 'third', 'fourth']
        const results = await Promise.allSettled(texts.map((text) => place('documents/new.txt', text)))
        const placed = results.map(({ status }) => status === 'fulfilled')
        expect(placed.filter(Boolean)).toHaveLength(1)
        expect(await tree()).toEqual({ 'documents/new.txt': texts[placed.indexOf(true)] })
      })

      it.each([
        ['a file', 'file'],
        ['a link to nowhere', 'link to nowhere'],
      ])('makes no folder in the place of %s', async (_story, kind) => {
        await somethingAt(kind, 'documents/new')
        const before = await harness.tree()
        expect(await codeOf(place('documents/new/deeper/new.txt', 'ours'))).toBe('FILE_TAKEN item')
        expect(await harness.tree()).toEqual(before)
      })

      it.each([...forbidden, [`documents/${'x'.repeat(300)}.pdf`, 'FILE_UNWRITABLE item']])(
        'puts nothing at “%s”',
        async (path, code) => {
          expect(await codeOf(place(path, 'text'))).toBe(code)
          expect(await tree()).toEqual({})
        },
      )

      it('shows nothing that could be taken for a document while it writes', async () => {
        const bytes = randomBytes(300_000)
        const seen: string[] = []
        const watched = (async function* () {
          for await (const chunk of inChunks(bytes)) {
            yield chunk
            seen.push(...Object.keys(await tree()))
          }
        })()
        await folder.place('documents/deep/new.bin', watched, contentOf(bytes), never)
        expect(seen.filter((path) => !/^documents\/deep\/[^/]+\.part$/.test(path))).toEqual([])
        expect(Object.keys(await tree())).toEqual(['documents/deep/new.bin'])
      })

      it('keeps what is not finished out of the folder itself, from where Readur moves files away', async () => {
        const bytes = randomBytes(300_000)
        const seen: string[] = []
        const watched = (async function* () {
          for await (const chunk of inChunks(bytes)) {
            yield chunk
            seen.push(...Object.keys(await tree()))
          }
        })()
        await folder.place('new.bin', watched, contentOf(bytes), never)
        expect(seen.filter((path) => !/^documents\/[^/]+\.part$/.test(path))).toEqual([])
        expect(Object.keys(await tree())).toEqual(['new.bin'])
      })

      it('is not hindered by what a crash has left', async () => {
        await harness.write('documents/left.part', Buffer.from('half'))
        await harness.write('documents/new.txt.part', Buffer.from('half'))
        await place('documents/new.txt', 'text')
        expect(await tree()).toMatchObject({ 'documents/new.txt': 'text' })
      })

      /** The name that the file of this path has while it is written. */
      const nameWhileWritten = async (path: string, bytes: Buffer): Promise<string> => {
        const seen: string[] = []
        const watched = (async function* () {
          yield* inChunks(bytes)
          seen.push(...Object.keys(await tree()).filter((name) => name.endsWith('.part')))
        })()
        await folder.place(path, watched, contentOf(bytes), never)
        const [name, ...more] = seen
        if (name === undefined || more.length > 0) throw new Error(`Written under ${seen.join(', ')}.`)
        return name
      }

      it.each(['documents/deep/new.txt', 'new.txt'])(
        'clears what a crash has left of writing %s, and nothing else',
        async (path) => {
          const part = await nameWhileWritten(path, Buffer.from('text'))
          await harness.write(part, Buffer.from('text'))
          await harness.write('documents/other.part', Buffer.from('of another'))
          await folder.clearUnfinished(path)
          expect(await tree()).toEqual({ [path]: 'text', 'documents/other.part': 'of another' })
          await folder.clearUnfinished(path)
          expect(await tree()).toEqual({ [path]: 'text', 'documents/other.part': 'of another' })
        },
      )

      it('clears nothing that is being written', async () => {
        const bytes = Buffer.from('text')
        const interrupted = (async function* () {
          await folder.clearUnfinished('documents/new.txt')
          yield* inChunks(bytes)
          await folder.clearUnfinished('documents/new.txt')
        })()
        await folder.place('documents/new.txt', interrupted, contentOf(bytes), never)
        expect(await tree()).toEqual({ 'documents/new.txt': 'text' })
      })

      it.each([
        ['other bytes', 'other!'],
        ['too few', 'wan'],
        ['none', ''],
        ['too many', 'wanted, and more'],
      ])('leaves nothing when other bytes come than were to come: %s', async (_story, given) => {
        const call = folder.place(
          'documents/new.txt',
          inChunks(Buffer.from(given)),
          contentOf(Buffer.from('wanted')),
          never,
        )
        expect(await codeOf(call)).toBe('VERIFY_FAILED item')
        expect(await tree()).toEqual({})
      })

      it('does not fill the disk with bytes that never end', async () => {
        let given = 0
        const endless = (async function* () {
          for (;;) {
            given += 1000
            yield Buffer.alloc(1000)
            await new Promise(setImmediate)
          }
        })()
        const call = folder.place('documents/new.txt', endless, contentOf(Buffer.alloc(5000)), never)
        expect(await codeOf(call)).toBe('VERIFY_FAILED item')
        expect(given).toBeLessThan(10_000)
        expect(await tree()).toEqual({})
      })

      it('hands on the error of who gives the bytes, and leaves nothing', async () => {
        const error = new MigrateError('S3_THROTTLED', { message: 'Slow down.', retryable: true, throttled: true })
        const failing = (async function* () {
          yield Buffer.from('ha')
          await Promise.resolve()
          throw error
        })()
        const call = folder.place('documents/new.txt', failing, contentOf(Buffer.from('half')), never)
        await expect(call).rejects.toBe(error)
        expect(await tree()).toEqual({})
      })

      it('calls an error that nobody has classified unexpected, not one of the disk', async () => {
        const failing = (async function* () {
          yield Buffer.from('ha')
          await Promise.resolve()
          throw Object.assign(new Error('reset by peer'), { code: 'EPERM' })
        })()
        const call = folder.place('documents/new.txt', failing, contentOf(Buffer.from('half')), never)
        expect(await codeOf(call)).toBe('INTERNAL run')
        expect(await tree()).toEqual({})
      })

      it.each(['before', 'in the middle of', 'at the end of'])('leaves nothing when stopped %s it', async (when) => {
        const bytes = randomBytes(200_000)
        const stop = new StopControl()
        if (when === 'before') stop.request('now')
        const stopping = (async function* () {
          for await (const chunk of inChunks(bytes)) {
            if (when === 'in the middle of') stop.request('now')
            yield chunk
          }
          if (when === 'at the end of') stop.request('now')
        })()
        expect(await codeOf(folder.place('documents/new.bin', stopping, contentOf(bytes), stop.now))).toBe(
          'INTERRUPTED run',
        )
        expect(await tree()).toEqual({})
      })
    })

    describe('moving a file', () => {
      beforeEach(() => harness.write('documents/old.txt', Buffer.from('text')))

      it('gives it the other name, with the folders above it, and leaves the file itself as it is', async () => {
        const before = await folder.inspect('documents/old.txt')
        await folder.move('documents/old.txt', 'backups/2026/new.txt', ownStepPermit())
        expect(await tree()).toEqual({ 'backups/2026/new.txt': 'text' })
        expect(await folder.inspect('backups/2026/new.txt')).toEqual(before)
        await folder.move('backups/2026/new.txt', 'documents/old.txt', ownStepPermit())
        expect(await tree()).toEqual({ 'documents/old.txt': 'text' })
        expect(await folder.inspect('documents/old.txt')).toEqual(before)
      })

      it('goes along linked folders that stay inside, on both sides', async () => {
        await harness.link('from', 'documents')
        await harness.makeFolder('backups')
        await harness.link('to', 'backups')
        await folder.move('from/old.txt', 'to/new.txt', ownStepPermit())
        expect(await tree()).toEqual({ from: '-> documents', to: '-> backups', 'backups/new.txt': 'text' })
      })

      it.each(kinds)('leaves both as they are when something lies there: %s', async (kind) => {
        await somethingAt(kind, 'documents/new.txt')
        const before = await harness.tree()
        expect(await codeOf(folder.move('documents/old.txt', 'documents/new.txt', ownStepPermit()))).toBe(
          'FILE_TAKEN item',
        )
        expect(await harness.tree()).toEqual(before)
      })

      it('leaves a file of the same bytes alone: it is another one', async () => {
        await harness.write('documents/new.txt', Buffer.from('text'))
        expect(await codeOf(folder.move('documents/old.txt', 'documents/new.txt', ownStepPermit()))).toBe(
          'FILE_TAKEN item',
        )
        expect(await tree()).toEqual({ 'documents/old.txt': 'text', 'documents/new.txt': 'text' })
      })

      it('finishes what a crash has left with both names', async () => {
        await harness.hardLink('documents/old.txt', 'documents/new.txt')
        await folder.move('documents/old.txt', 'documents/new.txt', ownStepPermit())
        expect(await tree()).toEqual({ 'documents/new.txt': 'text' })
      })

      it.each([
        ['the same path', 'documents/old.txt'],
        ['the same place along a linked folder', 'linked/old.txt'],
      ])('keeps a file that is moved to where it is: %s', async (_story, to) => {
        await harness.link('linked', 'documents')
        await folder.move('documents/old.txt', to, ownStepPermit())
        expect(await tree()).toEqual({ linked: '-> documents', 'documents/old.txt': 'text' })
      })

      it('keeps a file with a further name that is moved to where it is', async () => {
        await harness.link('linked', 'documents')
        await harness.hardLink('documents/old.txt', 'documents/further.txt')
        await folder.move('documents/old.txt', 'linked/old.txt', ownStepPermit())
        expect(await tree()).toMatchObject({ 'documents/old.txt': 'text', 'documents/further.txt': 'text' })
      })

      it.each([
        'documents/gone.txt',
        'nowhere/gone.txt',
        'documents/kept.txt/gone.txt',
        `documents/${'x'.repeat(300)}`,
      ])('says that nothing lies at “%s”, whatever lies at the other name', async (from) => {
        expect(await codeOf(folder.move(from, 'documents/old.txt', ownStepPermit()))).toBe('FILE_MISSING item')
        expect(await codeOf(folder.move(from, 'documents/new.txt', ownStepPermit()))).toBe('FILE_MISSING item')
        expect(await tree()).toEqual({ 'documents/old.txt': 'text' })
      })

      it.each(kinds.filter((kind) => !kind.includes('file') || kind.includes('link')))(
        'moves nothing but regular files: %s',
        async (kind) => {
          await somethingAt(kind, 'documents/odd')
          const before = await harness.tree()
          expect(await codeOf(folder.move('documents/odd', 'documents/new.txt', ownStepPermit()))).toBe(
            'FILE_NOT_REGULAR item',
          )
          expect(await harness.tree()).toEqual(before)
        },
      )

      it.each(forbidden)('moves nothing to or from “%s”', async (path, code) => {
        expect(await codeOf(folder.move('documents/old.txt', path, ownStepPermit()))).toBe(code)
        expect(await codeOf(folder.move(path, 'documents/new.txt', ownStepPermit()))).toBe(code)
        expect(await tree()).toEqual({ 'documents/old.txt': 'text' })
      })
    })

    describe('removing a file', () => {
      it('deletes it, and no other', async () => {
        await harness.write('documents/old.txt', Buffer.from('text'))
        await harness.write('documents/other.txt', Buffer.from('text'))
        await folder.remove('documents/old.txt', ownStepPermit())
        expect(await tree()).toEqual({ 'documents/other.txt': 'text' })
      })

      it('deletes one name of a file that has two', async () => {
        await harness.write('documents/old.txt', Buffer.from('text'))
        await harness.hardLink('documents/old.txt', 'documents/other.txt')
        await folder.remove('documents/old.txt', ownStepPermit())
        expect(await tree()).toEqual({ 'documents/other.txt': 'text' })
      })

      it('goes along linked folders that stay inside', async () => {
        await harness.write('documents/old.txt', Buffer.from('text'))
        await harness.link('linked', 'documents')
        await folder.remove('linked/old.txt', ownStepPermit())
        expect(await tree()).toEqual({ linked: '-> documents' })
      })

      it.each([
        'documents/gone.txt',
        'nowhere/gone.txt',
        'documents/kept.txt/gone.txt',
        `documents/${'x'.repeat(300)}`,
      ])('has nothing against nothing at “%s”', async (path) => {
        await expect(folder.remove(path, ownStepPermit())).resolves.toBeUndefined()
        expect(await tree()).toEqual({})
      })

      it.each(kinds.filter((kind) => !kind.includes('file') || kind.includes('link')))(
        'deletes nothing but regular files: %s',
        async (kind) => {
          await somethingAt(kind, 'documents/odd')
          const before = await harness.tree()
          expect(await codeOf(folder.remove('documents/odd', ownStepPermit()))).toBe('FILE_NOT_REGULAR item')
          expect(await harness.tree()).toEqual(before)
        },
      )

      it.each(forbidden)('deletes nothing along “%s”', async (path, code) => {
        expect(await codeOf(folder.remove(path, ownStepPermit()))).toBe(code)
        expect(await tree()).toEqual({})
      })
    })
  })
}
