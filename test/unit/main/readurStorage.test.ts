import { describe, expect, it } from 'vitest'
import { readurStorage, type ReadurStorage } from '../../../src/shared/readurStorage.ts'
import { isCurrentReadur, versionOfImage } from '../../../src/shared/readurVersion.ts'

type Variables = Readonly<Record<string, string>>

const bucket: Variables = { S3_BUCKET_NAME: 'docs', S3_ACCESS_KEY_ID: 'k', S3_SECRET_ACCESS_KEY: 's' }
const at = 'http://minio:9000'
const read = (variables: Variables, isCurrent: boolean | null = true): ReadurStorage =>
  readurStorage((name) => variables[name], isCurrent)
const said = (variables: Variables, isCurrent: boolean | null = true): string =>
  read(variables, isCurrent)
    .remarks.map(({ message, remedy }) => `${message} ${remedy}`)
    .join('\n')

describe('where Readur stores', () => {
  it.each<[story: string, Variables, ReadurStorage['backend'], remark: RegExp | null]>([
    ['nothing is said', {}, null, null],
    ['true', { ...bucket, S3_ENABLED: 'true' }, 's3', null],
    ['TRUE with blanks', { ...bucket, S3_ENABLED: ' TRUE ' }, 's3', null],
    ['1', { ...bucket, S3_ENABLED: '1' }, 'local', /only “true” as yes, and S3_ENABLED is “1”/],
    ['yes', { ...bucket, S3_ENABLED: 'yes' }, 'local', /only “true” as yes/],
    ['on', { ...bucket, S3_ENABLED: 'on' }, 'local', /Write S3_ENABLED=true/],
    ['0', { ...bucket, S3_ENABLED: '0' }, 'local', null],
    ['empty', { ...bucket, S3_ENABLED: '' }, 'local', null],
    ['backend S3', { ...bucket, STORAGE_BACKEND: 'S3' }, 's3', null],
    ['backend local', { ...bucket, STORAGE_BACKEND: 'local' }, 'local', null],
    ['backend minio', { ...bucket, STORAGE_BACKEND: 'minio' }, 'local', /knows only “s3”, and it is “minio”/],
    ['1 and s3', { ...bucket, S3_ENABLED: '1', STORAGE_BACKEND: 's3' }, 's3', null],
    ['false and s3', { ...bucket, S3_ENABLED: 'false', STORAGE_BACKEND: 's3' }, 's3', /whatever S3_ENABLED=false says/],
    ['true and local', { ...bucket, S3_ENABLED: 'true', STORAGE_BACKEND: 'local' }, 's3', /whatever STORAGE_BACKEND/],
    ['no bucket', { ...bucket, S3_ENABLED: 'true', S3_BUCKET_NAME: '' }, 'local', /locally, without an error/],
    [
      'no secret',
      { S3_ENABLED: 'true', S3_BUCKET_NAME: 'b', S3_ACCESS_KEY_ID: 'k' },
      'local',
      /S3_SECRET_ACCESS_KEY is/,
    ],
  ])('is read as Readur reads it: %s', (_story, variables, backend, remark) => {
    expect(read(variables).backend).toBe(backend)
    if (remark === null) expect(said(variables)).toBe('')
    else expect(said(variables)).toMatch(remark)
  })
})

describe('which address Readur uses', () => {
  it.each<[Variables, address: string | undefined, remark: RegExp | null]>([
    [{ S3_ENDPOINT_URL: at }, at, null],
    [{ S3_ENDPOINT: at }, at, null],
    [{ S3_ENDPOINT_URL: at, S3_ENDPOINT: at }, at, null],
    [{ S3_ENDPOINT_URL: at, S3_ENDPOINT: 'http://other:1' }, at, /does not read S3_ENDPOINT/],
    [{ S3_ENDPOINT_URL: '', S3_ENDPOINT: at }, undefined, /Amazon S3: S3_ENDPOINT_URL is set, though empty/],
    [{ S3_ENDPOINT_URL: ' ' }, undefined, null],
    [{}, undefined, null],
  ])('is read as Readur reads it, address of %o', (variables, address, remark) => {
    expect(read(variables).endpoint?.text).toBe(address)
    if (remark === null) expect(said(variables)).toBe('')
    else expect(said(variables)).toMatch(remark)
  })
})

