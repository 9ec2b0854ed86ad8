import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStateFile } from '../../../../src/main/engine/import/readStateFile.ts'
import {
  collect,
  failed,
  headOf,
  idOf,
  image,
  moved,
  movedIds,
  ofKind,
  openReader,
  other,
  pretty,
  readAll,
} from './states.ts'
import { state, thumbnail, user, warningsOf, type Reader } from './states.ts'

let reader: Reader
beforeAll(async () => {
  reader = await openReader()
})
afterAll(() => reader.remove())

const invalid = (message: RegExp): unknown => {
  const text: unknown = expect.stringMatching(message)
  return expect.objectContaining({ code: 'STATE_FILE_INVALID', scope: 'run', message: text })
}
const own = { format: 1, run_id: '20261122-084501-9f3a', database_identity: 'readur/7', bucket: 'papers' }
/** The document 2 alone, with its entry changed. */
const withEntry = (change: object) => state({ completed_migrations: [moved(2, change)], failed_migrations: [] })
const readEntry = (change: object) => reader.read(pretty(withEntry(change)))

describe('a state file of the reference tool', () => {
  it('is read whole', async () => {
    expect(await reader.read(pretty(state()))).toEqual([
      {
        kind: 'head',
        head: {
          shape: 'migration state',
          startedAt: Date.UTC(2026, 6, 1, 10, 20, 29, 500),
          runId: null,
          databaseIdentity: null,
          bucket: null,
        },
      },
      {
        kind: 'moved',
        document: {
          documentId: idOf(1),
          userId: user,
          originalPath: `/app/uploads/documents/${idOf(1)}.pdf`,
          key: `documents/${user}/2026/07/${idOf(1)}.pdf`,
          migratedAt: Date.UTC(2026, 6, 1, 10, 20, 30, 123),
          sha256: null,
          files: [
            {
              type: 'thumbnail',
              originalPath: `/app/uploads/thumbnails/${idOf(1)}_thumb.jpg`,
              key: `thumbnails/${user}/${idOf(1)}_thumb.jpg`,
              sha256: null,
            },
            {
              type: 'processed_image',
              originalPath: `/app/uploads/processed_images/${idOf(1)}_processed.png`,
              key: `processed_images/${user}/${idOf(1)}_processed.png`,
              sha256: null,
            },
          ],
        },
      },
      {
        kind: 'moved',
        document: {
          documentId: idOf(2),
          userId: user,
          originalPath: `/app/uploads/documents/${idOf(2)}.pdf`,
          key: `documents/${user}/2026/07/${idOf(2)}.pdf`,
          migratedAt: Date.UTC(2026, 6, 1, 10, 20, 30, 123),
          sha256: null,
          files: [],
        },
      },
      {
        kind: 'not moved',
        document: {
          documentId: idOf(3),
          originalPath: `./uploads/documents/${idOf(3)}.pdf`,
          error: `Local file not found: ./uploads/documents/${idOf(3)}.pdf`,
          failedAt: Date.UTC(2026, 6, 1, 10, 20, 31),
        },
      },
    ])
  })

  it('is read with a byte order mark, on one line, and with its keys in any order', async () => {
    const plain = await reader.read(pretty(state()))
    expect(await reader.read(`\ufeff${pretty(state())}`)).toEqual(plain)
    expect(await reader.read(JSON.stringify(state()))).toEqual(plain)
    const { started_at, ...rest } = state()
    expect(await reader.read(pretty({ ...rest, started_at }))).toEqual(plain)
  })

  it('may name keys with s3://, ids in capitals, and documents without extension', async () => {
    const key = `documents/${user}/1970/01/${idOf(2)}`
    const change = { s3_key: `s3://${key}`, document_id: idOf(2).toUpperCase(), user_id: user.toUpperCase() }
    expect(ofKind(await readEntry(change), 'moved')).toMatchObject([
      { document: { documentId: idOf(2), userId: user, key } },
    ])
  })

  it('may have fields and lists that nobody knows', async () => {
    const more = { tags: [{ deep: [[{ completed_migrations: [moved(9)] }]] }], note: 'x', by: null }
    expect(await reader.read(pretty({ ...more, ...state(), ...more }))).toEqual(await reader.read(pretty(state())))
    expect(movedIds(await readEntry({ extra: { a: 1, b: [null] } }))).toEqual([idOf(2)])
  })

  it('may have letters of any script, wherever it is cut into pieces for reading', async () => {
    const paths = Array.from({ length: 700 }, (_, n) => `/app/uploads/${'ü€😀'.repeat(20)}${'x'.repeat(n % 11)}`)
    const entries = paths.map((original_path, n) => moved(n, { original_path }))
    const records = await reader.read(JSON.stringify(state({ completed_migrations: entries, failed_migrations: [] })))
    expect(ofKind(records, 'moved').map(({ document }) => document.originalPath)).toEqual(paths)
  })

  it('may have nothing in its lists', async () => {
    const records = await reader.read(pretty(state({ completed_migrations: [], failed_migrations: [] })))
    expect(records.map(({ kind }) => kind)).toEqual(['head'])
  })

  it('says nothing about times that cannot be read', async () => {
    const records = await reader.read(
      pretty({ ...withEntry({ migrated_at: 'yesterday' }), started_at: '2026-99-99T00:00:00Z' }),
    )
    expect(headOf(records)).toMatchObject([{ startedAt: null }])
    expect(ofKind(records, 'moved')).toMatchObject([{ document: { migratedAt: null } }])
  })
})

