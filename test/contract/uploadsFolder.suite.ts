import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../src/main/engine/errors.ts'
import type { FileFacts, ListedFile, SourceFile, UploadsFolder } from '../../src/main/engine/ports.ts'
import { StopControl } from '../../src/main/engine/stop.ts'

/** Its functions may be awaited. */
export interface FolderHarness {
  folder: UploadsFolder
  /** A new file, in the place of any other. Paths are relative to the folder. */
  write: (path: string, bytes: Buffer) => unknown
  /** Changes the file that is there. */
  overwrite: (path: string, bytes: Buffer) => unknown
  makeFolder: (path: string) => unknown
  /** A symbolic link; `target` as it is written into the link. */
  link: (path: string, target: string) => unknown
  pipe: (path: string) => unknown
  remove: (path: string) => unknown
  close: () => unknown
}

const never = new AbortController().signal

async function bytesOf(file: SourceFile, onChunk: (size: number) => unknown = () => undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read(never)) {
    chunks.push(chunk)
    await onChunk(Buffer.concat(chunks).length)
  }
  return Buffer.concat(chunks)
}

export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof MigrateError) return `${error.code} ${error.scope}`
  throw new Error('The call did not fail with a MigrateError.', { cause: error })
}

/** What every uploads folder has to do, wherever it lies. */
export function uploadsFolderSuite(name: string, make: () => Promise<FolderHarness>): void {
  describe(`the uploads folder port on ${name}`, () => {
    let harness: FolderHarness
    let folder: UploadsFolder
    beforeEach(async () => {
      harness = await make()
      folder = harness.folder
    })
    afterEach(async () => {
      await harness.close()
    })

    /** What is there, alone and among others. */
    const look = async (path: string): Promise<FileFacts> => {
      const facts = await folder.inspect(path)
      expect(await folder.inspectAll(['documents/nothing', path, path])).toEqual([{ kind: 'absent' }, facts, facts])
      return facts
    }

    const opened = async (path: string, use: (file: SourceFile) => Promise<void>): Promise<void> => {
      const file = await folder.open(path)
      try {
        await use(file)
      } finally {
        await file.close()
      }
    }

    it('is usable as it is', async () => {
      await expect(folder.check()).resolves.toBeUndefined()
    })

    it('finds a file with its size, and reads it whole, as often as asked', async () => {
      const bytes = randomBytes(3_000_001)
      await harness.write('documents/a.pdf', bytes)
      const facts = await look('documents/a.pdf')
      expect(facts).toMatchObject({ kind: 'file', stamp: { size: bytes.length } })
      await opened('documents/a.pdf', async (file) => {
        expect(facts).toEqual({ kind: 'file', stamp: file.stamp })
        expect((await bytesOf(file)).equals(bytes)).toBe(true)
        expect((await bytesOf(file)).equals(bytes)).toBe(true)
        expect(await file.restat()).toEqual(file.stamp)
      })
    })

    it('reads an empty file as no bytes', async () => {
      await harness.write('documents/empty.txt', Buffer.alloc(0))
      await opened('documents/empty.txt', async (file) => expect((await bytesOf(file)).length).toBe(0))
    })

    it.each(['documents/契約書 Übergröße.pdf', 'documents/100% & more? #1.txt', "documents/it's [here] *.txt"])(
      'finds “%s” by its name',
      async (path) => {
        await harness.write(path, Buffer.from(path))
        await expect(look(path)).resolves.toMatchObject({ kind: 'file' })
        await opened(path, async (file) => expect((await bytesOf(file)).toString()).toBe(path))
      },
    )

    it.each([
      ['nothing there', 'documents/absent.pdf'],
      ['a folder that is not there', 'nowhere/at/all.pdf'],
      ['a name longer than any file system takes', `documents/${'x'.repeat(300)}.pdf`],
      ['a file where a folder should be', 'documents/file.txt/below.txt'],
    ])('calls a file missing: %s', async (_story, path) => {
      await harness.write('documents/file.txt', Buffer.from('x'))
      await expect(look(path)).resolves.toEqual({ kind: 'absent' })
      expect(await codeOf(folder.open(path))).toBe('FILE_MISSING item')
    })

    it('calls a folder a folder', async () => {
      await harness.makeFolder('documents/a.pdf')
      await expect(look('documents/a.pdf')).resolves.toMatchObject({ kind: 'special', what: 'folder' })
      expect(await codeOf(folder.open('documents/a.pdf'))).toBe('FILE_NOT_REGULAR item')
    })

    it('neither waits for a named pipe nor takes it for a file', { timeout: 10_000 }, async () => {
      await harness.pipe('documents/pipe')
      await expect(look('documents/pipe')).resolves.toMatchObject({ kind: 'special', what: 'pipe' })
      expect(await codeOf(folder.open('documents/pipe'))).toBe('FILE_NOT_REGULAR item')
    })

    it.each(['../outside.txt', 'documents/../../outside.txt', '..'])('does not climb out along “%s”', async (path) => {
      await expect(look(path)).resolves.toMatchObject({ kind: 'outside' })
      expect(await codeOf(folder.open(path))).toBe('PATH_OUTSIDE item')
    })

    it.each([
      ['file', 'documents/link.txt', '../../outside.txt', 'documents/link.txt'],
      ['file, by an absolute path', 'documents/link.txt', '/etc/hostname', 'documents/link.txt'],
      ['folder', 'documents/linked', '../..', 'documents/linked/outside.txt'],
    ])('does not follow a link out of it: %s', async (_story, link, target, path) => {
      await harness.makeFolder('documents')
      await harness.link(link, target)
      await expect(look(path)).resolves.toMatchObject({ kind: 'outside' })
      expect(await codeOf(folder.open(path))).toBe('PATH_OUTSIDE item')
    })

    it('follows links that stay inside, to files and to folders', async () => {
      await harness.write('documents/real.txt', Buffer.from('the document'))
      await harness.link('documents/link.txt', 'real.txt')
      await harness.link('old', 'documents')
      for (const path of ['documents/link.txt', 'old/real.txt', 'old/link.txt']) {
        await expect(look(path)).resolves.toMatchObject({ kind: 'file', stamp: { size: 12 } })
        await opened(path, async (file) => expect((await bytesOf(file)).toString()).toBe('the document'))
      }
    })

    it('does not run in circles after links', async () => {
      await harness.makeFolder('documents')
      await harness.link('documents/one', 'two')
      await harness.link('documents/two', 'one')
      await expect(look('documents/one')).resolves.toMatchObject({ kind: 'special' })
      expect(await codeOf(folder.open('documents/one'))).toBe('FILE_NOT_REGULAR item')
    })

    it('says that a file was replaced between a look at it and its opening', async () => {
      await harness.write('documents/a.txt', Buffer.from('first'))
      const facts = await look('documents/a.txt')
      await harness.write('documents/a.txt', Buffer.from('other'))
      await opened('documents/a.txt', (file) => {
        expect(facts).not.toEqual({ kind: 'file', stamp: file.stamp })
        return Promise.resolve()
      })
    })

    it('goes on reading the file that was opened when another one takes its place', async () => {
      const bytes = randomBytes(2_500_000)
      await harness.write('documents/a.txt', bytes)
      await opened('documents/a.txt', async (file) => {
        let replaced = false
        const read = await bytesOf(file, async () => {
          if (!replaced) await harness.write('documents/a.txt', randomBytes(2_500_000))
          replaced = true
        })
        expect(read.equals(bytes)).toBe(true)
      })
    })

    it('ends with what there is when the file shrinks while it is read, and says that it changed', async () => {
      await harness.write('documents/a.txt', randomBytes(3_000_000))
      await opened('documents/a.txt', async (file) => {
        let cut = false
        const read = await bytesOf(file, async () => {
          if (!cut) await harness.overwrite('documents/a.txt', Buffer.alloc(5))
          cut = true
        })
        expect(read.length).toBeLessThan(3_000_000)
        expect(await file.restat()).not.toEqual(file.stamp)
      })
    })

    it('comes to an end when the file grows faster than it is read, and says that it changed', async () => {
      const size = 1_500_000
      await harness.write('documents/log.txt', randomBytes(size))
      await opened('documents/log.txt', async (file) => {
        const read = await bytesOf(file, (so_far) =>
          harness.overwrite('documents/log.txt', Buffer.alloc(so_far + size)),
        )
        expect(read.length).toBeGreaterThan(size)
        expect((await file.restat()).size).not.toBe(file.stamp.size)
      })
    })

    it('says that a file was written to although its size is the same', async () => {
      await harness.write('documents/a.txt', Buffer.from('first'))
      await opened('documents/a.txt', async (file) => {
        await harness.overwrite('documents/a.txt', Buffer.from('other'))
        expect(await file.restat()).not.toEqual(file.stamp)
      })
    })

    it('reads on after the file was deleted, since it holds it open', async () => {
      await harness.write('documents/a.txt', Buffer.from('still here'))
      await opened('documents/a.txt', async (file) => {
        await harness.remove('documents/a.txt')
        expect((await bytesOf(file)).toString()).toBe('still here')
      })
    })

    it('stops reading when it is told to', async () => {
      await harness.write('documents/a.txt', randomBytes(3_000_000))
      const stop = new StopControl()
      await opened('documents/a.txt', async (file) => {
        const reading = (async () => {
          let size = 0
          for await (const chunk of file.read(stop.now)) {
            size += chunk.length
            stop.request('now')
          }
          return size
        })()
        expect(await codeOf(reading)).toBe('INTERRUPTED run')
      })
    })

    it('lists every name once, links as links, however deep and many', async () => {
      await harness.makeFolder('documents/empty')
      const files = Array.from({ length: 300 }, (_, at) => `documents/${at}.txt`)
      for (const path of [...files, 'a.pdf', 'quarantine/run/documents/Ü ü.pdf']) {
        await harness.write(path, Buffer.from(path))
      }
      await harness.link('documents/inside', '../a.pdf')
      await harness.link('old', 'documents')
      await harness.link('documents/outside', '../../outside.txt')
      await harness.pipe('documents/pipe')
      const listed: ListedFile[] = []
      for await (const page of folder.list(never)) listed.push(...page)
      const odd = listed.filter(({ kind }) => kind !== 'file')
      expect(odd.sort((one, other) => one.path.localeCompare(other.path))).toEqual([
        { path: 'documents/inside', kind: 'link', target: 'a.pdf', written: '../a.pdf' },
        { path: 'documents/outside', kind: 'link', target: null, written: '../../outside.txt' },
        { path: 'documents/pipe', kind: 'special', what: 'pipe' },
        { path: 'old', kind: 'link', target: 'documents', written: 'documents' },
      ])
      const found = listed.filter((one) => one.kind === 'file')
      expect(found.map(({ path }) => path).sort()).toEqual(
        [...files, 'a.pdf', 'quarantine/run/documents/Ü ü.pdf'].sort(),
      )
      // A look costs a command of its own in a container.
      for (const { path, stamp } of found.filter((_, at) => at % 10 === 0)) {
        expect(await look(path)).toEqual({ kind: 'file', stamp })
      }
    })

    it('stops listing when it is told to', async () => {
      for (let at = 0; at < 3; at += 1) await harness.write(`documents/${at}/a.txt`, Buffer.from('x'))
      const stop = new StopControl()
      const listing = (async () => {
        for await (const page of folder.list(stop.now)) if (page.length > 0) stop.request('now')
      })()
      expect(await codeOf(listing)).toBe('INTERRUPTED run')
    })
  })
}
