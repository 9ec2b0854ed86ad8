import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStateFile } from '../../../../src/main/engine/import/readStateFile.ts'
import { failed, idOf, image, moved, openReader, type Reader } from './states.ts'

let reader: Reader
beforeAll(async () => {
  reader = await openReader()
})
afterAll(() => reader.remove())

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

const megabyte = 1024 * 1024

/** Bytes that are still needed. */
function used(): number {
  if (typeof collectGarbage !== 'function') throw new Error('no gc')
  Reflect.apply(collectGarbage, null, [])
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function* inPieces(text: Iterable<string>): Generator<string> {
  let piece = ''
  for (const part of text) {
    piece += part
    if (piece.length < megabyte) continue
    yield piece
    piece = ''
  }
  yield piece
}

async function write(name: string, text: Iterable<string>): Promise<string> {
  const path = join(reader.dir, name)
  await pipeline(Readable.from(inPieces(text)), createWriteStream(path))
  return path
}

/** Counts the records, and how far memory rises above where it began. */
async function measure(path: string): Promise<{ counts: Record<string, number>; grown: number }> {
  const counts: Record<string, number> = {}
  let records = 0
  const before = used()
  let most = before
  for await (const { kind } of readStateFile(path, new AbortController().signal)) {
    counts[kind] = (counts[kind] ?? 0) + 1
    records += 1
    if (records % 50_000 === 0) most = Math.max(most, used())
  }
  return { counts, grown: Math.max(most, used()) - before }
}

describe('memory does not grow with the file', () => {
  it('for 200,000 entries, every tenth of them there twice', async () => {
    const entry = (n: number) =>
      n % 10 === 9 ? moved(n - 1) : moved(n, { associated_files: n % 10 ? [] : [image(n)] })
    function* text() {
      yield '{"started_at": "2026-07-01T10:20:29Z", "completed_migrations": ['
      for (let n = 0; n < 150_000; n += 1) {
        yield `${n === 0 ? '' : ','}\n${JSON.stringify(entry(n))}`
      }
      yield '], "failed_migrations": ['
      for (let n = 0; n < 50_000; n += 1) yield `${n === 0 ? '' : ','}\n${JSON.stringify(failed(200_000 + n))}`
      yield ']}'
    }
    const path = await write('entries.json', text())
    expect((await stat(path)).size).toBeGreaterThan(60 * megabyte)
    const { counts, grown } = await measure(path)
    expect(counts.moved).toBe(135_000)
    expect(counts['not moved']).toBe(50_000)
    expect(counts.warning).toBe(15_000)
    expect(grown).toBeLessThan(16 * megabyte)
  }, 120_000)

  it('for anything that is not asked for', async () => {
    function* text() {
      yield '{"notes": ['
      for (let n = 0; n < 50_000; n += 1) yield `{"note ${n}": ["${idOf(n)}", {"${idOf(n)}": null}]},`
      yield '0], "names": {'
      for (let n = 0; n < 50_000; n += 1) yield `"${idOf(n)}": {"a": ${n}},`
      yield '"": 0},'
      for (let n = 0; n < 50_000; n += 1) yield `"${idOf(n)}": "${idOf(n)}",`
      yield `"completed_migrations": [${JSON.stringify(moved(1))}]}`
    }
    const { counts, grown } = await measure(await write('notes.json', text()))
    expect(counts).toEqual({ head: 1, moved: 1 })
    expect(grown).toBeLessThan(16 * megabyte)
  }, 120_000)
})
