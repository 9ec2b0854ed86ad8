import { createHash } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startSshd } from '../services/sshd.ts'
import { filesOf } from './migrated.ts'
import { idOf } from './outside.ts'
import { codesOf, World } from './world.ts'

let readur: World
afterEach(() => readur.close())

const full = (path: string): string => join(readur.uploadsDir, path)
const id = (at: number): string => readur.expectations[at]?.documentId ?? ''
const place = (at: number): string => `documents/${id(at)}.txt`
const contentOf = (at: number): string => readur.expectations[at]?.sha256 ?? ''

/** Ways in which the file of the second document is that of the first. */
const ways: [story: string, tie: (first: string, second: string) => Promise<unknown>][] = [
  ['a relative link', (first, second) => symlink(first.replace('documents/', ''), full(second))],
  ['an absolute link', (first, second) => symlink(full(first), full(second))],
  ['a link that was made in the container', (first, second) => symlink(`/app/uploads/${first}`, full(second))],
  [
    'a link past another',
    async (first, second) => {
      await symlink(`../${first}`, full(`documents/between ${second.slice(-8)}`))
      await symlink(`between ${second.slice(-8)}`, full(second))
    },
  ],
  [
    'a link past a linked folder',
    async (first, second) => {
      await symlink('documents', full('older'))
      await symlink(`../older/${first.replace('documents/', '')}`, full(second))
    },
  ],
  ['a hard link', (first, second) => link(full(first), full(second))],
]
const hardLinked = ways.length - 1

/**
 * Pairs of documents with equal content that a tool has made one file of, as rdfind and jdupes do; the first of each is one
 * user's, the second another's. And one document more, of the first user.
 */
async function tied(): Promise<{ first: string }> {
  readur = await World.bulk(ways.length * 2 + 1)
  const users = (await readur.query('SELECT id::text FROM users ORDER BY id LIMIT 2')) as { id: string }[]
  const [first = '', second = ''] = users.map((row) => row.id)
  await readur.query('UPDATE documents SET user_id = $1', [first])
  for (const [at, [, tie]] of ways.entries()) {
    const [one, other] = [2 * at, 2 * at + 1]
    await readur.query(
      `UPDATE documents d SET user_id = $3, file_hash = o.file_hash FROM documents o WHERE d.id = $1 AND o.id = $2`,
      [id(other), id(one), second],
    )
    await rm(full(place(other)))
    await tie(place(one), place(other))
  }
  readur.expectations = readur.expectations.map(({ key = '', ...one }, at) => {
    const isSecond = at < 2 * ways.length && at % 2 === 1
    const user = isSecond ? second : first
    const sha256 = contentOf(isSecond ? at - 1 : at)
    return { ...one, key: key.replace(/^documents\/[^/]+/, `documents/${user}`), sha256 }
  })
  readur.before = await readur.snapshot()
  return { first }
}

