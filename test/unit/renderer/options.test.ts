import { describe, expect, it } from 'vitest'
import { draftOf, parseOptions } from '../../../src/renderer/components/options/options.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'

const defaultDraft = draftOf(defaultMigrateOptions)

const errorsOf = (more: Partial<typeof defaultDraft>) => {
  const parsed = parseOptions({ ...defaultDraft, ...more })
  return parsed.ok ? {} : parsed.errors
}

describe('parseOptions', () => {
  it('begins with the defaults of the command line', () => {
    expect(parseOptions(defaultDraft)).toEqual({ ok: true, options: defaultMigrateOptions })
  })

  it('reads sizes as people write them', () => {
    expect(parseOptions({ ...defaultDraft, multipartThreshold: '64 MiB' })).toMatchObject({
      options: { multipartThreshold: 67_108_864 },
    })
  })

  it.each(['lots', '', '-5MB'])('refuses "%s" as a size', (multipartThreshold) => {
    expect(errorsOf({ multipartThreshold })).toEqual({ multipartThreshold: expect.stringContaining('100MB') as string })
  })

  it('names the limits of a size', () => {
    expect(errorsOf({ multipartThreshold: '1MB' }).multipartThreshold).toMatch(/^Enter a size from 5.2 MB to 5.3 GB/)
  })

  it.each(['', ' ', 0, 65, 1.5, 'many'])('refuses %j files in parallel', (parallelUploads) => {
    expect(errorsOf({ parallelUploads })).toEqual({ parallelUploads: 'Enter a whole number from 1 to 64.' })
  })

  it('tells of all errors at once', () => {
    expect(Object.keys(errorsOf({ parallelUploads: 0, batchSize: 0, multipartThreshold: 'x' })).sort()).toEqual([
      'batchSize',
      'multipartThreshold',
      'parallelUploads',
    ])
  })
})
