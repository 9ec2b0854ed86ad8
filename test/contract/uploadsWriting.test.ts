import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { MemoryUploads } from '../fakes/memoryUploads.ts'
import { localUploads, treeOf } from './localUploads.ts'
import { swapSuite } from './swaps.ts'
import { contentOf, inChunks, uploadsWritingSuite, type WritingHarness } from './uploadsWriting.suite.ts'

const run = promisify(execFile)
const never = new AbortController().signal
const script = join(import.meta.dirname, '../fixtures/changeFolder.ts')

/** It takes Linux, root, and no container around. */
const canMount = await run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(
  () => true,
  () => false,
)

const outcome = z.object({ results: z.array(z.string()), files: z.array(z.string()) })

uploadsWritingSuite('the in-memory fake', () => {
  const folder = new MemoryUploads()
  const { entries } = folder
  return Promise.resolve<WritingHarness>({
    folder,
    write: (path, bytes) => folder.write(path, bytes),
    overwrite: (path, bytes) => folder.overwrite(path, bytes),
    makeFolder: (path) => entries.set(path, { kind: 'folder' }),
    link: (path, target) => entries.set(path, { kind: 'link', target }),
    pipe: (path) => entries.set(path, { kind: 'pipe' }),
    hardLink: (from, to) => entries.set(to, entries.get(from) ?? { kind: 'folder' }),
    remove: (path) => entries.delete(path),
    tree: () => {
      const words = [...entries].flatMap(([path, entry]): [string, string][] => {
        if (entry.kind === 'file') return [[path, entry.bytes.toString()]]
        if (entry.kind === 'link') return [[path, `-> ${entry.target}`]]
        return entry.kind === 'pipe' ? [[path, 'pipe']] : []
      })
      return Promise.resolve(Object.fromEntries(words))
    },
    close: () => undefined,
  })
})

uploadsWritingSuite('a folder of this computer', localUploads)
swapSuite('a folder of this computer', 500, localUploads)

