import { describe, expect, it } from 'vitest'
import { addressOf, databaseUrl, parseDatabaseUrl } from '../../../../src/main/discovery/databaseUrl.ts'
import { unknownMark } from '../../../../src/main/discovery/environment.ts'
import { parsePort, portOf } from '../../../../src/main/discovery/portSpec.ts'
import { repositoryOf } from '../../../../src/main/discovery/recognise.ts'
import { parseVolume } from '../../../../src/main/discovery/composeVolumes.ts'

describe('ports', () => {
  const shown = (spec: string) => parsePort(spec).map((it) => [it.hostIp, it.hostPort, it.containerPort])

  it.each<[string, (string | null)[][]]>([
    ['5432', [['', null, '5432']]],
    ['5432:5432', [['', '5432', '5432']]],
    ['5433:5432/tcp', [['', '5433', '5432']]],
    ['127.0.0.1:5433:5432', [['127.0.0.1', '5433', '5432']]],
    ['127.0.0.1::5432', [['127.0.0.1', null, '5432']]],
    ['[::1]:5433:5432', [['::1', '5433', '5432']]],
    ['::1:5433:5432', []],
    [
      '9000-9001:8000-8001',
      [
        ['', '9000', '8000'],
        ['', '9001', '8001'],
      ],
    ],
    [
      '3000-3001',
      [
        ['', null, '3000'],
        ['', null, '3001'],
      ],
    ],
    ['5000-5010:5432', [['', null, '5432']]],
    ['5353:5353/udp', []],
    ['1-99999:1-99999', []],
    [
      '9001-9000:1-2',
      [
        ['', null, '1'],
        ['', null, '2'],
      ],
    ],
    ['nonsense', []],
    [':::::::', []],
    [`${'1'.repeat(100_000)}:1`, []],
  ])('%s', (spec, expected) => {
    expect(shown(spec)).toEqual(expected)
  })

  it('has a long form', () => {
    expect(portOf('5432', '5433', '127.0.0.1')).toEqual([
      { containerPort: '5432', hostPort: '5433', hostIp: '127.0.0.1' },
    ])
    expect(portOf('5432', null, '')).toEqual([{ containerPort: '5432', hostPort: null, hostIp: '' }])
    expect(portOf('x', '5433', '')).toEqual([])
  })
})

describe('mounts', () => {
  it.each([
    ['/app/uploads', null, '/app/uploads', 'volume'],
    ['uploads:/app/uploads', 'uploads', '/app/uploads', 'volume'],
    ['uploads:/app/uploads:ro', 'uploads', '/app/uploads', 'volume'],
    ['./up:/app/uploads', './up', '/app/uploads', 'bind'],
    ['../up:/app/uploads:rw,z', '../up', '/app/uploads', 'bind'],
    ['/srv/up:/app/uploads', '/srv/up', '/app/uploads', 'bind'],
    ['~/up:/app/uploads', '~/up', '/app/uploads', 'bind'],
    ['C:\\Readur\\up:/app/uploads', 'C:\\Readur\\up', '/app/uploads', 'bind'],
    ['d:/Readur/up:/app/uploads:ro', 'd:/Readur/up', '/app/uploads', 'bind'],
    ['\\\\nas\\share:/app/uploads', '\\\\nas\\share', '/app/uploads', 'bind'],
    ['c:/app/uploads', null, 'c:/app/uploads', 'volume'],
  ])('%s', (spec, source, target, kind) => {
    expect(parseVolume(spec)).toEqual({ source, target, kind })
  })

  it.each(['', ':', 'a::b', ':/app', 'a:b:c:d'])('none is %j', (spec) => {
    expect(parseVolume(spec)).toBeNull()
  })
})

