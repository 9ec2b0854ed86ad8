import { describe, expect, it } from 'vitest'
import { formatBytes, formatRate } from '../../../src/renderer/format/bytes.ts'
import { formatAbout, formatDuration, formatTimeLeft } from '../../../src/renderer/format/duration.ts'
import { formatNumber, formatPercent } from '../../../src/renderer/format/number.ts'
import { texts } from '../../../src/renderer/texts/texts.ts'
import { runShare } from '../../../src/shared/runShare.ts'
import { pluralOf } from '../../../src/shared/plural.ts'
import { errorCatalogue } from '../../../src/shared/errors.ts'
import { errorText, problemText } from '../../../src/renderer/format/report.ts'
import { isFinal, runWord } from '../../../src/renderer/format/status.ts'
import { runStatuses } from '../../../src/shared/run.ts'
import { errorOf, groupOf, snapshot } from './fixtures.ts'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'
import { nounFor } from '../../../src/renderer/components/run/outcome.ts'

setReaderLocale('en-US')

describe('numbers', () => {
  it('uses the separators of the locale', () => {
    expect(formatNumber(1_234_567, 'en-US')).toBe('1,234,567')
    expect(formatNumber(1_234_567, 'de-DE')).toBe('1.234.567')
  })

  it.each<[number, 'document' | 'file', string]>([
    [0, 'document', '0 documents'],
    [1, 'file', '1 file'],
    [1500, 'file', '1,500 files'],
  ])('counts %d %s as "%s"', (value, noun, text) => expect(texts.nouns[noun](value)).toBe(text))

  it('picks the form of a word by the plural rules of its language', () => {
    const forms = { one: 'plik', few: 'pliki', many: 'plików', other: 'pliku' }
    expect([1, 3, 5].map((count) => pluralOf('pl')(count, forms))).toEqual(['plik', 'pliki', 'plików'])
    expect(pluralOf('en')(0, { one: 'file', other: 'files' })).toBe('files')
  })

  it.each([
    [0, '0.0%'],
    [0.614, '61.4%'],
    [0.7, '70.0%'],
    [0.99999, '99.9%'],
    [1, '100.0%'],
  ])('shows the share %d as %s, never rounded up', (share, text) => expect(formatPercent(share, 'en-US')).toBe(text))
})

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [123_456_789, '123.4 MB'],
    [1_999_999_999, '1.9 GB'],
  ])('shows %d as %s', (bytes, text) => expect(formatBytes(bytes, 'en-US')).toBe(text))

  it('uses the decimal sign of the locale', () => expect(formatBytes(123_456_789, 'de-DE')).toBe('123,4 MB'))

  it('shows a rate, or that it is unknown', () => {
    expect(formatRate(12_345_678, 'en-US')).toBe('12.3 MB/s')
    expect(formatRate(null)).toBe('–')
  })
})

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.4, 'under 1 s'],
    [41.9, '41 s'],
    [200, '3 min 20 s'],
    [3912, '1 h 5 min'],
  ])('shows %d passed seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

  it.each([
    [0, 'a few seconds'],
    [9.9, 'a few seconds'],
    [10, 'about 10 seconds'],
    [25, 'about 30 seconds'],
    [50, 'about 50 seconds'],
    [51, 'about 1 minute'],
    [89, 'about 1 minute'],
    [170, 'about 3 minutes'],
    [14 * 60, 'about 14 minutes'],
    [16 * 60, 'about 20 minutes'],
    [54 * 60, 'about 55 minutes'],
    [58 * 60, 'about 1 hour'],
    [96 * 60, 'about 1 hour 40 minutes'],
    [10.2 * 3600, 'about 11 hours'],
  ])('rounds %d seconds to come to "%s"', (seconds, text) => expect(formatAbout(seconds)).toBe(text))

  it('says that time left is being estimated', () => expect(formatTimeLeft(null)).toBe('estimating…'))
})

describe('words', () => {
  it('has a word for every status', () => {
    for (const status of runStatuses) expect(runWord(status).label).toMatch(/^[A-Z]/)
  })

  it('tells what has ended from what may go on', () => {
    expect(runStatuses.filter((status) => !isFinal(status))).toEqual(['planning', 'planned', 'running'])
  })

  it('calls items documents only where each document has one', () => {
    expect(nounFor({ items: 312, documents: 312 })).toBe('document')
    expect(nounFor({ items: 318, documents: 312 })).toBe('file')
  })
})

describe('progress', () => {
  it('goes by bytes', () => {
    expect(runShare({ ...snapshot, bytesDone: 50, bytesTotal: 200 })).toBe(0.25)
  })

  it('goes by files where there are no bytes', () => {
    const counts = { ...snapshot.counts, planned: 10, remaining: 4 }
    expect(runShare({ ...snapshot, bytesTotal: 0, counts })).toBe(0.6)
  })

  it('is never complete before the run is', () => {
    const all = { ...snapshot, bytesDone: 200, bytesTotal: 200 }
    expect(runShare(all)).toBe(0.999)
    expect(formatPercent(runShare(all) ?? 0, 'en-US')).toBe('99.9%')
    expect(runShare({ ...all, status: 'completed' })).toBe(1)
    expect(runShare({ ...all, status: 'interrupted' })).toBe(0.999)
  })

  it('counts what is rolled back while it is rolled back', () => {
    const counts = { ...snapshot.counts, restored: 30 }
    expect(runShare({ ...snapshot, phase: 'rollback', copied: 60, counts })).toBe(0.5)
  })
})

describe('reports', () => {
  it('has all of an error', () => {
    const error = errorOf('DB_LOST', 'Connection terminated', { subject: 'db:5432', causes: ['read ECONNRESET'] })
    expect(errorText(error)).toBe(
      [
        'The connection to the database was lost (DB_LOST)',
        'Connection terminated',
        'Subject: db:5432',
        'Cause: read ECONNRESET',
        `Usual cause: ${errorCatalogue.DB_LOST.cause}`,
        'Remedy: Check the database and the network, then run again.',
      ].join('\n'),
    )
  })

  it('has the path and the message of each example', () => {
    const group = groupOf('FILE_MISSING', 'failed', 9)
    const lines = problemText(group).split('\n')
    expect(lines[0]).toBe('File not found (FILE_MISSING): 9 files')
    expect(lines).toHaveLength(2 + group.examples.length)
    expect(lines[2]).toContain('/app/uploads/documents/')
    expect(lines[2]).toContain('example 1')
  })
})
