import { describe, expect, it } from 'vitest'
import type { CommandResult, CommandRunner } from '../../../../src/main/engine/commands.ts'
import { Boundary } from '../../../../src/main/discovery/boundary.ts'
import { searchServer } from '../../../../src/main/discovery/searchServer.ts'
import { fixture, valuesOf } from './support.ts'

type Reply = Partial<CommandResult>

/** A server that knows these commands by how they begin; all others it does not have. */
function server(replies: Readonly<Record<string, Reply | ((argv: readonly string[]) => Reply)>>) {
  const asked: string[][] = []
  const run: CommandRunner = (argv, signal) => {
    signal.throwIfAborted()
    asked.push([...argv])
    const line = argv.join(' ')
    const known = Object.keys(replies).find((it) => line.startsWith(it))
    const reply = known === undefined ? { code: 127, stderr: `${argv[0] ?? ''}: command not found` } : replies[known]
    const result = typeof reply === 'function' ? reply(argv) : reply
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...result })
  }
  return {
    asked,
    search: (boundary = new Boundary()) => searchServer(run, new AbortController().signal, boundary),
  }
}

const docker = {
  'docker ps': { stdout: fixture('docker/ps.txt') },
  'docker inspect': { stdout: fixture('docker/inspect.json') },
  'docker volume': { stdout: fixture('docker/volumes.json') },
}
const denied = {
  code: 1,
  stderr:
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied',
}

/** Files of a server, read with `find … -exec head`; `links` lead to one of them. */
const disk = (texts: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) => ({
  pwd: { stdout: '/home/ann\n' },
  'find -L': (argv: readonly string[]) => {
    const path = argv[2] ?? ''
    const real = links[path] ?? path
    const text = texts[real]
    if (text === undefined) return { code: 1, stderr: 'No such file or directory' }
    return { stdout: argv.includes('readlink') ? `${real}\n` : text }
  },
  find: {
    code: 1,
    stdout: `${Object.keys(texts)
      .filter((it) => it.endsWith('.yml'))
      .join('\n')}\n`,
    stderr: '/root: Permission denied',
  },
})