describe('rollback_errors.json', () => {
  const errors = {
    rollback_errors: ['Failed to delete S3 object x: timeout', 7],
    rollback_completed_at: '2026-07-01T11:00:00Z',
    rolled_back_count: 2,
  }

  it('gives the documents of its migration, and each error as a warning', async () => {
    const plain = await reader.read(pretty(state()))
    const records = await reader.read(pretty({ original_migration_state: state(), ...errors }))
    expect(headOf(records)).toEqual([{ ...headOf(plain)[0], shape: 'rollback errors' }])
    expect(records.filter(({ kind }) => kind !== 'head' && kind !== 'warning')).toEqual(plain.slice(1))
    expect(warningsOf(records)).toEqual([
      'Failed to delete S3 object x: timeout',
      'Entry 2 of rollback_errors isn’t text.',
    ])
  })

  it('is the same in whatever order', async () => {
    const first = await reader.read(pretty({ original_migration_state: state(), ...errors }))
    const last = await reader.read(pretty({ ...errors, original_migration_state: state() }))
    const byKind = (records: typeof first) => records.toSorted((a, b) => a.kind.localeCompare(b.kind))
    expect(byKind(last)).toEqual(byKind(first))
    expect(last[0]).toEqual(first[0])
  })

  it('does not get documents into its lists from elsewhere', async () => {
    const records = await reader.read(pretty({ ...state(), original_migration_state: state(), ...errors }))
    expect(movedIds(records)).toEqual([idOf(1), idOf(2)])
    expect(warningsOf(records)).toContain('“completed_migrations” stands there twice. Only the first was read.')
  })
})

describe('a state file of ours', () => {
  const sha256 = 'Ab'.repeat(32)

  it('names run, database and bucket, and the hashes that were verified', async () => {
    const files = [image(1, { sha256 })]
    const stray = { ...image(3), document_id: idOf(3), user_id: user }
    const records = await reader.read(
      pretty({
        ...state({ completed_migrations: [moved(1, { sha256, associated_files: files })] }),
        completed_associated_files: [stray],
        readur_migrate: own,
      }),
    )
    expect(headOf(records)).toMatchObject([{ runId: own.run_id, databaseIdentity: 'readur/7', bucket: 'papers' }])
    const hash = 'ab'.repeat(32)
    expect(ofKind(records, 'moved')).toMatchObject([{ document: { sha256: hash, files: [{ sha256: hash }] } }])
    expect(ofKind(records, 'moved file').map(({ file }) => file)).toEqual([
      {
        type: 'processed_image',
        documentId: idOf(3),
        userId: user,
        originalPath: stray.original_path,
        key: stray.s3_key,
        sha256: null,
      },
    ])
    expect(warningsOf(records)).toEqual([])
  })

  it('of a newer version is refused', async () => {
    await expect(reader.read(pretty({ ...state(), readur_migrate: { ...own, format: 2 } }))).rejects.toEqual(
      invalid(/newer version/),
    )
  })

  it.each([
    ['a run that names a path', { ...own, run_id: '../../etc/passwd' }],
    ['no run', { ...own, run_id: undefined }],
    ['a bucket for terminals', { ...own, bucket: '\u001b[2J' }],
    ['a long database', { ...own, database_identity: 'x'.repeat(501) }],
    ['text', 'mine'],
    ['nothing', null],
  ])('with %s is read without its head', async (_, readur_migrate) => {
    const records = await reader.read(pretty({ ...state(), readur_migrate }))
    expect(headOf(records)).toMatchObject([{ runId: null, databaseIdentity: null, bucket: null }])
    expect(warningsOf(records)).toEqual([expect.stringContaining('“readur_migrate” cannot be read')])
    expect(movedIds(records)).toEqual([idOf(1), idOf(2)])
  })
})

