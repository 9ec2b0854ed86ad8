import { describe, expect, it } from 'vitest'
import {
  addressHere,
  fill,
  freeName,
  isOfServer,
  notesAfter,
  seenFromHere,
  takenIn,
  withoutTaken,
} from '../../../src/renderer/connection/fill.ts'
import {
  type ConnectionForm,
  draftOf,
  emptyForm,
  formOf,
  isSame,
  secretChangesOf,
} from '../../../src/renderer/connection/form.ts'
import { endpointOf, serviceAt, serviceIds, services } from '../../../src/renderer/connection/services.ts'
import { type FieldName, firstOf, missingIn, wrongIn } from '../../../src/renderer/connection/validation.ts'
import { type FoundReadur, foundSettings, ownVariables, splitAddress } from '../../../src/shared/discovery.ts'
import { details, found } from './profileFixtures.ts'
import { looksLikeSettings } from '../../../src/renderer/connection/looksLikeSettings.ts'

const server = { host: 'nas', port: 2222, user: 'ada', keyFiles: ['/k'], jumps: ['me@bastion:22'] }
const full: ConnectionForm = formOf(details)

describe('a profile in the editor', () => {
  it.each([
    ['on this computer', details],
    ['on a server', { ...details, server }],
    ['in a file', { ...details, envFile: '/srv/readur.env', variables: {} }],
  ])('%s is saved as it was', (_what, profile) => {
    const { name, server, envFile, variables } = profile
    expect(draftOf(formOf(profile))).toEqual({ name, server, envFile, variables })
    expect(secretChangesOf(formOf(profile))).toEqual({})
  })

  it('loses nothing that it does not show', () => {
    const variables = {
      ...details.variables,
      POSTGRES_SSLMODE: 'verify-full',
      POSTGRES_SSLROOTCERT: '/ca.pem',
      DATABASE_TIMEOUT: '5',
      S3_STORAGE_CLASS: 'STANDARD_IA',
      S3_SSE: 'aws:kms',
      S3_SSE_KMS_KEY_ID: 'key-1',
      S3_CA_FILE: '/own.pem',
      READUR_URL: 'https://r.example.org',
    }
    expect(draftOf(formOf({ ...details, variables })).variables).toEqual(variables)
  })

  it('knows of its secrets only that they are there', () => {
    expect(full.secrets).toMatchObject({
      POSTGRES_PASSWORD: { state: 'kept' },
      S3_SECRET_ACCESS_KEY: { state: 'kept' },
      SSH_PASSWORD: { state: 'none' },
    })
  })

  it('says what becomes of each secret', () => {
    const secrets: ConnectionForm['secrets'] = {
      POSTGRES_PASSWORD: { state: 'typed', value: 'new' },
      S3_SECRET_ACCESS_KEY: { state: 'found', token: 't', where: '.env' },
      SSH_PASSWORD: { state: 'forgotten' },
      SSH_PASSPHRASE: { state: 'kept' },
      READUR_TOKEN: { state: 'none' },
    }
    expect(secretChangesOf({ ...full, secrets })).toEqual({
      POSTGRES_PASSWORD: { set: 'new' },
      S3_SECRET_ACCESS_KEY: { take: 't' },
      SSH_PASSWORD: { forget: true },
    })
  })

  it('has no secret any more when it leads elsewhere, and says which ones are to be entered', () => {
    const stranger: ConnectionForm = { ...full, dbHost: '10.0.0.9', service: 'other', endpoint: 'https://evil.example' }
    expect(secretChangesOf(stranger, full)).toEqual({
      POSTGRES_PASSWORD: { forget: true },
      S3_SECRET_ACCESS_KEY: { forget: true },
    })
    expect(missingIn(stranger, full)).toEqual({
      POSTGRES_PASSWORD: 'Enter the password again for the new address.',
      S3_SECRET_ACCESS_KEY: 'Enter the secret key.',
    })
    expect(missingIn({ ...full, bucket: 'other', dbName: 'other' }, full)).toEqual({})
    const typed: ConnectionForm['secrets'] = { ...full.secrets, POSTGRES_PASSWORD: { state: 'typed', value: 'new' } }
    expect(secretChangesOf({ ...stranger, secrets: typed }, full).POSTGRES_PASSWORD).toEqual({ set: 'new' })
  })

  it('is changed by what would be saved, and by nothing else', () => {
    expect(isSame(full, { ...full, name: ' Sandbox ' })).toBe(true)
    expect(isSame(full, { ...full, keyFiles: ['only for a server'] })).toBe(true)
    expect(isSame(full, { ...full, bucket: 'other' })).toBe(false)
    expect(isSame(full, { ...full, secrets: { ...full.secrets, SSH_PASSWORD: { state: 'typed', value: 'x' } } })).toBe(
      false,
    )
  })
})