describe('a server with Docker', () => {
  it('is asked a bounded number of questions, whatever it answers', async () => {
    const [first] = JSON.parse(docker['docker inspect'].stdout) as Record<string, unknown>[]
    const volume = (name: string) => ({ Type: 'volume', Name: name, Source: '/v', Destination: `/data/${name}` })
    const many = Array.from({ length: 1_000 }, (_, at) => ({
      ...first,
      Id: at.toString(16).padStart(64, '0'),
      Name: `/more-${at}`,
      Mounts: Array.from({ length: 20 }, (__, index) => volume(index === 0 ? `--format=${at}` : `v${at}-${index}`)),
    }))
    const { asked, search } = server({ ...docker, 'docker inspect': { stdout: JSON.stringify(many) } })
    expect((await search()).found).toHaveLength(10)
    expect(asked.length).toBeLessThan(30)
    expect(asked.flat().filter((it) => it.startsWith('--format='))).toEqual([])
  })

  it('is searched among its containers', async () => {
    const { asked, search } = server(docker)
    const { containers: access, found, notes } = await search()
    expect(access).toBe('searched')
    expect(notes).toEqual([])
    expect(found.map((it) => it.source)).toEqual(['readur-readur-1 in Docker'])
    expect(found[0] && valuesOf(found[0])).toMatchObject({
      databaseAddress: '172.18.0.2:5432',
      s3Bucket: 'readur-documents',
    })
    const ids = ['c8cf51063e80', '19013d1e5e12', '26518665333f']
    expect(asked.map((it) => it.slice(0, 3).join(' '))).toEqual([
      'docker ps --all',
      'docker inspect --type',
      'docker volume inspect',
    ])
    expect(asked[1]?.slice(4).map((it) => it.slice(0, 12))).toEqual(ids)
    expect(asked[2]?.slice(3)).toEqual(['readur_uploads', 'readur_db'])
  })

  it('never asks for more rights', async () => {
    for (const replies of [docker, { 'docker ps': denied, ...disk({}) }, {}]) {
      const { asked, search } = server(replies)
      await search()
      expect(asked.flat().filter((it) => /sudo|doas|^su$|pkexec/.test(it))).toEqual([])
    }
  })

  it('is searched where Docker lies elsewhere', async () => {
    const elsewhere = Object.fromEntries(Object.entries(docker).map(([name, it]) => [`/usr/local/bin/${name}`, it]))
    expect((await server(elsewhere).search()).found).toHaveLength(1)
  })

  it('is searched although a container is gone meanwhile, or volumes may not be looked at', async () => {
    const inspect = { code: 1, stdout: fixture('docker/inspect.json'), stderr: 'Error: No such object: c8cf' }
    const { containers: access, found } = await server({
      ...docker,
      'docker inspect': inspect,
      'docker volume': denied,
    }).search()
    expect(access).toBe('searched')
    expect(found[0]?.settings.uploadsHost?.value).toBe('/var/lib/docker/volumes/readur_uploads/_data')
  })

  it('is asked in portions when it has many containers, and not without end', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(64, '0')).join('\n')
    const { asked, search } = server({ 'docker ps': { stdout: many }, 'docker inspect': { stdout: '[]' }, ...disk({}) })
    await search()
    const inspected = asked.filter((it) => it[1] === 'inspect')
    expect(inspected).toHaveLength(6)
    expect(Math.max(...inspected.map((it) => it.length))).toBe(54)
  })

  it.each([
    ['not allowed', denied],
    [
      'not running',
      {
        code: 1,
        stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      },
    ],
    ['failed', { code: 1, stderr: 'something else' }],
    ['failed', { stdout: 'no IDs' }],
  ] as const)('that is %s says so and goes on with Compose files', async (access, reply) => {
    const texts = { '/opt/readur/docker-compose.yml': fixture('compose/readur/docker-compose.yml') }
    const { containers: got, found, notes } = await server({ 'docker ps': reply, ...disk(texts) }).search()
    expect(got).toBe(access)
    expect(notes[0]?.message).toMatch(/Docker/)
    expect(found.map((it) => it.settings.uploadsHost?.value)).toEqual(['/opt/readur/readur_uploads'])
  })
})

/** Podman 4.3, word for word; as JSON it prints one list, not an object a line as Docker does. */
const podman = {
  'podman ps': (argv: readonly string[]) => ({ stdout: argv.includes('{{.ID}}') ? fixture('podman/ps.txt') : '[]\n' }),
  'podman inspect': { stdout: fixture('podman/inspect.json') },
  'podman volume': { stdout: fixture('podman/volumes.json') },
}

describe('a server with Podman', () => {
  it.each([
    ['alone', podman],
    ['beside a Docker without Readur', { ...podman, 'docker ps': {} }],
    ['beside a Docker that the account may not use', { ...podman, 'docker ps': denied }],
  ])('%s is searched among its containers, which are then reached by podman exec', async (_, replies) => {
    const { search } = server(replies)
    const { containers, found, notes } = await search()
    expect({ containers, notes }).toEqual({ containers: 'searched', notes: [] })
    expect(found.map((it) => it.source)).toEqual(['readur in Podman'])
    expect(found[0] && valuesOf(found[0])).toMatchObject({
      databaseAddress: '127.0.0.1:5433',
      uploadsHost: '/var/lib/containers/storage/volumes/readur_uploads/_data',
      s3Bucket: 'docs',
      readurVersion: '2.9.2',
    })
    expect(found[0]?.uploads?.container).toBe('podman:readur')
  })

  it('that does not work says so', async () => {
    const stderr = 'Cannot connect to Podman. Please verify your connection to the Linux system'
    const { containers, notes } = await server({ 'podman ps': { code: 125, stderr }, ...disk({}) }).search()
    expect(containers).toBe('not running')
    expect(notes[0]?.message).toBe('Podman isn’t running on the server.')
  })
})