describe('an entry is left out, with a warning that names it,', () => {
  const key = (text: string) => ({ s3_key: text })
  const doc = idOf(2)

  it.each([
    ['of another document', key(`documents/${user}/2026/07/${idOf(1)}.pdf`)],
    ['of another user', key(`documents/${other}/2026/07/${doc}.pdf`)],
    ['of no month', key(`documents/${user}/2026/13/${doc}.pdf`)],
    ['of no year', key(`documents/${user}/26/07/${doc}.pdf`)],
    ['that goes deeper', key(`documents/${user}/2026/07/${doc}.pdf/x`)],
    ['that climbs', key(`documents/${user}/2026/07/../${doc}.pdf`)],
    ['in another folder', key(`backups/${user}/2026/07/${doc}.pdf`)],
    ['below a prefix', key(`readur/documents/${user}/2026/07/${doc}.pdf`)],
    ['with a bucket', key(`s3://papers/documents/${user}/2026/07/${doc}.pdf`)],
    ['with s3:// twice', key(`s3://s3://documents/${user}/2026/07/${doc}.pdf`)],
    ['with more after the id', key(`documents/${user}/2026/07/${doc}x.pdf`)],
    ['with an empty extension', key(`documents/${user}/2026/07/${doc}.`)],
    ['with two extensions', key(`documents/${user}/2026/07/${doc}.tar.gz`)],
    ['with a line break', key(`documents/${user}/2026/07/${doc}.pdf\n`)],
    ['in capitals', key(`documents/${user}/2026/07/${doc.toUpperCase()}.pdf`)],
    ['that is too long for a row', key(`documents/${user}/2026/07/${doc}.${'x'.repeat(410)}`)],
    ['that is empty', key('')],
  ])('for a key %s', async (_, change) => {
    const records = await readEntry(change)
    expect(movedIds(records)).toEqual([])
    expect(warningsOf(records)).toEqual([
      expect.stringMatching(/^Entry 1 of completed_migrations was left out: its key “.*” is not one that Readur would/),
    ])
    expect(ofKind(records, 'warning')[0]?.subject).toBe(doc)
  })

  it.each([
    [{ document_id: 'x' }, 'its document_id isn’t a UUID'],
    [{ document_id: [doc] }, 'its document_id isn’t a UUID'],
    [{ document_id: undefined }, 'its document_id isn’t a UUID'],
    [{ user_id: null }, 'its user_id isn’t a UUID'],
    [{ user_id: `${user} ` }, 'its user_id isn’t a UUID'],
    [{ original_path: undefined }, 'it has no original_path'],
    [{ original_path: 5 }, 'it has no original_path'],
    [{ original_path: '' }, 'its original_path is empty'],
    [{ original_path: 'x'.repeat(501) }, 'its original_path is longer than 500 characters'],
    [{ original_path: 'a\0b' }, 'its original_path holds what no path can'],
    [{ original_path: 'a\ud800b' }, 'its original_path holds what no path can'],
    [{ s3_key: null }, 'it has no s3_key'],
    [{ migrated_at: 5 }, 'its migrated_at isn’t text'],
    [{ sha256: 'abc' }, 'its sha256 isn’t a SHA-256'],
    [{ associated_files: 'none' }, 'its associated_files isn’t a list'],
  ])('for an entry where (%#)', async (change, reason) => {
    const records = await readEntry(change)
    expect(movedIds(records)).toEqual([])
    expect(warningsOf(records)).toEqual([`Entry 1 of completed_migrations was left out: ${reason}.`])
  })

  it.each([[null], [5], ['text'], [true], [[]], [[moved(2)]]])('for being %j', async (entry) => {
    const records = await reader.read(pretty(state({ completed_migrations: [entry], failed_migrations: [entry] })))
    expect(warningsOf(records)).toEqual([
      'Entry 1 of completed_migrations was left out: it isn’t an object.',
      'Entry 1 of failed_migrations was left out: it isn’t an object.',
    ])
  })

  it('for being there twice', async () => {
    const again = moved(2, { original_path: 'elsewhere', document_id: idOf(2).toUpperCase() })
    const records = await reader.read(
      pretty(
        state({
          completed_migrations: [moved(2), again, moved(4)],
          failed_migrations: [failed(3), failed(3), failed(3, { original_path: 'its image' }), moved(2)],
        }),
      ),
    )
    expect(movedIds(records)).toEqual([idOf(2), idOf(4)])
    expect(ofKind(records, 'not moved')).toHaveLength(2)
    expect(ofKind(records, 'warning').map(({ message, subject }) => [message, subject])).toEqual([
      ['Entry 2 of completed_migrations was left out: this document was listed before.', idOf(2)],
      ['Entry 2 of failed_migrations was left out: this file was listed before.', idOf(3)],
      ['Entry 4 of failed_migrations was left out: this file was listed before.', idOf(2)],
    ])
  })

  it('for a name that stands in it twice', async () => {
    const twice = pretty(withEntry({})).replace('"user_id"', `"s3_key": "documents/x", "user_id"`)
    const records = await reader.read(twice)
    expect(movedIds(records)).toEqual([])
    expect(warningsOf(records)).toEqual(['Entry 1 of completed_migrations was left out: a name stands in it twice.'])
    const deep = pretty(withEntry({ associated_files: [image(2)] })).replace('"file_type"', '"s3_key": "", "file_type"')
    expect(movedIds(await reader.read(deep))).toEqual([])
  })
})

