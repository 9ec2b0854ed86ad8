import { describe, expect, it } from 'vitest'
import { discoverCompose } from '../../../../src/main/discovery/compose.ts'
import { discoverContainers } from '../../../../src/main/discovery/dockerInspect.ts'
import { parseContainers } from '../../../../src/main/discovery/dockerReply.ts'
import { discoverEnvText } from '../../../../src/main/discovery/dotEnv.ts'
import { compose, files, fixture, notesOf, readur, refusal, valuesOf } from './support.ts'

const refused = (text: string) => refusal(() => discoverCompose(text, files()))

const laughs = [
  'a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]',
  ...'bcdefghi'.split('').map((name, index) => {
    const before = 'abcdefgh'[index] ?? ''
    return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`
  }),
].join('\n')

const tooLarge = 'it is too large for a Compose file'
const tooMany = 'it has too many parts'
const tooDeep = 'it is nested too deeply'
const growing = 'its aliases make it too large'
const invalid = /line \d+ is not valid YAML \([A-Z_]+\)/

/** The reason names the bound that the text has met: what it costs until then does not depend on the text. */
describe('a hostile Compose file is refused at a bound', () => {
  it.each([
    ['a billion laughs', `${laughs}\n${readur('labels: *i')}`, growing],
    ['a billion laughs in merge keys', laughs.replaceAll('[', '{ <<: [').replaceAll(']', '] }'), growing],
    ['an anchor that holds itself', 'a: &a [*a, *a]\nservices: *a', tooDeep],
    ['an anchor that merges itself', 'services: &a\n  readur:\n    <<: *a\n', tooDeep],
    ['lists in lists', `services: ${'['.repeat(60_000)}`, tooDeep],
    ['maps in maps', `services: ${'{a: '.repeat(30_000)}`, tooDeep],
    ['blocks in blocks', Array.from({ length: 400 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'), tooDeep],
    ['dashes', `services:\n${'- '.repeat(50_000)}`, tooDeep],
    ['question marks', '? '.repeat(60_000), tooDeep],
    ['keys within a list', `services: [${'a: '.repeat(40_000)}]`, tooDeep],
    ['commas', `services: [${','.repeat(120_000)}]`, tooMany],
    ['empty lines', `services:\n${'\n'.repeat(120_000)}`, tooMany],
    ['comments', '#\n'.repeat(60_000), tooMany],
    ['aliases', `a: &a 1\nservices: [${'*a,'.repeat(40_000)}]`, tooMany],
    ['anchors', `services: ${'&a '.repeat(40_000)}`, tooMany],
    ['the same key', 'services: 1\n'.repeat(10_000), tooMany],
    ['far too much', `a: ${'x'.repeat(1_000_000)}`, tooLarge],
    ['nothing but mistakes', 'a: ]'.repeat(30_000), tooMany],
    ['many tags', `services: ${'!!js/function '.repeat(9000)}`, invalid],
    ['several documents', `${readur('tty: true')}---\n${readur('tty: true')}`, 'begins a second document'],
    ['a key twice', readur('tty: true\ntty: false'), 'has a key for the second time'],
    ['an alias without an anchor', readur('labels: *nowhere'), 'names an anchor that does not stand before it'],
    ['bytes', '\u0000\u0001\u0002', 'it is not a Compose file'],
  ])('%s', async (_, text, reason) => {
    const said = await refused(text)
    expect(said).toContain('DISCOVERY_UNREADABLE')
    expect(said).toMatch(reason)
  })

  it('names the line, and nothing of the text', async () => {
    const said = await refused('services:\n  readur:\n    environment:\n      PASSWORD: "secret\\q"\n')
    expect(said).toContain('line 4 is not valid YAML')
    expect(said).not.toContain('secret')
    expect(await refused('services:\n  readur:\n    secret-key: 1\n    secret-key: 2\n')).toMatch(
      /line 4 has a key for the second time\.$/,
    )
  })
})

describe('a hostile Compose file does no harm where it is read', () => {
  it('has tags that would make objects as plain text', async () => {
    const found = await compose(
      readur(
        'environment:\n  UPLOAD_PATH: !!js/function "function () { throw 1 }"\n  S3_REGION: !!binary aGk=\n  S3_BUCKET_NAME: !unknown b',
      ),
    )
    expect(valuesOf(found)).toMatchObject({ s3Region: 'aGk=', s3Bucket: 'b' })
  })

  it('has names of objects as names like others', async () => {
    const found = await compose(
      [
        'x: &x { __proto__: { image: readur }, constructor: 1 }',
        'services:',
        '  __proto__: { image: nginx, environment: { __proto__: x } }',
        '  constructor: { image: nginx, <<: *x }',
        '  readur:',
        '    image: readur/readur',
        '    environment: { __proto__: polluted, toString: a, S3_REGION: "${constructor}${__proto__}${toString:-d}" }',
      ].join('\n'),
    )
    expect(found.missing.find((it) => it.setting === 's3Region')?.reason).toContain('constructor, __proto__')
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  it('has parts of the wrong kind as absent', async () => {
    const found = await compose(
      readur(
        'environment: 7\nenv_file: { a: b }\nports: { x: y }\nvolumes: [[a], 5, { target: [x] }, ""]\nlabels: [[1]]\ndepends_on: 3\nextends: []\nnetworks: no\nextra_hosts: [[]]\ntmpfs: {}\nworking_dir: [a]',
        'volumes: [a]\n',
      ),
    )
    expect(found.uploads?.kind).toBe('container')
  })

  it('reads few files, each once, and none that grows without limit', async () => {
    const asked: string[] = []
    const many = Array.from({ length: 200 }, (_, index) => `f${index % 100}.env`).join(', ')
    const found = await discoverCompose(readur(`env_file: [${many}]`), (path) => {
      asked.push(path)
      return Promise.resolve('A=b\n'.repeat(path === 'f0.env' ? 1_000_000 : 1))
    })
    expect(asked.length).toBeLessThanOrEqual(30)
    expect(new Set(asked).size).toBe(asked.length)
    expect(found[0] && notesOf(found[0])).toContain('f0.env is too large')
  })

  it('tells few alternatives of thousands of everything', async () => {
    const lines = (count: number, line: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => line(index)).join('\n')
    const labels = lines(700, (it) => `      traefik.http.routers.r${it}.rule: "Host(\`h${it}.x\`)"`)
    const ports = lines(200, () => '      - 1-1000:1-1000')
    const mounts = lines(300, (it) => `      - /m${it}:/app/uploads/${it}`)
    const services = lines(500, (it) => `  readur${it}: { image: readur/readur, ports: *p, env_file: [] }`)
    const buckets = 'b,'.repeat(5000)
    const text = [
      'x-p: &p ["1-1000:1-1000", "1-1000:1-1000"]',
      'services:',
      '  db:\n    image: postgres\n    ports:',
      lines(500, () => '      - 5432:5432'),
      `  minio: { image: minio/minio, environment: { MINIO_DEFAULT_BUCKETS: "${buckets}" } }`,
      '  readur:\n    image: readur/readur\n    environment: { DATABASE_URL: "postgres://u:p@db/d" }',
      `    ports:\n${ports}\n    labels:\n${labels}\n    volumes:\n${mounts}`,
      services,
    ].join('\n')
    const found = await discoverCompose(text, files())
    expect(found).toHaveLength(10)
    const all = found.flatMap((it) => Object.values(it.settings).map(({ alternatives }) => alternatives.length))
    expect(Math.max(...all)).toBeLessThan(20)
  })

  it('cannot make a note hold what a terminal would obey', async () => {
    const found = await compose(
      readur(
        'env_file: "a\\e[2J\\u202e.env"\nvolumes: ["up:/app/uploads"]',
        'volumes: { up: { name: "$(reboot)" } }\n',
      ),
    )
    for (const sign of ['\u001b', '\u202e']) expect(notesOf(found)).not.toContain(sign)
    expect(notesOf(found)).not.toContain('reboot')
  })

  it('may use every alias it likes within reason', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `  s${index}: { <<: *x, image: nginx }`).join('\n')
    const found = await compose(
      `x: &x { environment: &e { A: b } }\n${readur('environment: *e')}${many}`.replace('x: &x', 'x-x: &x'),
    )
    expect(found.source).toContain('readur in')
  })
})

describe('hostile replies of Docker', () => {
  const small = { Name: '/readur', Config: { Image: 'readur' }, HostConfig: {}, NetworkSettings: {} }

  it.each([
    ['no JSON', 'secret text'],
    ['no list', '{"Env": "secret"}'],
    ['nothing', ''],
    ['a number', '7'],
  ])('%s is refused, without a word of it', async (_, reply) => {
    const said = await refusal(() => discoverContainers(reply))
    expect(said).toContain('DISCOVERY_UNREADABLE')
    expect(said).not.toContain('secret')
  })

  it('are read no further than a bound, be it of containers or of the parts of one', () => {
    const [first] = JSON.parse(fixture('docker/inspect.json')) as Record<string, unknown>[]
    const inMany = parseContainers(JSON.stringify(Array.from({ length: 30_000 }, () => ({ ...small, Id: 'a' }))))
    expect(inMany).toHaveLength(2_000)
    const many = <T>(part: (index: number) => T): T[] => Array.from({ length: 5_000 }, (_, index) => part(index))
    const mapOf = (value: unknown): Record<string, unknown> =>
      Object.fromEntries(many((index) => [`k${index}`, value] as const))
    const [one] = parseContainers(
      JSON.stringify([
        {
          ...first,
          Mounts: many((index) => ({ Destination: `/${index}` })),
          Config: { Env: many((index) => `A${index}=b`), Labels: mapOf('x') },
          HostConfig: { ExtraHosts: many(String), PortBindings: mapOf([]), Tmpfs: mapOf('') },
          NetworkSettings: { Ports: mapOf(many(() => ({ HostPort: '1' })).slice(0, 2)), Networks: mapOf({}) },
        },
      ]),
    )
    if (!one) throw new Error('It was not read.')
    const { Config, HostConfig, NetworkSettings, Mounts } = one
    expect([
      ...[Mounts.length, Config.Env.length, Config.Labels.size, HostConfig.ExtraHosts.length],
      ...[HostConfig.PortBindings.size, HostConfig.Tmpfs.length],
      ...[NetworkSettings.Ports.size, NetworkSettings.Networks.size],
    ]).toEqual(Array(8).fill(1_000))
  })

  it('that are too large are not read at all', async () => {
    const reply = JSON.stringify([{ Id: 'x'.repeat(9 * 1024 ** 2) }])
    expect(await refusal(() => discoverContainers(reply))).toContain('it is too large')
  })

  it('that are deep or odd are left out, and those that can be read are used', () => {
    const [first] = JSON.parse(fixture('docker/inspect.json')) as unknown[]
    const odd = [
      null,
      7,
      [],
      {},
      { Id: 'x', Config: { Env: [7] } },
      { Id: {}, Name: [] },
      JSON.parse('{"__proto__": {"Id": "a"}, "constructor": 1}') as unknown,
    ]
    expect(discoverContainers(JSON.stringify([...odd, first]))).toHaveLength(1)
    expect(() => discoverContainers('['.repeat(200_000))).toThrow('cannot be read')
  })
})

describe('a hostile .env', () => {
  it('is refused when it is too large', async () => {
    expect(await refusal(() => discoverEnvText('A=b\n'.repeat(1_000_000)))).toContain('DISCOVERY_UNREADABLE')
  })

  it('cannot stand for an object', () => {
    const found = discoverEnvText('__proto__=x\nconstructor=y\nUPLOAD_PATH=/a/$constructor/$toString')
    expect(found.missing.find((it) => it.setting === 'uploadsContainer')?.reason).toContain('toString')
  })
})
