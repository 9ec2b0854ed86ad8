import { describe, expect, it, vi } from 'vitest'
import { unknownMark } from '../../../../src/main/discovery/environment.ts'
import { parseEnvText } from '../../../../src/main/discovery/envText.ts'
import { among } from './support.ts'

const valuesOf = (text: string, outer = {}) =>
  Object.fromEntries([...parseEnvText(text, '.env', among(outer)).variables].map(([name, it]) => [name, it.text]))

describe('an env file is read as Compose reads it', () => {
  it.each([
    ['A=b', 'b'],
    ['A = b ', 'b'],
    ['  export A=b', 'b'],
    ['export\tA=b', 'b'],
    ['A: b', 'b'],
    ['A=', ''],
    ['A=b c', 'b c'],
    ['A=x=y==', 'x=y=='],
    ['A=postgres://u:p@h/d?sslmode=disable', 'postgres://u:p@h/d?sslmode=disable'],

    ['A=b # comment', 'b'],
    ['A=b\t# comment', 'b'],
    ['A=b# no comment', 'b# no comment'],
    ['A=pa#ss#word', 'pa#ss#word'],
    ['A=#b', '#b'],
    ['A= # comment', ''],
    ['A="b # no comment" # comment', 'b # no comment'],
    ["A='b # no comment' # comment", 'b # no comment'],

    ["A='$OTHER ${OTHER}'", '$OTHER ${OTHER}'],
    ["A='a\\nb'", 'a\\nb'],
    ["A='Let\\'s go'", "Let's go"],
    ['A="a\\nb\\tc\\\\d"', 'a\nb\tc\\d'],
    ['A="{\\"a\\": \\"b\\"}"', '{"a": "b"}'],
    ['A="\\x \\w"', '\\x \\w'],
    ['A="it\'s"', "it's"],
    ['A=b"c\'d', 'b"c\'d'],
    ['A="first\nsecond"', 'first\nsecond'],
    ["A='first\n\nthird'", 'first\n\nthird'],

    ['O=other\nA=$O-${O}', 'other-other'],
    ['O=other\nA="$O"', 'other'],
    ['A=${NO:-default}', 'default'],
    ['A=a$$b', 'a$b'],
    ['A="a\\$b"', 'a$b'],
    ['A=100%$', '100%$'],
    ['A=${broken', '${broken'],
    ['A=1\nA=2', '2'],
    ['\uFEFFA=b', 'b'],
    ['# comment\n\n  # another\nA=b\r\nC=d\r\n', 'b'],
  ])('%j', (text, expected) => {
    expect(valuesOf(text).A).toBe(expected)
  })

  it('puts variables of the shell before those of the file', () => {
    expect(valuesOf('O=file\nA=$O', { O: 'shell' }).A).toBe('shell')
  })

  it('takes a name alone from the shell', () => {
    expect(valuesOf('A\nB\nC=c', { A: 'shell' })).toEqual({ A: 'shell', C: 'c' })
  })

  it('marks what is set nowhere, and says of each variable where it stands', () => {
    const { variables } = parseEnvText('# first\n\nA="x\ny"\nB=$NOPE', 'some.env')
    expect(variables.get('A')?.origin).toEqual({ file: 'some.env', line: 3, variable: 'A' })
    expect(variables.get('B')).toMatchObject({ text: unknownMark, unset: ['$NOPE'], origin: { line: 5 } })
  })

  it('reports lines that Compose would refuse, and goes on behind them', () => {
    const { variables, badLines } = parseEnvText(
      'A=1\nnot a variable\nB="closed" and more\nC-D=3\nE="open\nF=6',
      '.env',
    )
    expect(badLines).toEqual([2, 3, 5])
    expect(variables.get('A')?.text).toBe('1')
    expect(variables.get('B')?.text).toBe('closed')
    expect(variables.get('F')?.text).toBe('6')
    expect(variables.has('E')).toBe(false)
  })

  it('has names of objects as names like others', () => {
    expect(valuesOf('__proto__=a\nconstructor=b').constructor).toBe('b')
    expect(parseEnvText('toString=a', undefined, among({})).variables.get('valueOf')).toBeUndefined()
  })

  it('grows no value beyond a bound, however its variables double each other', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => `V${index + 1}=$V${index}$V${index}`).join('\n')
    const values = Object.values(valuesOf(`V0=xxxxxxxxxxxxxxxx\n${doubling}`))
    expect(values).toHaveLength(61)
    expect(Math.max(...values.map((it) => it.length))).toBeLessThanOrEqual(64 * 1024)
  })

  it.each([
    ['an opening quote a line', 'A="\n', 20_000],
    ['one quote that never closes', "A='", 20_000],
    ['backslashes in a quote', '\\', 20_000, 'A="'],
    ['operands in operands', '${A:-b', 10_000, 'A='],
    ['blanks before a name', ' ', 20_000],
    ['empty lines', '\n', 20_000],
    ['bad lines', '?\n', 10_000],
  ])('reads %s once', (_, part, times, before = '') => {
    const read = (count: number): number => {
      const looked = vi.spyOn(RegExp.prototype, 'exec')
      parseEnvText(before + part.repeat(count), '.env')
      const calls = looked.mock.calls.length
      looked.mockRestore()
      return calls
    }
    // Twice the text costs at most twice the looks at it, and those of a line more.
    expect(read(times)).toBeLessThanOrEqual(2 * read(times / 2) + 20)
  })
})