/** What Readur finds under the path of a row, looked for from outside: past all links, those of its container too. */
async function readAt(at: number): Promise<string> {
  const text = await readFile(full(place(at))).catch(async (error: unknown) => {
    if (ways[(at - 1) / 2]?.[0] !== 'a link that was made in the container') throw error
    return readFile(full(place(at - 1)))
  })
  return createHash('sha256').update(text).digest('hex')
}
/** The uploads are on the far side of SFTP, which shows no inodes. */
async function startServer(): Promise<AsyncDisposable & { options: (readur: World) => string[] }> {
  const sshd = await startSshd({ as: 'root' })
  const [, key = ''] = sshd.hostKeyLine.split(' ')
  const fingerprint = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')
  const options = ({ home }: World): string[] => [
    ...['--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.clientKey],
    ...['--ssh-config', join(home, 'no-config'), '--accept-new-host-key', `SHA256:${fingerprint}`],
  ]
  return { options, [Symbol.asyncDispose]: () => sshd.stop() }
}

const everySecond = async (): Promise<void> => {
  for (const at of ways.keys()) expect(await readAt(2 * at + 1)).toBe(contentOf(2 * at))
}

describe('a file that is another row’s too, past a link', () => {
  it.each(['here', 'on a server'])(
    'stays while that row is not on S3, and goes where its bytes have a name of their own: %s',
    async (place) => {
      const { first } = await tied()
      await using server = place === 'here' ? null : await startServer()
      const where = server?.options(readur) ?? []
      const run = idOf(await readur.run('migrate', '--user-id', first, ...where))
      const free = await readur.run('free', run, '--yes', ...where)
      expect(free.report).toMatchObject({ freed: 2, failed: hardLinked })
      expect(codesOf(free.report)).toEqual([`FILE_STILL_NAMED ${hardLinked}`])
      await everySecond()
      const deleted = await readur.run('free', run, '--delete-quarantine', '--yes', ...where)
      expect(deleted.report).toMatchObject({ freed: 2 })
      await everySecond()
      expect(await readur.brokenPointers()).toEqual([])
      expect(await readur.run('rollback', run, '--yes', ...where)).toMatchObject({ code: 0 })
      await everySecond()
      await rm(full('quarantine'), { recursive: true })
      expect(await readur.differencesFromBefore()).toEqual([])
    },
  )

  it('stays when that row is on S3 as well: its way back leads through the link', async () => {
    await tied()
    const run = idOf(await readur.run('migrate'))
    const local = (await readur.query(`SELECT id::text FROM documents WHERE file_path NOT LIKE 's3://%'`)) as object[]
    // What was linked in the container cannot be read from here.
    expect(local).toEqual([{ id: id(5) }])
    const free = await readur.run('free', run, '--yes')
    // The file without a link, and both names of the one with hard links. Links themselves need nothing.
    expect(free.report).toMatchObject({ freed: 3 })
    expect(codesOf(free.report)).toEqual(['FILE_LINKED 4', 'FILE_LINKED 4', 'FILE_STILL_NAMED 1'])
    await readur.run('free', run, '--delete-quarantine', '--yes')
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ report: { status: 'completed' } })
    await everySecond()
    const local2 = filesOf(await readur.snapshot())
    for (const at of ways.keys()) expect(local2[place(2 * at)]).toBe(contentOf(2 * at))
  })

  it('stays when the link was made after the freeing was planned', async () => {
    readur = await World.bulk(2)
    const run = idOf(await readur.run('migrate', '--limit', '1'))
    const [local] = (await readur.query(`SELECT id::text FROM documents WHERE file_path NOT LIKE 's3://%'`)) as {
      id: string
    }[]
    const [moved, waiting] = local?.id === id(0) ? [1, 0] : [0, 1]
    const plan = idOf(await readur.run('free', run, '--dry-run'))
    await rm(full(place(waiting)))
    await symlink(id(moved) + '.txt', full(place(waiting)))
    const free = await readur.run('resume', plan)
    expect(codesOf(free.report)).toEqual(['FILE_STILL_NAMED 1'])
    expect(Object.keys(filesOf(await readur.snapshot()))).toEqual([place(moved)])
  })
})

