import { expect, it } from 'vitest'
import { parseSize } from '../../../src/shared/units.ts'

it.each([
  ['0', 0],
  ['4096', 4096],
  ['50MB', 50_000_000],
  ['50mb', 50_000_000],
  ['64MiB', 67_108_864],
  ['1.5 GB', 1_500_000_000],
  ['0.5GiB', 536_870_912],
  ['7k', 7_000],
  ['7KiB', 7_168],
  [' 100 MB ', 100_000_000],
  ['10b', 10],
  ['1.0001kb', 1_000],
])('“%s” is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

it.each(['', 'MB', '-5MB', '5 TBs', '5,5MB', '1e6', '0x10', '5MB10', 'five', '99999999999GiB', '.5MB', '5..5'])(
  '“%s” is no size',
  (text) => expect(parseSize(text)).toBeNull(),
)