describe('database addresses', () => {
  const nothing = {
    host: undefined,
    port: undefined,
    name: undefined,
    user: undefined,
    password: undefined,
    tls: undefined,
    parameters: undefined,
  }

  it.each([
    ['postgres://u:p@h:5433/d', { host: 'h', port: '5433', name: 'd', user: 'u', password: 'p' }],
    ['postgresql://u:p@h/d', { host: 'h', name: 'd', user: 'u', password: 'p' }],
    ['postgresql://h:5432/d', { host: 'h', port: '5432', name: 'd' }],
    ['postgres://u:p%40s%2Fw@h/d', { host: 'h', name: 'd', user: 'u', password: 'p@s/w' }],
    ['postgres://u:p@s:s@h/d', { host: 'h', name: 'd', user: 'u', password: 'p@s:s' }],
    ['postgres://u:100%@h/d', { host: 'h', name: 'd', user: 'u', password: '100%' }],
    ['postgres://u:p@[2001:db8::1]:5432/d', { host: '2001:db8::1', port: '5432', name: 'd', user: 'u', password: 'p' }],
    [
      'postgres://u:p@h/d?sslmode=verify-full&application_name=x',
      { host: 'h', name: 'd', user: 'u', password: 'p', tls: 'verify-full', parameters: 'application_name=x' },
    ],
    [
      'postgres://u:p@h/d?channel_binding=require&sslrootcert=/ca.pem&sslpassword=hidden',
      { host: 'h', name: 'd', user: 'u', password: 'p', parameters: 'channel_binding=require&sslrootcert=%2Fca.pem' },
    ],
    ['postgres:///d?host=/var/run/postgresql&user=u', { host: '/var/run/postgresql', name: 'd', user: 'u' }],
  ])('%s', (text, parts) => {
    expect(parseDatabaseUrl(text)).toEqual({ ...nothing, ...parts })
  })

  it.each([
    'mysql://u:p@h/d',
    'postgres:u:p@h',
    'host=h password=p',
    'postgres://u:pa/ss@h/d',
    'postgres://u:12/ss@h/d',
    'postgres://u:12?ss@h/d',
    'postgres://u:pa#ss@h/d',
    '',
  ])('%s is refused rather than misread', (text) => {
    expect(parseDatabaseUrl(text)).toBeNull()
  })

  it('keeps what is known where a part is not', () => {
    expect(parseDatabaseUrl(`postgres://u:${unknownMark}@h:${unknownMark}/d`)).toMatchObject({
      user: 'u',
      password: unknownMark,
      host: 'h',
      port: unknownMark,
      name: 'd',
    })
  })

  it.each([
    ['h:5432', 'postgresql://u%40x:p%2F%40%3A@h:5432/my%20db'],
    [addressOf('2001:db8::1', '5432'), 'postgresql://u%40x:p%2F%40%3A@[2001:db8::1]:5432/my%20db'],
    ['/var/run/postgresql', 'postgresql://u%40x:p%2F%40%3A@localhost/my%20db?host=%2Fvar%2Frun%2Fpostgresql'],
    ['/var/run/postgresql:5433', 'postgresql://u%40x:p%2F%40%3A@localhost:5433/my%20db?host=%2Fvar%2Frun%2Fpostgresql'],
  ])('is put together for %s', (address, expected) => {
    expect(databaseUrl({ address, name: 'my db', user: 'u@x', password: 'p/@:', tls: undefined })).toBe(expected)
  })

  it.each(['', 'h/other', 'x@h', 'h?host=other', 'h:port', 'h h'])('is none for %j', (address) => {
    expect(databaseUrl({ address, name: 'd', user: 'u', password: 'p', tls: undefined })).toBeUndefined()
  })
})

describe('images', () => {
  it.each([
    ['postgres', 'postgres'],
    ['postgres:16', 'postgres'],
    ['ghcr.io/readur/readur:2.7.8@sha256:abc', 'ghcr.io/readur/readur'],
    ['registry.local:5000/Mirror/Readur', 'registry.local:5000/mirror/readur'],
    ['registry.local:5000/mirror/readur:v1', 'registry.local:5000/mirror/readur'],
  ])('%s', (image, expected) => {
    expect(repositoryOf(image)).toBe(expected)
  })
})
