import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { errorCatalogue } from '../../../src/shared/errors.ts'

const root = join(import.meta.dirname, '../../..')

/** Files and folders whose texts were rewritten. Add the next one here, so that it stays that way. */
const places = ['src/main/cli', 'src/main/window', 'src/renderer', 'src/shared']

/** Phrases that were translated word for word, each with what to write instead. */
const calques = [
  [/\bamiss\b/i, 'wrong, “issue”'],
  [/\banew\b/i, 'again'],
  [/\b(put|puts|putting) \w* ?right\b/i, 'fix, repair'],
  [/\b(take|takes|took|taken|taking) (\w+ )?back\b/i, 'undo'],
  [/\b(pass|passes|passed) over\b/i, 'skip'],
  [/\b(go|goes|went|gone|going) on with\b/i, 'resume, continue'],
  [/\b(broke|broken|breaks) off\b/i, 'was interrupted'],
  [/\bso many\b/i, 'number of'],
  [/\bmostly\b/i, 'usually'],
  [/\bmend(s|ed)?\b/i, 'fix, repair'],
  [/\b(lies|lie|lay) (at|in|on|there|elsewhere)\b/i, 'is'],
  // “This may not be Readur” is a guess, and fine.
  [/(?<!this )\bmay not\b/i, 'cannot, can’t, has no permission to'],
  [/\bnothing but\b/i, 'only'],
]

const filesOf = (place) =>
  statSync(join(root, place)).isFile()
    ? [place]
    : readdirSync(join(root, place), { recursive: true })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(place, name))

/** Attributes of elements that a person gets to read or to hear. */
const textAttributes =
  /^(aria-label|aria-description|alt|title|label|description|placeholder|subtitle|summary|heading|hint|detail|note|words|aside|verb|stopped|action|cancel|closeLabel|valueText|error)$/

/** Texts that a component holds itself instead of taking them from the catalogue, each with its line. */
function ownTexts(file, code) {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)
  const found = []
  const take = (node, text) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
    if (/\p{Letter}/u.test(text)) found.push(`${file}:${line + 1} “${text.trim()}”`)
  }
  const literal = (node) => {
    if (ts.isStringLiteralLike(node)) take(node, node.text)
    else if (ts.isTemplateExpression(node)) take(node, node.getText(source).replaceAll(/\$\{[^}]*\}/g, ''))
    else if (ts.isJsxExpression(node) && node.expression) literal(node.expression)
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(literal)
    else if (ts.isParenthesizedExpression(node)) literal(node.expression)
  }
  const visit = (node) => {
    if (ts.isJsxText(node)) take(node, node.text)
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) literal(node)
    else if (ts.isJsxAttribute(node) && node.initializer && textAttributes.test(node.name.getText(source)))
      literal(node.initializer)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** What a person may get to read: string literals, templates with … for what is put in, and text between tags. */
function textsOf(file, code) {
  const texts = []
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isJsxText(node)) texts.push(node.text)
    else if (ts.isTemplateExpression(node)) {
      texts.push([node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('…'))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true))
  return texts
}

const calquesIn = (file, code) =>
  textsOf(file, code).flatMap((text) =>
    calques
      .filter(([pattern]) => pattern.test(text))
      .map(([, instead]) => `${file}: “${text}” – write instead: ${instead}`),
  )

it.each(places)('no text of %s reads as translated', (place) => {
  const files = filesOf(place)
  expect(files.length).toBeGreaterThan(0)
  expect(files.flatMap((file) => calquesIn(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})

it.each([
  `'Nothing is amiss.'`,
  `"made anew"`,
  '`Put right with: ${command}`',
  '`${count} to put it right`',
  `'All of it can be taken back.'`,
  `'Keys that were passed over'`,
  `'resume goes on with it'`,
  `'A copy broke off.'`,
  `'only so many files'`,
  `'Mostly a duplicate'`,
  `'the account may not read the folder'`,
  '<p>Nothing but this record was written.</p>',
])('%s would be found', (code) => expect(calquesIn('probe.tsx', `it(${code})`)).toHaveLength(1))

it('a word in code or a comment is not one that is read', () => {
  expect(calquesIn('probe.ts', 'const amiss = 1 // mostly')).toEqual([])
})

it('no component has a text of its own: all stand in the catalogue', () => {
  const components = filesOf('src/renderer').filter((file) => file.endsWith('.tsx') && !file.includes('/texts/'))
  expect(components.length).toBeGreaterThan(100)
  expect(components.flatMap((file) => ownTexts(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})

it.each([
  '<p>Save</p>',
  "<p>{'Save'}</p>",
  '<p>{isNew ? "Save" : texts.save}</p>',
  '<Button title="Save" />',
  '<Button aria-label={`Save ${name}`} />',
])('%s would be found', (code) => expect(ownTexts('probe.tsx', code)).toHaveLength(1))

it.each(['<p>{texts.save} · {count}</p>', '<Button size="sm" title={texts.save} />', '<p>{go("home")}</p>'])(
  '%s takes its texts from the catalogue',
  (code) => expect(ownTexts('probe.tsx', code)).toEqual([]),
)

/** What the window shows too names no option of the command line: that is what src/main/cli/hints.ts is for. */
const shownInBoth = ['src/main/engine', 'src/main/discovery', 'src/main/adapters', 'src/main/runs', 'src/shared']
/** Begins a sentence, so that nobody takes the arguments of programs for one. */
const optionInSentence = /\p{Lu}\p{L}*[ ,].*(^|[ (])--[a-z]/u

it('no text of checks, plans and runs names an option of the command line', () => {
  const files = shownInBoth.flatMap(filesOf).filter((file) => file !== 'src/shared/errors.ts')
  const named = files.flatMap((file) =>
    textsOf(file, readFileSync(join(root, file), 'utf8'))
      .filter((text) => optionInSentence.test(text))
      .map((text) => `${file}: “${text}”`),
  )
  expect(named).toEqual([])
})

it('no remedy names an option of the command line, since the window shows it too', () => {
  const onlyThere = ['DELETE_LOCAL', 'CONFIRMATION_NEEDED']
  const named = Object.entries(errorCatalogue).filter(
    ([code, { remedy }]) => !onlyThere.includes(code) && /(?<!cp )--[a-z]/.test(remedy),
  )
  expect(named).toEqual([])
})
