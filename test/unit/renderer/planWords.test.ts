import { describe, expect, it } from 'vitest'
import { costAt, formatDollars } from '../../../src/renderer/screens/plan/cost.ts'
import { typeWord } from '../../../src/renderer/components/files/fileType.ts'
import {
  findingFilter,
  findingValue,
  isNarrowed,
  sizeFilter,
  sizeRanges,
  sizeValue,
  tidy,
} from '../../../src/renderer/components/files/filter.ts'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'
import { findingOf } from '../../../src/renderer/components/files/itemsListed.ts'

setReaderLocale('en-US')

describe('what a migration may cost', () => {
  const requests = { files: 1_000_000, writes: 1_000_000, reads: 1_000_000 }
  const plain = { storedAs: {}, verify: 'head' } as const

  it('is told by the list prices of the service', () => {
    const cost = costAt('AWS us-east-1, bucket documents', 1_000_000_000_000, requests, plain)
    expect(cost?.once).toBeCloseTo(5.4)
    expect(cost?.monthly).toBeCloseTo(23)
    expect(cost?.basis).toContain('2026')
    expect(cost?.basis).not.toContain('differ')
    expect(costAt('AWS eu-central-1, bucket documents', 1, requests, plain)?.basis).toContain('eu-central-1')
    const r2 = costAt('https://0a1b.r2.cloudflarestorage.com, bucket documents', 1_000_000_000, requests, plain)
    expect([r2?.once, r2?.monthly]).toEqual([4.86, 0.015])
  })

  it.each(['http://127.0.0.1:9000, bucket a', 'https://s3.eu-central-003.backblazeb2.com, bucket a', 'nonsense'])(
    'is left out where the prices are not known: %s',
    (store) => expect(costAt(store, 1, requests, plain)).toBe(null),
  )

  it('counts what verifying reads back: always with a key of KMS, whose requests cost too', () => {
    const at = (how: Parameters<typeof costAt>[3]) =>
      costAt('AWS us-east-1, bucket a', 1_000_000_000_000, requests, how)
    expect(at(plain)).toMatchObject({ once: 5.4, transfer: 0 })
    const readBack = at({ storedAs: { encryption: 'AES256' }, verify: 'readback' })
    expect(readBack?.once).toBeCloseTo(5.8)
    expect(readBack?.transfer).toBeCloseTo(90)
    expect(readBack?.basis).not.toContain('KMS')
    const kms = at({ storedAs: { encryption: 'aws:kms' }, verify: 'head' })
    // A request for a key with each upload and each download: $0.03 per 10,000.
    expect(kms?.once).toBeCloseTo(6.2 + 6)
    expect(kms?.transfer).toBeCloseTo(90)
    expect(kms?.basis).toContain('$0.03 per 10,000')
  })

  it('says that those of another storage class differ', () => {
    const at = (storageClass: string) =>
      costAt('AWS us-east-1, bucket a', 1, requests, { ...plain, storedAs: { storageClass } })?.basis
    expect(at('STANDARD_IA')).toContain('Prices for STANDARD_IA differ.')
    expect(at('STANDARD')).not.toContain('differ')
  })

  it('is as coarse as an estimate is true', () => {
    expect([0, 0.004, 0.02, 3.2, 1240.4].map((amount) => formatDollars(amount))).toEqual([
      '$0.00',
      'less than a cent',
      '$0.02',
      '$3.20',
      '$1,240',
    ])
  })
})

describe('words for files', () => {
  it('name their type', () => {
    expect(['application/pdf', 'image/x-bmp', 'text/plain', 'chemical/x-pdb', null].map(typeWord)).toEqual([
      'PDF',
      'BMP image',
      'Text',
      'chemical/x-pdb',
      'Unknown',
    ])
  })

  it('name what was found', () => {
    const plan = { of: 'plan' } as const
    expect(findingOf(plan, { state: 'pending', code: null })).toEqual({ label: 'Will be moved', tone: 'neutral' })
    expect(findingOf(plan, { state: 'excluded', code: 'FILE_MISSING' })).toEqual({
      label: 'File not found',
      tone: 'warn',
    })
    const run = { of: 'run', kind: 'migrate', isCopied: false } as const
    expect(findingOf(run, { state: 'excluded', code: 'FILE_MISSING' }).label).toBe('Excluded')
    expect(findingOf(run, { state: 'failed', code: 'SOURCE_CHANGED' }).label).toBe('Failed')
  })
})

describe('the filter of a plan', () => {
  it('goes through its list boxes and back', () => {
    for (const value of ['', 'pending', 'excluded', 'failed', 'skipped', 'code FILE_MISSING'])
      expect(findingValue(findingFilter(value))).toBe(value)
    for (const value of ['', ...sizeRanges]) expect(sizeValue(sizeFilter(value))).toBe(value)
    expect(findingFilter('code NO_SUCH_CODE')).toEqual({})
  })

  it('narrows only by what says something', () => {
    expect(tidy({ text: '  ', userId: undefined, type: null })).toEqual({ type: null })
    expect(isNarrowed({ text: ' ' })).toBe(false)
    expect(isNarrowed({ type: null })).toBe(true)
  })
})