describe('storage services', () => {
  it.each([
    ['', 'eu-central-1', 'aws', 'eu-central-1', ''],
    ['http://127.0.0.1:9000', 'us-east-1', 'minio', 'us-east-1', ''],
    ['https://s3.us-west-004.backblazeb2.com/', 'x', 'b2', 'us-west-004', ''],
    ['https://s3.eu-central-1.wasabisys.com', 'x', 'wasabi', 'eu-central-1', ''],
    ['https://s3.wasabisys.com', 'x', 'wasabi', 'us-east-1', ''],
    ['https://s3.eu-west-4.idrivee2.com', 'x', 'idrive', 'eu-west-4', ''],
    ['https://a1b2.la.idrivee2-5.com', 'us-east-1', 'other', 'us-east-1', ''],
    ['https://abc123.r2.cloudflarestorage.com', 'x', 'r2', 'auto', 'abc123'],
    ['https://abc123.eu.r2.cloudflarestorage.com', 'x', 'r2', 'auto', 'abc123.eu'],
    ['http://s3.local', 'garage', 'garage', 'garage', ''],
    ['http://s3.local:7480', 'us-east-1', 'ceph', 'us-east-1', ''],
    ['https://s3.example.org', 'us-east-1', 'other', 'us-east-1', ''],
  ])('“%s” is recognised', (endpoint, region, service, itsRegion, account) => {
    expect(serviceAt(endpoint, region)).toEqual({ service, region: itsRegion, account })
  })

  it.each(serviceIds.filter((id) => id !== 'aws' && services[id].asks !== 'address'))(
    '%s has the address that it is recognised by',
    (id) => {
      const endpoint = endpointOf(id, { region: 'eu-central-1', account: 'abc' })
      expect(endpoint).not.toContain('{')
      expect(serviceAt(endpoint, 'eu-central-1').service).toBe(id)
    },
  )

  it('an address says what it still lacks', () => {
    expect(endpointOf('b2', { region: '', account: '' })).toBe('https://s3.{region}.backblazeb2.com')
  })

  it.each(serviceIds)('%s is kept as it was chosen, addressed in its own way', (service) => {
    const { asks, pathStyle, region } = services[service]
    const form = {
      ...full,
      service,
      pathStyle,
      region: region === '' ? 'eu-central-1' : region,
      account: 'abc',
      endpoint: asks === 'address' ? services[service].pattern : '',
    }
    const { variables } = draftOf(form)
    expect(variables.S3_FORCE_PATH_STYLE).toBe(pathStyle ? 'true' : 'false')
    expect(formOf({ ...details, variables }).service).toBe(service)
    expect(draftOf(formOf({ ...details, variables })).variables).toEqual(variables)
  })
})