describe('how Readur addresses the bucket', () => {
  it.each<[Variables, isPath: boolean | undefined, remark: RegExp | null]>([
    [{}, undefined, null],
    [{ S3_FORCE_PATH_STYLE: 'True' }, true, null],
    [{ S3_PATH_STYLE: 'true' }, true, null],
    [{ S3_FORCE_PATH_STYLE: 'false' }, false, null],
    [{ S3_FORCE_PATH_STYLE: '1' }, false, /host name: it takes only “true” as yes, and S3_FORCE_PATH_STYLE is “1”/],
    [{ S3_PATH_STYLE: 'yes' }, false, /S3_PATH_STYLE is “yes”/],
    [{ S3_FORCE_PATH_STYLE: '', S3_ENDPOINT_URL: at }, false, /set, though empty, which it takes as no/],
    [{ S3_FORCE_PATH_STYLE: '' }, false, null],
    [{ S3_FORCE_PATH_STYLE: 'false', S3_PATH_STYLE: 'true' }, false, /does not read S3_PATH_STYLE/],
  ])('is read as Readur reads it, style of %o', (variables, isPath, remark) => {
    expect(read(variables).pathStyle?.value).toBe(isPath)
    if (remark === null) expect(said(variables)).toBe('')
    else expect(said(variables)).toMatch(remark)
  })
})

describe('names that Readur does not read', () => {
  it.each([
    ['S3_BUCKET', 'S3_BUCKET_NAME'],
    ['AWS_ACCESS_KEY_ID', 'S3_ACCESS_KEY_ID'],
    ['AWS_SECRET_ACCESS_KEY', 'S3_SECRET_ACCESS_KEY'],
    ['AWS_REGION', 'S3_REGION'],
    ['LOCAL_STORAGE_PATH', 'UPLOAD_PATH'],
  ])('%s, where %s is not set', (name, instead) => {
    expect(said({ [name]: 'x' })).toContain(`Readur does not read ${name}, and ${instead} is not set.`)
    expect(said({ [name]: 'x', [instead]: 'y' })).toBe('')
  })

  it('no remark holds a value of theirs', () => {
    expect(said({ AWS_SECRET_ACCESS_KEY: 'hidden', AWS_ACCESS_KEY_ID: 'hidden' })).not.toContain('hidden')
  })

  it('and one that it reads without using it', () => {
    expect(said({ S3_PREFIX: 'readur/' })).toContain('does not use it')
  })
})

describe('a Readur before 2.9.2', () => {
  it('stores locally, at Amazon, and in no style, whatever the newer variables say', () => {
    const newer = { ...bucket, STORAGE_BACKEND: 's3', S3_ENDPOINT: at, S3_FORCE_PATH_STYLE: 'true' }
    expect(read(newer).backend).toBe('s3')
    expect(read(newer, false).backend).toBe('local')
    expect(said(newer, false)).toMatch(/reads STORAGE_BACKEND only from 2.9.2/)
    expect(said(newer, false)).toMatch(/Amazon S3: it reads S3_ENDPOINT only from 2.9.2/)
    expect(said(newer, false)).toMatch(/reads S3_FORCE_PATH_STYLE only from 2.9.2/)
    expect(read({ ...bucket, S3_ENABLED: 'true', S3_ENDPOINT_URL: at }, false)).toMatchObject({
      backend: 's3',
      remarks: [],
    })
  })

  it('may be what runs, where nobody knows: what every version reads is named', () => {
    const newer = { ...bucket, STORAGE_BACKEND: 's3', S3_ENDPOINT: at }
    expect(read(newer, null)).toMatchObject({ backend: 's3', remarks: [{ weight: 'note' }] })
    expect(said(newer, null)).toContain('S3_ENABLED=true and S3_ENDPOINT_URL are read by every version')
  })
})

describe('the version', () => {
  it.each<[string, boolean | null]>([
    ['2.9.2', true],
    ['v2.9.1', false],
    ['2.8', false],
    ['2.9', null],
    ['2', null],
    ['1', false],
    ['3', true],
    ['2.10.0', true],
    ['2.9.2-rc1', true],
    ['latest', null],
    ['main', null],
    ['20260101', null],
  ])('%s: from 2.9.2 on %s', (tag, isCurrent) => {
    expect(isCurrentReadur(tag)).toBe(isCurrent)
  })

  it.each([
    ['ghcr.io/readur/readur:2.9.1', undefined, '2.9.1'],
    ['registry:5000/readur/readur', undefined, 'latest'],
    ['ghcr.io/readur/readur:latest', '2.9.2', '2.9.2'],
    ['ghcr.io/readur/readur:2.9', '2.9.1', '2.9.1'],
    ['ghcr.io/readur/readur@sha256:0123456789abcdef', '2.9.0', '2.9.0'],
    ['ghcr.io/readur/readur:2.9.1@sha256:0123456789abcdef', 'main', '2.9.1'],
    ['ghcr.io/readur/readur@sha256:0123456789abcdef', undefined, 'sha256:0123456789abcdef'],
    ['ghcr.io/readur/readur:main', 'main', 'main'],
  ])('of %s with the label %s is %s', (image, label, version) => {
    expect(versionOfImage(image, label)).toBe(version)
  })
})
