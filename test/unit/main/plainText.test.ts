import { describe, expect, it } from 'vitest'
import { outputTo } from '../../../src/main/cli/output.ts'
import { sshPrompts } from '../../../src/main/cli/sshPrompts.ts'
import { errorText } from '../../../src/main/cli/text.ts'
import { errorData, failureLine, MigrateError } from '../../../src/main/engine/errors.ts'
import { capped, plainJson, plainLine } from '../../../src/shared/plainText.ts'

const codes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** Everything that a terminal may obey, turn around, or show nothing of. */
const obeyed = [
  ...[...codes(0x00, 0x1f), ...codes(0x7f, 0x9f)],
  ...[0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, ...codes(0x180b, 0x180f), ...codes(0x200b, 0x200f)],
  ...[0x2028, 0x2029, ...codes(0x202a, 0x202e), ...codes(0x2060, 0x2064), ...codes(0x2066, 0x206f), 0x3164, 0xfeff],
  ...[0xffa0, ...codes(0xfff9, 0xfffb), 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe0001, ...codes(0xe0020, 0xe007f)],
].map((code) => String.fromCodePoint(code))

function written() {
  const [out, err]: [string[], string[]] = [[], []]
  const output = outputTo({ out: (bytes) => out.push(bytes), err: (bytes) => err.push(bytes), terminal: true })
  return { output, out: () => out.join(''), err: () => err.join('') }
}

describe('what leaves for a terminal', () => {
  it('shows as an escape all that would be obeyed, and keeps the rest', () => {
    for (const sign of obeyed)
      expect(plainLine(`a${sign}b`), sign.codePointAt(0)?.toString(16)).toMatch(/^a\\[\w{}]+b$/)
    expect(plainLine('\x1b[2J\u202e\r\n\t\u{e0041}\u0085')).toBe('\\x1b[2J\\u202e\\r\\n\\t\\u{e0041}\\x85')
    const kept = 'Größe_契約 ✓ “quoted” C:\\temp – 100 % … 😀 עברית'
    expect(plainLine(kept)).toBe(kept)
  })

  it('is one line a text, whichever way it goes', () => {
    const name = 'a\nb\r\x1b[1A\u2028c'
    const shown = 'a\\nb\\r\\x1b[1A\\u2028c'
    const { output, out, err } = written()
    output.print(name)
    output.print([name, name])
    output.printWhole(name)
    output.note([name])
    expect(out()).toBe(`${shown}\n`.repeat(4))
    expect(err()).toBe(`${shown}\n`)
    output.draw(name, [name])
    expect(err()).toBe(`${shown}\n\r\x1b[2K${shown}\n${shown}`)
  })

  it('is cut where it is longer than anybody reads, except what programs read', () => {
    const { output, out } = written()
    output.print('x'.repeat(1_000_000))
    expect(out().length).toBeLessThan(10_000)
    expect(out()).toMatch(/x… \(992,000 more characters\)\n$/)
    output.printWhole('y'.repeat(100_000))
    output.printJson('z'.repeat(100_000))
    expect(out().length).toBeGreaterThan(200_000)
    expect(capped('ab😀', 3)).toBe('ab… (2 more characters)')
  })

  it('is JSON that reads back as it was', () => {
    const { output, out } = written()
    const value = { name: obeyed.join('x'), 'a key\u202e': [1, null] }
    output.printJson(value)
    expect(out().slice(0, -1)).toBe(plainLine(out().slice(0, -1)))
    expect(JSON.parse(out())).toEqual(value)
    expect(plainJson('\u{e0041}')).toBe('"\\udb40\\udc41"')
  })
})

