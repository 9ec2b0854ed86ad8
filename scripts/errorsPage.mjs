import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { diagnosticAreas, diagnosticCatalogue } from '../src/shared/diagnostic.ts'
import { errorCatalogue } from '../src/shared/errors.ts'

const root = join(import.meta.dirname, '..')
export const errorsPagePath = join(root, 'docs/errors.md')

const areas = {
  computer: 'This computer',
  server: 'Server, of every hop',
  database: 'Database',
  uploads: 'Uploads folder',
  bucket: 'Bucket',
  readur: 'Readur',
}

/** What Markdown would take for its own. */
const plain = (text) => text.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_')

/** docs/errors.md, as the catalogues of src/shared/ have it, the way Prettier wants it. */
export async function errorsPage() {
  // One paragraph an entry: a table would be laid out anew for each, and two new ones always be in conflict.
  const errors = Object.entries(errorCatalogue).flatMap(([code, { title, cause, remedy }]) => [
    `**\`${code}\`** ${plain(title)}. _Usual cause:_ ${plain(cause)} _Remedy:_ ${plain(remedy)}`,
    '',
  ])
  const checks = diagnosticAreas.flatMap((area) => [
    `### ${areas[area]}`,
    '',
    ...Object.entries(diagnosticCatalogue).flatMap(([code, { name }]) =>
      code.startsWith(`${area}.`) ? [`- \`${code}\` ${plain(name)}`] : [],
    ),
    '',
  ])
  const text = [
    '# Errors and checks',
    '',
    '_Made from the catalogues in `src/shared/errors.ts` and `src/shared/diagnostic.ts` by `npm run docs:errors`; do not edit._',
    '',
    'Codes are stable: the window, the command line, reports and journals use them, and scripts may rely on them. An error that',
    'nobody has foreseen is `INTERNAL` and keeps its text.',
    '',
    ...errors,
    '## Checks',
    '',
    'What `doctor`, `test-storage`, the test of a connection and the checks before a run look at. Each ends with `ok`, `note` (worth',
    'knowing), `warning` (a run works, something will be in the way) or `blocking` (a run would not work).',
    '',
    ...checks,
  ].join('\n')
  return format(text, { ...(await resolveConfig(errorsPagePath)), parser: 'markdown' })
}

if (process.argv[1] === import.meta.filename) await writeFile(errorsPagePath, await errorsPage())