describe('writing to a folder of this computer', () => {
  let harness: Awaited<ReturnType<typeof localUploads>>
  let root = ''
  beforeEach(async () => {
    harness = await localUploads()
    root = harness.root
    await chmod(join(root, '..'), 0o755)
  })
  afterEach(() => harness.close())

  const isRoot = process.getuid?.() === 0
  const text = Buffer.from('text')
  const place = (path: string): Promise<void> => harness.folder.place(path, inChunks(text), contentOf(text), never)
  const modeOf = async (path: string): Promise<string> => ((await stat(join(root, path))).mode & 0o7777).toString(8)
  const ownerOf = async (path: string): Promise<string> => {
    const { uid, gid } = await stat(join(root, path))
    return `${uid}:${gid}`
  }
  const asNobody = async (...calls: string[]): Promise<z.infer<typeof outcome>> => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script, root, 'nobody', ...calls])
    return outcome.parse(JSON.parse(stdout))
  }

  describe('whose they are', () => {
    let before: number
    beforeEach(() => {
      before = process.umask(0o077)
    })
    afterEach(() => void process.umask(before))

    it('gives new folders the mode of the one above, and files one that all may read, whatever the umask', async () => {
      await chmod(join(root, 'documents'), 0o2775)
      await place('documents/a/b/new.txt')
      expect(await modeOf('documents/a')).toBe('2775')
      expect(await modeOf('documents/a/b')).toBe('2775')
      expect(await modeOf('documents/a/b/new.txt')).toBe('644')
    })

    it('gives them the owner and group of the folder above, where it may', async () => {
      // Only root may give a file away.
      if (isRoot) await chown(join(root, 'documents'), 4321, 8765)
      const owner = await ownerOf('documents')
      expect(owner).toBe(isRoot ? '4321:8765' : await ownerOf('.'))
      await place('documents/a/b/new.txt')
      await harness.folder.move('documents/a/b/new.txt', 'documents/c/new.txt', ownStepPermit())
      await place('documents/a/b/new.txt')
      const made = ['documents/a', 'documents/a/b', 'documents/a/b/new.txt', 'documents/c', 'documents/c/new.txt']
      expect(await Promise.all(made.map(ownerOf))).toEqual(made.map(() => owner))
    })

    it('lets nobody else read a file that is not whole', async () => {
      const modes: string[] = []
      const watched = (async function* () {
        for await (const chunk of inChunks(text, 1)) {
          yield chunk
          for (const path of Object.keys(await harness.tree())) modes.push(await modeOf(path))
        }
      })()
      await harness.folder.place('documents/new.txt', watched, contentOf(text), never)
      expect(new Set(modes)).toEqual(new Set(['600']))
    })
  })

  it('leaves alone what comes in the very moment in which a file gets its name', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `documents/${at}.txt`)
    const results = await Promise.allSettled(
      names.flatMap((path) => [place(path), writeFile(join(root, path), 'theirs', { flag: 'wx' })]),
    )
    const ours = results.flatMap(({ status }, at) => (at % 2 === 0 ? [status === 'fulfilled'] : []))
    const tree = await harness.tree()
    expect(names.map((path) => tree[path])).toEqual(ours.map((won) => (won ? 'text' : 'theirs')))
    expect(Object.keys(tree)).toHaveLength(names.length)
  })

  it('passes a link that leaves the folder and comes back, since it ends inside', async () => {
    await symlink(join(root, 'documents'), join(root, 'absolute'))
    await place('absolute/new.txt')
    expect(await readFile(join(root, 'documents/new.txt'), 'utf8')).toBe('text')
  })

  it('says where permission is missing, and leaves all as it is', async () => {
    await writeFile(join(root, 'documents/old.txt'), 'old')
    await chmod(join(root, 'documents'), 0o555)
    const { results, files } = await asNobody(
      'place documents/new.txt 10',
      'place documents/deeper/new.txt 10',
      'move documents/old.txt documents/new.txt',
      'remove documents/old.txt',
    )
    const denied = (path: string): string =>
      `FILE_UNWRITABLE item: “${path}” cannot be written: permission is missing (EACCES).`
    expect(results).toEqual([
      denied('documents/new.txt'),
      denied('documents/deeper/new.txt'),
      denied('documents/new.txt'),
      denied('documents/old.txt'),
    ])
    expect(files).toEqual(['documents/old.txt'])
    await chmod(join(root, 'documents'), 0o755)
  })

  it('moves a file of someone else in a folder that it may write to', async () => {
    // Linux lets nobody make hard links of such a file.
    await writeFile(join(root, 'documents/old.txt'), 'old', { mode: 0o644 })
    await writeFile(join(root, 'documents/taken.txt'), 'taken')
    await chmod(join(root, 'documents'), 0o777)
    expect(
      await asNobody('move documents/old.txt documents/taken.txt', 'move documents/old.txt documents/new.txt'),
    ).toMatchObject({
      results: [expect.stringMatching(/^FILE_TAKEN item/), 'done'],
      files: ['documents/new.txt', 'documents/taken.txt'],
    })
    expect(await readFile(join(root, 'documents/new.txt'), 'utf8')).toBe('old')
    expect(await readFile(join(root, 'documents/taken.txt'), 'utf8')).toBe('taken')
  })

  // Only root can make a file of someone else.
  if (isRoot) {
    it('keeps a file that it may neither link nor take away', async () => {
      await writeFile(join(root, 'documents/old.txt'), 'old', { mode: 0o644 })
      // As in /tmp: others may add files and not take them away.
      await chmod(join(root, 'documents'), 0o1777)
      const { results, files } = await asNobody('move documents/old.txt documents/new.txt')
      expect(results).toEqual([expect.stringMatching(/^FILE_UNWRITABLE item: .*EPERM/)])
      expect(files).toEqual(['documents/old.txt'])
    })
  }

  it('writes no more once another folder has taken the place of the uploads folder', async () => {
    await place('documents/first.txt')
    await rename(root, `${root}.unmounted`)
    await mkdir(join(root, 'documents'), { recursive: true })
    await writeFile(join(root, 'documents/first.txt'), 'of another disk')
    const calls = [
      () => place('documents/second.txt'),
      () => harness.folder.move('documents/first.txt', 'documents/moved.txt', ownStepPermit()),
      () => harness.folder.remove('documents/first.txt', ownStepPermit()),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'UPLOADS_MISSING', scope: 'run' })
    expect(await treeOf(root)).toEqual({ 'documents/first.txt': 'of another disk' })
    await rm(root, { recursive: true })
    await expect(place('documents/second.txt')).rejects.toMatchObject({ code: 'UPLOADS_MISSING', scope: 'run' })
    await rename(`${root}.unmounted`, root)
    await place('documents/second.txt')
    expect(await harness.tree()).toEqual({ 'documents/first.txt': 'text', 'documents/second.txt': 'text' })
  })

  /** In a process with disks of its own, which are gone with it. */
  const mounted = async (mount: string, ...calls: string[]): Promise<z.infer<typeof outcome>> => {
    const shell = `(cd "$1" && ${mount}) && shift && exec "$@"`
    const command = [process.execPath, '--import', 'tsx', script, root, 'same', ...calls]
    const { stdout } = await run('unshare', ['--mount', 'sh', '-c', shell, 'sh', root, ...command])
    return outcome.parse(JSON.parse(stdout))
  }

  if (canMount) {
    it('stops the run when the disk is full, and leaves nothing', async () => {
      const { results, files } = await mounted(
        'mount -t tmpfs -o size=64k tmpfs documents',
        'place documents/small.txt 10000',
        'place documents/large.txt 100000',
        'place documents/other.txt 10000',
      )
      expect(results).toEqual([
        'done',
        'FILE_UNWRITABLE run: “documents/large.txt” cannot be written: the disk is full (ENOSPC).',
        'done',
      ])
      expect(files).toEqual(['documents/other.txt', 'documents/small.txt'])
    })

    it('stops the run when the disk may only be read', async () => {
      await writeFile(join(root, 'documents/old.txt'), 'old')
      const { results, files } = await mounted(
        'mount --bind documents documents && mount -o remount,ro,bind documents',
        'place documents/new.txt 10',
        'place documents/deeper/new.txt 10',
        'move documents/old.txt documents/new.txt',
        'remove documents/old.txt',
      )
      for (const result of results) expect(result).toMatch(/^FILE_UNWRITABLE run: .*may only be read \(EROFS\)\.$/)
      expect(files).toEqual(['documents/old.txt'])
    })

    it('moves nothing to another disk', async () => {
      await mkdir(join(root, 'backups'))
      await writeFile(join(root, 'documents/old.txt'), 'old')
      const { results, files } = await mounted(
        'mount -t tmpfs -o size=64k tmpfs backups',
        'move documents/old.txt backups/old.txt',
      )
      expect(results).toEqual([
        'FILE_UNWRITABLE item: “backups/old.txt” cannot be written: it would have to go to another disk (EXDEV).',
      ])
      expect(files).toEqual(['documents/old.txt'])
    })

    it.each(['', 'with a further name'])('does not take away a file that it sees twice %s', async (further) => {
      await mkdir(join(root, 'again'))
      await harness.write('documents/old.txt', Buffer.from('old'))
      if (further) await harness.hardLink('documents/old.txt', 'documents/further.txt')
      const { results } = await mounted('mount --bind documents again', 'move documents/old.txt again/old.txt')
      expect(results).toEqual(['done'])
      expect(await harness.tree()).toMatchObject({ 'documents/old.txt': 'old' })
    })
  }
})