describe('a server without Docker for us', () => {
  it('has its Compose files read, with the files beside them', async () => {
    const { asked, search } = server({
      'docker ps': denied,
      ...disk({
        '/home/ann/web/docker-compose.yml': 'services: { web: { image: nginx } }',
        '/home/ann/broken/docker-compose.yml': '{{{',
        '/srv/docs/compose.yml': fixture('compose/production/compose.yml'),
        '/srv/docs/.env': fixture('compose/production/dotenv.txt'),
        '/srv/docs/readur.env': fixture('compose/production/readur.env.txt'),
      }),
    })
    const { found } = await search()
    expect(found.map((it) => it.source)).toEqual(['readur in /srv/docs/compose.yml'])
    expect(found[0]?.secrets.databasePassword?.value.reveal()).toBe('dbp$DB=word of-production')
    const [search1] = asked.filter((it) => it[0] === 'find')
    expect(search1?.slice(0, 3)).toEqual(['find', '/home/ann', '/opt'])
    expect(search1).toContain('-maxdepth')
    expect(
      asked.filter((it) => it[1] === '-L').every((it) => it.includes('-type') && /^(head|readlink)$/.test(it[8] ?? '')),
    ).toBe(true)
  })

  it('has no file read that lies outside of their folder, unless somebody has allowed it', async () => {
    const texts = {
      '/opt/readur/docker-compose.yml': fixture('compose/readur/docker-compose.yml'),
      '/srv/other/.env': 'POSTGRES_PASSWORD=of-another\n',
    }
    const { search } = server(disk(texts, { '/opt/readur/.env': '/srv/other/.env' }))
    const boundary = new Boundary()
    expect(JSON.stringify(await search(boundary))).not.toContain('of-another')
    expect(boundary.refused).toEqual(['/srv/other/.env'])
    const allowed = new Boundary(boundary.refused)
    const { found } = await search(allowed)
    expect(allowed.refused).toEqual([])
    expect(found[0]?.notes.map(({ message }) => message).join()).not.toContain('outside the folder')
  })

  it('says when nothing is found', async () => {
    const { containers: access, found, notes } = await server(disk({ '/opt/x/compose.yml': '[' })).search()
    expect(access).toBe('not installed')
    expect(found).toEqual([])
    expect(notes.map((it) => it.message)).toEqual([
      'Neither Docker nor Podman is installed on the server.',
      'No Compose file with Readur was found in the usual folders (home, /opt, /srv …); 1 couldn’t be read.',
    ])
  })

  it('has Compose files read as well when its containers hold no Readur', async () => {
    const texts = { '/opt/readur/docker-compose.yml': fixture('compose/readur/docker-compose.yml') }
    const { containers: access, found } = await server({ 'docker ps': {}, ...disk(texts) }).search()
    expect(access).toBe('searched')
    expect(found).toHaveLength(1)
  })

  it('does not trust what `find` prints', async () => {
    const hostile = [
      'relative/compose.yml',
      '/a\u001b[2J/compose.yml',
      ...Array.from({ length: 500 }, (_, it) => `/opt/${it}/compose.yml`),
    ]
    const { asked, search } = server({
      pwd: { stdout: '../..\n' },
      'find -L': {},
      find: { stdout: hostile.join('\n') },
    })
    await search()
    const read = asked.filter((it) => it[1] === '-L').map((it) => it[2])
    expect(read).toHaveLength(60)
    expect(read).not.toContain('relative/compose.yml')
    expect(asked.find((it) => it[0] === 'find')?.[1]).toBe('/opt')
  })
})

it('a search that is cancelled, or loses its server, ends with that error', async () => {
  const stop = AbortSignal.abort(new Error('cancelled'))
  const run: CommandRunner = (_, signal) => {
    signal.throwIfAborted()
    return Promise.reject(new Error('connection lost'))
  }
  await expect(searchServer(run, stop, new Boundary())).rejects.toThrow('cancelled')
  await expect(searchServer(run, new AbortController().signal, new Boundary())).rejects.toThrow('connection lost')
})
