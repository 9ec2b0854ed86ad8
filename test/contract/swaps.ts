import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { SourceFile } from '../../src/main/engine/ports.ts'
import { contentOf, inChunks, type WritingHarness } from './uploadsWriting.suite.ts'

const never = new AbortController().signal
/** Of the same size and date inside and outside, so that nothing but their place tells them apart. */
const [inside, outside] = [Buffer.from('inside '), Buffer.from('outside')]
const date = 1_600_000_000
const files = 10
const readable = Array.from({ length: files }, (_, at) => `read-${at}.txt`)

/** What a race between calls and a process that swaps links in has come to. */
export interface Race {
  swaps: number
  /** Calls that did what they were asked for, and those that were refused. */
  done: number
  refused: number
  leaked: { read: number; seen: number; made: number; removed: number; changed: number }
}

/**
 * Reads, places, moves and removes files while another process exchanges their folder, and one of the files, with links
 * that lead out. `times`: how often each.
 */
export async function race(uploads: WritingHarness & { root: string }, times: number, parallel = 8): Promise<Race> {
  const { root, folder } = uploads
  const decoy = join(dirname(root), 'decoy')
  const [removed, moved] = [numbered('gone', times), numbered('move', times)]
  const owner = await stat(root)
  for (const [place, bytes] of [
    [join(root, 'documents'), inside],
    [decoy, outside],
    [join(root, 'still'), inside],
  ] as const) {
    await mkdir(place, { recursive: true })
    await chown(place, owner.uid, owner.gid)
    for (const name of [...readable, ...removed, ...moved]) {
      await writeFile(join(place, name), bytes)
      await utimes(join(place, name), date, date)
      await chown(join(place, name), owner.uid, owner.gid)
    }
  }
  await writeFile(join(root, 'documents/seen.txt'), 'a')
  await writeFile(join(decoy, 'seen.txt'), 'another size')
  await symlink('../decoy', join(root, 'out'))
  await symlink('../../decoy/read-0.txt', join(root, 'still/out'))
  // Whoever may do nothing else may do this much.
  await chmod(decoy, 0o777)
  const before = await bytesIn(decoy)

  const result: Race = {
    swaps: 0,
    done: 0,
    refused: 0,
    leaked: { read: 0, seen: 0, made: 0, removed: 0, changed: 0 },
  }
  const read = async (path: string): Promise<void> => {
    const file = await folder.open(path)
    try {
      if ((await textOf(file)) === outside.toString()) result.leaked.read += 1
    } finally {
      await file.close()
    }
  }
  const calls: ((at: number) => Promise<unknown>)[] = [
    (at) => read(`documents/${readable[at % files] ?? ''}`),
    () => read('still/read-0.txt'),
    async (at) => {
      const path = 'documents/seen.txt'
      const [facts] = at % 2 === 0 ? [await folder.inspect(path)] : await folder.inspectAll([path])
      if (!facts) throw new Error('There is no answer.')
      if (facts.kind === 'file' && facts.stamp.size !== 1) result.leaked.seen += 1
      if (facts.kind !== 'file') throw new MigrateError('FILE_MISSING', { message: facts.kind })
    },
    (at) => folder.place(`documents/made-${at}.txt`, inChunks(inside), contentOf(inside), never),
    (at) => folder.place(`documents/deep-${at}/made.txt`, inChunks(inside), contentOf(inside), never),
    (at) => folder.remove(`documents/${removed[at] ?? ''}`, ownStepPermit()),
    (at) => folder.move(`documents/${moved[at] ?? ''}`, `documents/moved-${at}.txt`, ownStepPermit()),
    (at) => folder.move(`still/${moved[at] ?? ''}`, `documents/other-${at}.txt`, ownStepPermit()),
  ]
  const swapper = await startSwapper([
    [join(root, 'documents'), join(root, 'out')],
    [join(root, 'still/read-0.txt'), join(root, 'still/out')],
  ])
  const failures: unknown[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < times && failures.length === 0; at = next++) {
      for (const call of calls) {
        try {
          await call(at)
          result.done += 1
        } catch (error) {
          if (error instanceof MigrateError && error.code !== 'INTERNAL') result.refused += 1
          else failures.push(error)
        }
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  result.swaps = await swapper.stop()
  if (failures.length > 0) throw new AggregateError(failures, 'Calls failed without a MigrateError.')
  const after = await bytesIn(decoy)
  for (const name of Object.keys(after)) if (!(name in before)) result.leaked.made += 1
  for (const name of Object.keys(before)) {
    if (!(name in after)) result.leaked.removed += 1
    else if (after[name] !== before[name]) result.leaked.changed += 1
  }
  return result
}

export function swapSuite(name: string, times: number, make: () => Promise<WritingHarness & { root: string }>): void {
  describe(`${name}, whose folders and files are exchanged with links at every moment`, { timeout: 120_000 }, () => {
    it(`neither reads, places, moves nor removes anything outside, in ${times} tries each`, async () => {
      const uploads = await make()
      try {
        const { leaked, done, refused, swaps } = await race(uploads, times)
        expect(leaked).toEqual({ read: 0, seen: 0, made: 0, removed: 0, changed: 0 })
        // The calls have met both states.
        expect(Math.min(done, refused, swaps)).toBeGreaterThan(0)
      } finally {
        await uploads.close()
      }
    })
  })
}

async function startSwapper(pairs: readonly [string, string][]): Promise<{ stop: () => Promise<number> }> {
  const script = join(import.meta.dirname, '../fixtures/swapNames.py')
  const swapper = spawn('python3', [script, ...pairs.flat()], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  const ready = new Promise<void>((resolve) => {
    swapper.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      resolve()
    })
    swapper.on('close', () => resolve())
  })
  const ended = new Promise<void>((resolve) => swapper.on('close', () => resolve()))
  await ready
  return {
    stop: async () => {
      swapper.stdin.end('\n')
      await ended
      const times = /ready\s+(\d+)/.exec(said)?.[1]
      if (times === undefined) throw new Error(`The swapper ended early: ${said}`)
      return Number(times)
    },
  }
}

const numbered = (word: string, times: number): string[] =>
  Array.from({ length: times }, (_, at) => `${word}-${at}.txt`)

async function textOf(file: SourceFile): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read(never)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Of each file its bytes, date and owner; a folder’s mode and owner. */
async function bytesIn(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of await readdir(folder)) {
    const { mode, uid, gid, mtimeMs } = await stat(join(folder, name))
    const bytes = await readFile(join(folder, name), 'utf8').catch(() => 'folder')
    found[name] = `${mode} ${uid}:${gid} ${mtimeMs} ${bytes}`
  }
  return found
}