describe('what is wrong with a form', () => {
  const onServer: ConnectionForm = { ...full, place: 'server', sshHost: 'nas' }
  it.each<[string, Partial<ConnectionForm>, FieldName, RegExp]>([
    ['no name', { name: ' ' }, 'name', /^Enter a name/],
    ['a name that is taken', { name: 'Taken' }, 'name', /Another connection/],
    ['a port of words', { dbPort: 'abc' }, 'dbPort', /1 to 65535/],
    ['a port too high', { dbPort: '65536' }, 'dbPort', /1 to 65535/],
    ['host and port in one', { dbHost: 'db:5432' }, 'dbHost', /its own field/],
    ['an address in the place of a host', { dbHost: 'postgres://x' }, 'dbHost', /Paste text/],
    ['a folder from nowhere', { uploads: 'uploads' }, 'uploads', /absolute path/],
    ['no scheme', { service: 'other', endpoint: 'nas:9000' }, 'endpoint', /https:\/\/ or http/],
    ['keys in an address', { service: 'other', endpoint: 'https://a:b@nas' }, 'endpoint', /user name and password/],
    ['a bucket with a folder', { bucket: 's3://b/docs' }, 'bucket', /without s3:\/\//],
    ['a bucket with a space', { bucket: 'My Documents' }, 'bucket', /can’t contain spaces/],
    ['a blank in a key', { accessKey: 'AK IA' }, 'accessKey', /Spaces/],
    ['a time limit of nothing', { dbTimeout: '0' }, 'dbTimeout', /1 to 86400/],
    ['Readur’s address with a query', { readurUrl: 'https://r.example.org/?a=1' }, 'readurUrl', /after \?/],
    ['an option for ssh', { ...onServer, sshHost: '-oProxyCommand=x' }, 'sshHost', /^Enter only/],
    ['a user in the host', { ...onServer, sshHost: 'ada@nas' }, 'sshHost', /their own fields/],
    ['a jump host that is none', { ...onServer, jumps: ['a b'] }, 'jumps', /“a b”/],
    ['a local path for a server', { ...onServer, uploads: 'C:\\uploads' }, 'uploads', /on the server/],
  ])('%s', (_what, change, field, words) => {
    const errors = wrongIn({ ...full, ...change }, ['Taken'])
    expect(errors[field]).toMatch(words)
    expect(Object.keys(errors)).toEqual([field])
  })

  it.each<[string, Partial<ConnectionForm>]>([
    ['all of it', {}],
    ['IPv6', { dbHost: '::1' }],
    ['a socket', { dbHost: '/run/postgresql' }],
    ['Windows', { uploads: 'D:\\readur\\uploads' }],
    ['a home folder on a server', { ...onServer, uploads: '~/uploads', jumps: ['me@[fe80::1]:22', ''] }],
    ['an address that is not asked for', { service: 'aws', endpoint: 'nonsense' }],
  ])('nothing: %s', (_what, change) => expect(wrongIn({ ...full, ...change }, [])).toEqual({}))

  it('no storage class from which Readur could not read, and no key where none is used', () => {
    expect(wrongIn({ ...full, storageClass: 'deep_archive' }, []).storageClass).toContain('archive')
    expect(wrongIn({ ...full, storageClass: 'STANDARD_IA', encryption: 'aws:kms', kmsKey: 'a key' }, [])).toEqual({
      kmsKey: 'Spaces aren’t allowed here.',
    })
    const other: ConnectionForm = { ...full, encryption: 'AES256', kmsKey: 'a key' }
    expect(wrongIn(other, [])).toEqual({})
    expect(draftOf(other).variables).not.toHaveProperty('S3_SSE_KMS_KEY_ID')
  })

  it('nothing of what a file says', () => {
    expect(wrongIn({ ...emptyForm, name: 'x', envFile: '/x.env', dbPort: 'abc' }, [])).toEqual({})
    expect(missingIn({ ...emptyForm, envFile: '/x.env' })).toEqual({})
  })

  it('is not that something is missing: that is said when it is tested, from the top on', () => {
    const errors = missingIn({ ...emptyForm, dbHost: '', place: 'server' })
    expect(Object.keys(errors).sort()).toEqual(
      ['S3_SECRET_ACCESS_KEY', 'accessKey', 'bucket', 'dbHost', 'sshHost', 'uploads'].sort(),
    )
    expect(firstOf(errors)).toBe('sshHost')
    expect(firstOf({ jumps: 'x', dbHost: 'y' })).toBe('jumps')
    expect(firstOf({ S3_SECRET_ACCESS_KEY: 'x', readurUrl: 'y' })).toBe('S3_SECRET_ACCESS_KEY')
    expect(firstOf({})).toBeNull()
    expect(missingIn(full)).toEqual({})
  })

  it.each<[ConnectionForm['service'], FieldName]>([
    ['minio', 'endpoint'],
    ['b2', 'region'],
    ['r2', 'account'],
  ])('%s needs its %s', (service, field) => {
    expect(missingIn({ ...full, service, endpoint: '', region: '', account: '' })[field]).toBeDefined()
  })
})

/** What a file with these settings gives; addresses may hold on the server only. */
const foundWith = (values: Record<string, string>, onServer = false): FoundReadur => ({
  source: 'docker-compose.yml',
  settings: foundSettings.flatMap((setting) => {
    const value = values[setting]
    const about = { where: `line of ${setting}`, at: `file:${setting}`, confidence: 'certain', onServer } as const
    return value === undefined ? [] : [{ setting, chosen: { value, ...about }, alternatives: [] }]
  }),
  missing: [],
  notes: [],
})

describe('what was found, taken into the form', () => {
  it('fills what is certain, holds secrets by their token, and says at each field where it is from', () => {
    const { form, notes } = fill({ ...emptyForm, name: 'Mine', uploads: '/kept' }, found)
    expect(form).toMatchObject({
      name: 'Mine',
      dbHost: '127.0.0.1',
      dbPort: '5433',
      dbName: 'readur',
      uploads: '/kept',
    })
    expect(form.secrets.POSTGRES_PASSWORD).toMatchObject({ state: 'found', where: '.env:3' })
    expect(form.bucket).toBe('')
    expect(notes.dbHost?.taken?.piece.at).toBe('docker-compose.yml:31')
    expect(notes.dbHost?.others.map(({ words }) => words)).toEqual(['172.18.0.2:5432'])
    expect(takenIn(notes)).toBe(3)
    expect(isOfServer(notes)).toBe(true)
  })

  it('leaves a field that holds something else, and asks which of the two is meant', () => {
    const { form, notes } = fill(
      { ...emptyForm, dbName: 'mine', bucket: 'docs' },
      foundWith({ databaseName: 'theirs', s3Bucket: 'docs' }),
    )
    expect(form.dbName).toBe('mine')
    expect(notes.dbName).toMatchObject({ taken: null, choice: { words: 'theirs', at: 'file:databaseName' } })
    expect(notes.bucket?.taken).not.toBeNull()
  })

  it('adds what a second file says to what the first has said', () => {
    const first = fill(emptyForm, foundWith({ databaseName: 'one', databaseUser: 'me' }))
    const second = fill(first.form, foundWith({ databaseName: 'two', s3Bucket: 'docs' }), first.notes)
    expect(second.form).toMatchObject({ dbName: 'one', dbUser: 'me', bucket: 'docs' })
    expect(second.notes.dbName?.choice?.words).toBe('two')
    expect(second.notes.dbUser?.taken?.piece.words).toBe('me')
  })

  it('goes out again as it came, but for what was edited', () => {
    const { form, notes } = fill(emptyForm, foundWith({ databaseName: 'theirs', s3Bucket: 'docs' }))
    const edited = { ...form, bucket: 'other' }
    const left = notesAfter(notes, form, edited)
    expect(Object.keys(left)).toEqual(['dbName'])
    expect(withoutTaken(edited, left)).toEqual({ ...emptyForm, bucket: 'other' })
  })

  it('takes every setting of this program’s own, and saves it under its variable', () => {
    const values: Record<string, string> = { s3Encryption: 'aws:kms', databaseTls: 'verify-full' }
    for (const setting of ['dockerContainer', 'uploadsHost']) {
      const names = Object.entries(ownVariables).filter(
        ([name]) => name !== setting && name !== 'readurToken' && (setting !== 'uploadsHost' || name !== 'uploadsMap'),
      )
      const all = Object.fromEntries(names.map(([name]) => [name, values[name] ?? `a ${name}`]))
      const { variables } = draftOf(fill(emptyForm, foundWith(all)).form)
      expect(variables).toMatchObject(
        Object.fromEntries(names.map(([name, variable]) => [variable, values[name] ?? `a ${name}`])),
      )
    }
  })

  it('recognises the service', () => {
    expect(fill(emptyForm, foundWith({ s3Endpoint: 'https://s3.us-west-004.backblazeb2.com' })).form).toMatchObject({
      service: 'b2',
      region: 'us-west-004',
    })
    expect(fill(emptyForm, foundWith({ s3Endpoint: 'http://minio:9000', s3PathStyle: 'false' })).form).toMatchObject({
      service: 'other',
      pathStyle: false,
    })
    // Chosen before the address was known.
    expect(fill({ ...emptyForm, service: 'minio' }, foundWith({ s3Endpoint: 'http://nas:9000' })).form).toMatchObject({
      service: 'minio',
      endpoint: 'http://nas:9000',
    })
  })

  it('has addresses of the server as this computer reaches them, once it is known which server that is', () => {
    const all = foundWith({ s3Endpoint: 'http://127.0.0.1:9000', readurUrl: 'http://127.0.0.1:8000' }, true)
    const { form, notes } = fill({ ...emptyForm, place: 'server' }, all)
    expect(seenFromHere(form, notes, null)).toMatchObject({ endpoint: '', readurUrl: '' })
    const named = { ...form, sshHost: 'nas' }
    expect(seenFromHere(named, notes, null)).toMatchObject({
      endpoint: 'http://nas:9000',
      readurUrl: 'http://nas:8000',
    })
    expect(seenFromHere(named, notes, '192.168.1.5').endpoint).toBe('http://192.168.1.5:9000')
    expect(seenFromHere({ ...named, place: 'here' }, notes, null).readurUrl).toBe('http://127.0.0.1:8000')
    // An address on Docker’s network is the server’s alone.
    expect(addressHere('http://172.18.0.2:9000', { place: 'server', sshHost: 'nas' }, null)).toBeNull()
  })

  it.each([
    ['db:5433', { host: 'db', port: '5433' }],
    ['db', { host: 'db', port: '5432' }],
    ['[::1]:5433', { host: '::1', port: '5433' }],
    ['/run/postgresql:5433', { host: '/run/postgresql', port: '5433' }],
    ['', null],
  ])('the address “%s” is taken apart', (address, parts) => expect(splitAddress(address)).toEqual(parts))
})

describe('a text that is pasted', () => {
  it.each(['postgres://me@db/x', 'A=1\nB=2', 'services:\n  readur:', ' export A=1\nB=2'])(
    '%j is looked through',
    (text) => expect(looksLikeSettings(text)).toBe(true),
  )
  it.each(['', 'nas.example.org', 'A=1', 'two\nlines', 'https://s3.example.org'])(
    '%j goes where it was pasted',
    (text) => expect(looksLikeSettings(text)).toBe(false),
  )
})

describe('the name of a new connection', () => {
  it('is one that no other has', () => {
    expect(freeName([])).toBe('My Readur')
    expect(freeName(['Home'])).toBe('My Readur')
    expect(freeName(['My Readur', 'My Readur 2'])).toBe('My Readur 3')
  })
})