describe('a file in the quarantine', () => {
  /** One document is migrated and freed, the other is local. */
  const freed = async (): Promise<{ run: string; free: string; moved: number; waiting: number; aside: string }> => {
    readur = await World.bulk(2)
    const run = idOf(await readur.run('migrate', '--limit', '1'))
    const rows = (await readur.query(`SELECT id::text FROM documents WHERE file_path LIKE 's3://%'`)) as {
      id: string
    }[]
    const [moved, waiting] = rows[0]?.id === id(0) ? [0, 1] : [1, 0]
    const free = idOf(await readur.run('free', run, '--yes'))
    return { run, free, moved, waiting, aside: `quarantine/${free}/${place(moved)}` }
  }

  it.each<[string, (it: Awaited<ReturnType<typeof freed>>) => Promise<unknown>]>([
    ['a link leads into it', ({ waiting, aside }) => symlink(`../${aside}`, full(place(waiting)))],
    ['a link leads to where it was', ({ waiting, moved }) => symlink(`${id(moved)}.txt`, full(place(waiting)))],
    [
      'a row that misses its file has the same hash',
      ({ waiting, moved }) =>
        readur.query('UPDATE documents d SET file_hash = o.file_hash FROM documents o WHERE d.id = $1 AND o.id = $2', [
          id(waiting),
          id(moved),
        ]),
    ],
    [
      'a row that misses its file has no hash',
      ({ waiting }) => readur.query('UPDATE documents SET file_hash = NULL WHERE id = $1', [id(waiting)]),
    ],
  ])('is not deleted while %s', async (_story, plant) => {
    const it = await freed()
    const { user_id: other } = (
      (await readur.query('SELECT gen_random_uuid() AS user_id')) as { user_id: string }[]
    )[0] ?? {
      user_id: '',
    }
    await readur.query(
      `INSERT INTO users (id, username, email, password_hash) VALUES ($1, 'other', 'other@example.org', 'x')`,
      [other],
    )
    await readur.query('UPDATE documents SET user_id = $2 WHERE id = $1', [id(it.waiting), other])
    await rm(full(place(it.waiting)))
    await plant(it)
    const deleted = await readur.run('free', it.run, '--delete-quarantine', '--yes')
    expect(codesOf(deleted.report)).toEqual(['FILE_STILL_NAMED 1'])
    expect(filesOf(await readur.snapshot())).toEqual({ [it.aside]: contentOf(it.moved) })
  })

  it('does not come back to where another row looks for its own file, nor is it fetched there', async () => {
    const { run, free, moved, waiting } = await freed()
    // The row of the other document leads to the place by a link that is not its name.
    await rm(full(place(waiting)))
    await mkdir(full('documents/by'), { recursive: true })
    await symlink(`../${id(moved)}.txt`, full('documents/by/link.txt'))
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [
      id(waiting),
      '/app/uploads/documents/by/link.txt',
    ])
    const returned = await readur.run('rollback', free, '--yes')
    expect(codesOf(returned.report)).toEqual(['FILE_STILL_NAMED 1'])
    const undone = await readur.run('rollback', run, '--yes')
    expect(codesOf(undone.report)).toEqual(['FILE_STILL_NAMED 1'])
    await rm(full('quarantine'), { recursive: true })
    const fetched = await readur.run('rollback', run, '--yes')
    expect(codesOf(fetched.report)).toContain('ROLLBACK_BLOCKED 1')
    expect(filesOf(await readur.snapshot())).toEqual({})
    expect(await readur.query(`SELECT id::text FROM documents WHERE file_path LIKE 's3://%'`)).toEqual([
      { id: id(moved) },
    ])
  })
})

describe('an audit', () => {
  it('takes a file that a row reaches by a link of the container for no orphan, and a repair leaves it', async () => {
    readur = await World.bulk(1)
    await mkdir(full('documents/kept'))
    await rename(full(place(0)), full('documents/kept/a.txt'))
    await symlink('/app/uploads/documents/kept/a.txt', full(place(0)))
    const { out } = await readur.call('audit', '--settle', '0', '--json', '--env-file', readur.envFile)
    const { runId, groups } = JSON.parse(out.join('\n')) as { runId: string; groups: { code: string }[] }
    expect(groups.map(({ code }) => code)).not.toContain('FILE_ORPHAN')
    const repaired = await readur.run('repair', runId, '--quarantine-files', '--yes')
    expect(repaired.report).toMatchObject({ committed: 0 })
    expect(Object.keys(filesOf(await readur.snapshot())).map(dirname)).toEqual(['documents/kept'])
  })
})