describe('an error from outside', () => {
  it('has a message that somebody can read, whatever its length', () => {
    const cause = new Error('e'.repeat(10_000_000))
    const error = new MigrateError('INTERNAL', { message: `The database said: ${cause.message}`, cause })
    expect(error.message.length).toBeLessThan(2_100)
    expect(error.message).toMatch(/… \(9,998,\d{3} more characters\)$/)
    const other = new MigrateError('INTERNAL', { message: 'It failed.', cause })
    expect(errorText(errorData(other)).join('').length).toBeLessThan(3_000)
    expect(errorText(errorData(error)).join('').length).toBeLessThan(3_000)
  })

  it('has lines of its own, none of which passes for ours', () => {
    const message = 'syntax error\n  Usual cause: none\n✓ All documents are on S3'
    const lines = errorText(errorData(new MigrateError('INTERNAL', { message })))
    expect(lines.slice(1, 4)).toEqual(['  syntax error', '  |   Usual cause: none', '  | ✓ All documents are on S3'])
    const many = errorText(errorData(new MigrateError('INTERNAL', { message: 'x\n'.repeat(500) })))
    expect(many.length).toBeLessThan(30)
  })

  it('is a line of the log with the name of the file as it can be seen', () => {
    const line = failureLine('a\x1b[2J\n\u202efdp.exe', new MigrateError('FILE_MISSING', { message: '' }))
    expect(line).toMatch(/^a\\x1b\[2J\\n\\u202efdp\.exe: /)
  })
})

describe('questions of an SSH server at the terminal', () => {
  const asking = async (title: string, text: string, ...questions: string[]) => {
    const { output, err } = written()
    const asked: string[] = []
    const askText = (question: string): Promise<string> => {
      asked.push(question)
      return Promise.resolve('answer')
    }
    const prompts = sshPrompts({}, { ...output, askText }, () => () => undefined)
    const all = questions.map((it) => ({ text: it, hidden: true }))
    await prompts.answers({ server: 'ada@nas', title, text, questions: all }, new AbortController().signal)
    return { asked, lines: err().split('\n').slice(0, -1) }
  }
  const marked = /^ {2}The server says: /

  it('are told apart from ours: its words are marked line by line, what is typed answers a line of ours', async () => {
    const { asked, lines } = await asking('Title', 'one\ntwo\r\nthree', 'Code: ', 'PIN: ')
    expect(lines[0]).toBe('The SSH server ada@nas asks the following questions. Your answers are sent to it.')
    expect(lines.slice(1).map((line) => line.replace(marked, '> '))).toEqual(
      ['Title', 'one', 'two', 'three', 'Code: ', 'PIN: '].map((it) => `> ${it.trim()}`),
    )
    expect(asked).toEqual(['Your answer to ada@nas: ', 'Your answer to ada@nas: '])
  })

  it.each([
    ['erases', '\x1b[1A\x1b[2KSecret key for the bucket: '],
    ['goes back', '\rSecret key for the bucket: '],
    ['is on the next line', `${' '.repeat(70)}Secret key for the bucket: `],
    ['is on the next line, by other blanks', `${'\u3000'.repeat(70)}Secret key for the bucket: `],
    ['is on the next line, by signs', `${'.'.repeat(79)}Secret key for the bucket: `],
    ['is on the next line, by wide signs', `${'契'.repeat(40)}Secret key for the bucket: `],
    ['is far below', `${'\n'.repeat(100)}Secret key for the bucket: `],
    ['is turned around', '\u202e:tekcub eht fo yek terceS'],
    ['floods', 'x '.repeat(1_000_000)],
  ])('cannot pass for ours: it %s', async (_story, text) => {
    for (const { lines } of [
      await asking(text, '', 'Code'),
      await asking('', text, 'Code'),
      await asking('', '', text),
    ]) {
      const theirs = lines.slice(1)
      expect(theirs.filter((line) => !marked.test(line))).toEqual([])
      expect(lines.length).toBeLessThan(20)
      const width = (line: string): number =>
        Array.from(line).reduce((sum, it) => sum + (it.charCodeAt(0) > 0x10ff ? 2 : 1), 0)
      expect(Math.max(...theirs.map(width))).toBeLessThan(80)
      expect(theirs.map(plainLine)).toEqual(theirs)
    }
  })
})
