import type { ValidationReport } from '../../../shared/validation.ts'
import { pairs, style, text, time } from './reportHtml.ts'

/** A validation on one page that needs nothing beside itself: no script, no style from elsewhere, all of it escaped. */
export function* validationPage(report: ValidationReport): Generator<string> {
  const { runId, at, database, bucket, passed, counts, state, audit, readur, readurSkipped } = report
  const title = `Validation of run ${runId}`
  yield `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${text(title)}</title><style>${style}</style>\n`
  yield `<h1>${text(title)}</h1>\n<p><strong>${passed ? 'Passed' : 'Not passed'}</strong><br>`
  yield `<span class="muted">${text(database)} → ${text(bucket)}, ${text(time(at))}</span></p>\n`
  yield pairs(
    'Counts that must agree',
    counts.map(({ name, expected, against, found, agrees }) => [
      name,
      `${expected.toLocaleString('en')}; ${against} ${found.toLocaleString('en')}: ${agrees ? 'agree' : 'DIFFER'}`,
    ]),
  )
  yield pairs('Files of the run', [
    ['Depth', state.level],
    ['Compared', `${state.checked.toLocaleString('en')} of ${state.of.toLocaleString('en')}`],
    ['As recorded', state.sound],
    ...state.drift.map(({ title: what, code, count }): [string, string] => [`${what} (${code})`, String(count)]),
  ])
  yield pairs('Everything', [
    ['Documents', audit.totals.documents],
    ['Processed images', audit.totals.images],
    ['Documents and images on S3', audit.totals.onS3],
    ['Files in the uploads folder', audit.totals.files],
    ['Files in Readur’s folders of the bucket', audit.totals.objects],
    ...audit.groups.map(({ title: what, code, count }): [string, number] => [`${what} (${code})`, count]),
  ])
  yield pairs(
    'Through Readur',
    readur === null
      ? [['Not asked', readurSkipped]]
      : [
          ['Server', readur.server],
          ['Documents chosen at random', readur.tried],
          ['The bytes that were uploaded', readur.same],
          ['Images turned upright', readur.reencoded],
          ['Without a recorded hash', readur.unknown],
          ['Other bytes', readur.differs],
          ['Refused', readur.refused],
          ...readur.trouble.map((line): [string, string] => ['Trouble', line]),
        ],
  )
  yield '</html>\n'
}