describe('a document counts, and the image does not,', () => {
  it.each([
    ['of another user', image(2, { s3_key: `processed_images/${other}/${idOf(2)}_processed.png` })],
    ['of another name', image(2, { s3_key: `processed_images/${user}/x.png` })],
    ['that climbs', image(2, { original_path: '/app/uploads/..', s3_key: `processed_images/${user}/..` })],
    ['of another document', thumbnail(1)],
    ['of no known type', image(2, { file_type: 'original' })],
    ['without a path', image(2, { original_path: undefined })],
    ['that is no object', 'image'],
  ])('%s', async (_, file) => {
    const records = await readEntry({ associated_files: [thumbnail(2), file] })
    expect(ofKind(records, 'moved')).toMatchObject([{ document: { files: [{ type: 'thumbnail' }] } }])
    expect(warningsOf(records)).toEqual([
      expect.stringMatching(/^Entry 1 of completed_migrations: file 2 was left out: /),
    ])
  })

  it('that is there twice', async () => {
    const records = await readEntry({ associated_files: [image(2), image(2)] })
    expect(ofKind(records, 'moved')[0]?.document.files).toHaveLength(1)
    expect(warningsOf(records)).toEqual([
      'Entry 1 of completed_migrations: 1 of its files were left out: they were listed before.',
    ])
  })
})

describe('paths are data', () => {
  it('and come out as they are', async () => {
    const paths = [
      '/etc/passwd',
      '../../root/.ssh/id_rsa',
      'C:\\Windows',
      '$(reboot)',
      'é'.repeat(500),
      '😀'.repeat(500),
    ]
    for (const path of paths) {
      expect(ofKind(await readEntry({ original_path: path }), 'moved')[0]?.document.originalPath).toBe(path)
    }
  })
})

