import { formatNumber } from '../../format/number.ts'
import { pluralOf } from '../../../shared/plural.ts'

/** A number with its noun: `1 file`, `312 documents`. */
const counted =
  (one: string, other = `${one}s`) =>
  (count: number): string =>
    `${formatNumber(count)} ${plural(count, { one, other })}`

export const nouns = {
  byte: counted('byte'),
  check: counted('check'),
  copy: counted('S3 copy', 'S3 copies'),
  count: counted('count'),
  day: counted('day'),
  document: counted('document'),
  documentRecord: counted('document record'),
  download: counted('download'),
  field: counted('field'),
  file: counted('file'),
  finding: counted('issue'),
  hour: counted('hour'),
  issue: counted('issue'),
  item: counted('item'),
  jumpHost: counted('jump host'),
  keyFile: counted('key file'),
  lookUp: counted('look-up'),
  minute: counted('minute'),
  note: counted('note'),
  object: counted('object'),
  package: counted('package'),
  problem: counted('problem'),
  record: counted('record'),
  repair: counted('repair'),
  second: counted('second'),
  setting: counted('setting'),
  upload: counted('upload'),
  warning: counted('warning'),
}

export const plural = pluralOf('en')
