import { describe, expect, it } from 'vitest'
import { unknownMark } from '../../../../src/main/discovery/environment.ts'
import { interpolate } from '../../../../src/main/discovery/interpolate.ts'
import { among } from './support.ts'

const lookUp = among({ SET: 'value', EMPTY: '', OTHER: 'other', price_1: '9' })
const fill = (text: string) => interpolate(text, lookUp)

describe('variables are put in', () => {
  it.each([
    ['nothing to do', 'nothing to do'],
    ['', ''],
    ['$SET', 'value'],
    ['${SET}', 'value'],
    ['a$SET-b', 'avalue-b'],
    ['$SET$OTHER${SET}', 'valueothervalue'],
    ['$price_1€', '9€'],
    ['${EMPTY}', ''],

    ['${SET:-default}', 'value'],
    ['${EMPTY:-default}', 'default'],
    ['${UNSET:-default}', 'default'],
    ['${UNSET:-}', ''],
    ['${SET-default}', 'value'],
    ['${EMPTY-default}', ''],
    ['${UNSET-default}', 'default'],

    ['${SET:?must be set}', 'value'],
    ['${SET?must be set}', 'value'],
    ['${EMPTY?must be set}', ''],

    ['${SET:+other}', 'other'],
    ['${EMPTY:+other}', ''],
    ['${UNSET:+other}', ''],
    ['${SET+other}', 'other'],
    ['${EMPTY+other}', 'other'],
    ['${UNSET+other}', ''],

    ['$$SET', '$SET'],
    ['$${SET}', '${SET}'],
    ['$$$SET', '$value'],
    ['100$', '100$'],
    ['$1 and $-', '$1 and $-'],
    ['a } b', 'a } b'],

    ['${UNSET:-$SET}', 'value'],
    ['${UNSET:-${SET}}', 'value'],
    ['${UNSET:-${ALSO:-deep}}/x', 'deep/x'],
    ['${UNSET-${SET} ${OTHER}}', 'value other'],
    ['${SET:+${OTHER}}', 'other'],
    ['${UNSET:-/non:-alphanumeric?+}', '/non:-alphanumeric?+'],
    ['${UNSET-va:?lu+e}', 'va:?lu+e'],
    ['${UNSET:-{"a": 1}}', '{"a": 1}'],
  ])('%s', (text, expected) => {
    expect(fill(text)?.text).toBe(expected)
  })

  it.each(['${UNSET}', '${UNSET:?tell me}', '${UNSET?tell me}', '${UNSET:-${UNSET}}'])(
    'says that UNSET is missing in %s',
    (text) => {
      expect(fill(`a${text}-b`)).toMatchObject({ text: `a${unknownMark}-b`, unset: ['UNSET'] })
    },
  )

  it('keeps the dollar sign of a name without braces, which may be a part of a password', () => {
    expect(fill('pa$sword')?.unset).toEqual(['$sword'])
  })

  it('counts an empty variable as missing where the file asks for more', () => {
    expect(fill('${EMPTY:?tell me}')?.unset).toEqual(['EMPTY'])
  })

  it('says when a default stands in, and from where the others are', () => {
    expect(fill('${UNSET:-d}$SET')).toMatchObject({ assumed: true, via: [{ variable: 'SET' }] })
    expect(fill('${SET:-d}')).toMatchObject({ assumed: false })
  })
})

describe('what is not of Compose’s form', () => {
  it.each(['${', '${}', '${ SET}', '${SET }', '${SET!}', '${SET/a/b}', '${1}', 'a${SET', '${UNSET:-${SET}'])(
    '%s is not filled',
    (text) => {
      expect(fill(text)).toBeNull()
    },
  )

  it('is refused when it nests without end or grows without limit', () => {
    expect(fill('${A:-'.repeat(100_000))).toBeNull()
    expect(fill('${A:-'.repeat(10_000) + '}'.repeat(10_000))).toBeNull()
    expect(interpolate('$X'.repeat(100), among({ X: 'x'.repeat(10_000) }))).toBeNull()
  })
})
