import { describe, expect, it } from 'vitest'
import { csvOf } from '../../../src/main/engine/csv.ts'

const cellOf = (value: string | number | null): string => {
  const [, line = ''] = [...csvOf(['a'], [{ a: value }])]
  return line.slice(0, -2)
}

/** Where cells begin, for a reader that splits at commas, semicolons or tabs, and keeps or drops quotes. */
function cellsSeenIn(line: string): string[] {
  const plain = line.replaceAll('"', '')
  const quoted = line.startsWith('"') ? [line.slice(1, -1).replaceAll('""', '"')] : [line]
  return [...plain.split(/[;\t\r\n]/), ...quoted]
}

describe('no cell is computed', () => {
  const signs = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']
  const before = ['', ' ', '\t', '\r', '\n', '\u00a0', '\u200b', '\ufeff', '"', "'", '""', '“', ' " \t', '\u0000', '  ']
  const places = ['', 'name;', 'name\t', 'name\n', 'name\r\n', 'a;b;']

  it.each(signs)('that begins with %s, whatever stands before it', (sign) => {
    for (const place of places) {
      for (const blanks of before) {
        const cell = cellOf(`${place}${blanks}${sign}1+1`)
        for (const seen of cellsSeenIn(cell)) {
          // Left out, all but the apostrophe that we have put there.
          const trimmed = seen.replace(/^[\s\p{Cc}\p{Cf}"“]+/u, '')
          expect(signs, JSON.stringify(cell)).not.toContain(trimmed[0])
        }
      }
    }
  })

  it.each(['\tname', '\rname', '\nname'])('that begins with what is left out: %j', (value) => {
    expect(cellOf(value)).toMatch(/^"?'/)
  })
})

it.each([
  ['plain.pdf', 'plain.pdf'],
  ['a - b.pdf', 'a - b.pdf'],
  ['Smith, -5 %.pdf', '"Smith, -5 %.pdf"'],
  ['he said "no"', '"he said ""no"""'],
  ['=1+1', "'=1+1"],
  ['100 % = all', '100 % = all'],
  [' blank', '" blank"'],
  [-5, '-5'],
  [null, ''],
])('writes %j as %s', (value, cell) => {
  expect(cellOf(value)).toBe(cell)
})