describe('text for people', () => {
  it('has no control characters and an end', async () => {
    const error = `\u001b[2Jgone\r\nfor good${'!'.repeat(5_000)}`
    const failures = [failed(3, { error }), failed(4, { error: undefined }), failed(5, { error: 5 })]
    const records = await reader.read(pretty(state({ failed_migrations: failures })))
    const [first, second] = ofKind(records, 'not moved').map(({ document }) => document.error)
    expect(first).toMatch(/^�\[2Jgone for good!+…$/)
    expect(first).toHaveLength(2_001)
    expect(second).toBe('No reason is given.')
    expect(warningsOf(records)).toEqual(['Entry 3 of failed_migrations was left out: its error isn’t text.'])
    expect(warningsOf(await readEntry({ s3_key: '\u001b[2J' }))[0]).toContain('“�[2J”')
  })
})

describe('names of JavaScript itself', () => {
  it('do no harm', async () => {
    const entry = `{"__proto__": ${JSON.stringify(moved(1))}, "constructor": {"prototype": {"polluted": 1}}}`
    const file = pretty(withEntry({}))
      .replace('[', `[${entry}, `)
      .replace('{', '{"__proto__": {"polluted": 1, "completed_migrations": [{}]}, "constructor": [1], "toString": 1,')
    const records = await reader.read(file)
    expect(movedIds(records)).toEqual([idOf(2)])
    expect(warningsOf(records)).toEqual(['Entry 1 of completed_migrations was left out: its document_id isn’t a UUID.'])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    const proto = await reader.read(pretty(withEntry({})).replace('"document_id"', '"__proto__": {}, "document_id"'))
    expect(movedIds(proto)).toEqual([idOf(2)])
  })
})

describe('lists', () => {
  it('that stand there twice are read once', async () => {
    const file = pretty(state()).replace(
      '"total_files"',
      `"completed_migrations": [${pretty(moved(8))}], "total_files"`,
    )
    const records = await reader.read(file)
    expect(movedIds(records)).toEqual([idOf(1), idOf(2)])
    expect(warningsOf(records)).toEqual(['“completed_migrations” stands there twice. Only the first was read.'])
  })

  it.each([5, null, 'text', {}, { a: moved(1), started_at: '2001-01-01T00:00:00Z' }])(
    'that are none are told of (%#)',
    async (completed_migrations) => {
      const records = await reader.read(pretty(state({ completed_migrations })))
      expect(headOf(records)).toMatchObject([{ startedAt: Date.UTC(2026, 6, 1, 10, 20, 29, 500) }])
      expect(movedIds(records)).toEqual([])
      expect(ofKind(records, 'not moved')).toHaveLength(1)
      expect(warningsOf(records)).toEqual(['“completed_migrations” isn’t a list and wasn’t read.'])
    },
  )

  it('come after a head of which the first counts', async () => {
    const file = pretty({ ...state(), readur_migrate: own })
      .replace('{', '{"readur_migrate": {"format": 1},')
      .replace('"total_files"', '"started_at": "2001-01-01T00:00:00Z", "total_files"')
    const records = await reader.read(file)
    expect(headOf(records)).toMatchObject([{ runId: null, startedAt: Date.UTC(2026, 6, 1, 10, 20, 29, 500) }])
    expect(warningsOf(records)).toEqual([
      expect.stringContaining('“readur_migrate” cannot be read'),
      '“started_at” stands there twice. Only the first was read.',
      '“readur_migrate” stands there twice. Only the first was read.',
    ])
  })
})

describe('what is damaged', () => {
  const whole = pretty(state())
  const second = whole.indexOf(`"${idOf(2)}"`)

  it.each([
    ['a lost brace', (text: string) => text.replace('},\n    {', '},\n    ')],
    ['zeroes', (text: string) => `${text.slice(0, second)}${'\0'.repeat(100)}`],
    ['an unknown word', (text: string) => text.replace(`"${idOf(2)}"`, 'undefined')],
    ['a comma too many', (text: string) => `${text.slice(0, second)},${text.slice(second)}`],
  ])('by %s is read up to there', async (_, damage) => {
    const records = await reader.read(damage(whole))
    expect(movedIds(records)).toEqual([idOf(1)])
    const [message = ''] = warningsOf(records).slice(-1)
    expect(message).toMatch(/^The file is damaged after byte \d+\. What followed could not be read\.$/)
    const byte = Number(/\d+/.exec(message)?.[0])
    expect(byte).toBeGreaterThan(whole.indexOf(`_processed.png`))
    expect(byte).toBeLessThanOrEqual(second + 1)
  })

  it('by bytes that are no UTF-8 is read up to there', async () => {
    const bytes = Buffer.from(whole)
    bytes[second + 5] = 0xff
    const records = await reader.read(bytes)
    expect(movedIds(records)).toEqual([idOf(1)])
    expect(warningsOf(records)).toEqual([expect.stringContaining('The file is damaged after byte')])
    expect(pretty(records)).not.toContain('�')
  })

  it('counts the bytes of the file', async () => {
    const text = `\ufeff{ "ä": "\\u00e4\\n€😀", "completed_migrations": [${JSON.stringify(moved(1))}, x`
    const byte = Buffer.byteLength(text.slice(0, text.lastIndexOf(',')))
    expect(warningsOf(await reader.read(text))).toEqual([
      `The file is damaged after byte ${byte}. What followed could not be read.`,
    ])
    expect(warningsOf(await reader.read(text.slice(0, -1)))).toEqual([
      `The file ends at byte ${Buffer.byteLength(text) - 1}, before it is complete. What followed could not be read.`,
    ])
  })

  it('by something after its end has given all its documents', async () => {
    for (const more of ['x', '{}', '\0\0\0', whole]) {
      const records = await reader.read(`${whole}\n${more}`)
      expect(movedIds(records)).toEqual([idOf(1), idOf(2)])
      expect(warningsOf(records)).toEqual([expect.stringContaining('The file is damaged after byte')])
    }
    expect(warningsOf(await reader.read(`${whole}\n \n`))).toEqual([])
  })

  it.each([
    ['depth', '['.repeat(200_000), 'it is nested too deeply'],
    ['depth of an entry', `[${'{"a":'.repeat(200)}`, 'it is nested too deeply'],
    ['a text', `"${'x'.repeat(3_000_000)}"`, 'a text in it is too long'],
    ['a number', '1'.repeat(3_000_000), 'a text in it is too long'],
    ['nothing', ' '.repeat(3_000_000), 'a text in it is too long'],
    ['an entry', `[[${'1,'.repeat(2_000_000)}1]]`, 'one of its entries is too large'],
    ['an entry of many', `[{"a": [${'{},'.repeat(700_000)}{}]}]`, 'one of its entries is too large'],
  ])('by endless %s is read up to there', async (_, value, reason) => {
    const records = await reader.read(
      `{"completed_migrations": [${JSON.stringify(moved(1))}], "failed_migrations": ${value}}`,
    )
    expect(movedIds(records)).toEqual([idOf(1)])
    expect(warningsOf(records).at(-1)).toMatch(/^The file is damaged after byte \d+ \(.*\)\. What followed could not/)
    expect(warningsOf(records).at(-1)).toContain(`(${reason})`)
  })
})

describe('what is no state file is refused', () => {
  it.each([
    ['text', 'Dear Sir', /does not begin as a JSON object|stops being JSON/],
    ['an array', `[${pretty(state())}]`, /does not begin as a JSON object/],
    ['a word', '"completed_migrations"', /does not begin as a JSON object/],
    ['other JSON', '{"name": "x", "list": [1], "completed": []}', /has no list of documents/],
    ['a list elsewhere', `{"a": ${pretty(state())}}`, /has no list of documents/],
    ['lists that are none', '{"completed_migrations": {}, "failed_migrations": null}', /has no list of documents/],
    ['UTF-16', Buffer.from(`\ufeff${pretty(state())}`, 'utf16le'), /stops being JSON after byte 0/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), /stops being JSON after byte/],
    ['nothing', '', /is empty/],
    ['space', ' \n', /ends at byte 2, before any list/],
    ['a start', '{"started_at": "2026-', /ends at byte 21, before any list/],
  ])('%s', async (_, content, message) => {
    await expect(reader.read(content)).rejects.toEqual(invalid(message))
  })

  it('a folder, and a file that is not there', async () => {
    await mkdir(join(reader.dir, 'folder'))
    await expect(readAll(join(reader.dir, 'folder'))).rejects.toEqual(invalid(/not a regular file|cannot be opened/))
    await expect(readAll(join(reader.dir, 'none.json'))).rejects.toEqual(invalid(/cannot be opened/))
  })

  it('more than a gibibyte', async () => {
    const path = join(reader.dir, 'large.json')
    await writeFile(path, pretty(state()))
    await truncate(path, 1024 ** 3 + 1)
    await expect(readAll(path)).rejects.toEqual(invalid(/larger than 1 GiB/))
  })
})

describe('reading', () => {
  it('stops when it is told to', async () => {
    const path = join(reader.dir, 'state.json')
    await writeFile(path, pretty(state()))
    await expect(collect(readStateFile(path, AbortSignal.abort(new Error('enough'))))).rejects.toThrow('enough')
  })

  it('tells when the file is written to meanwhile', async () => {
    const path = join(reader.dir, 'growing.json')
    await writeFile(path, pretty(state()))
    const records = []
    for await (const record of readStateFile(path, new AbortController().signal)) {
      if (record.kind === 'head') await writeFile(path, pretty(state()).slice(0, -10))
      records.push(record)
    }
    expect(warningsOf(records)).toEqual([
      expect.stringMatching(/^The file ends at byte \d+/),
      'The file was written to while it was read. Read it again when nothing writes to it.',
    ])
  })
})
