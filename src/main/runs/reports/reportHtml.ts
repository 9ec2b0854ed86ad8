import type { RepairDeed } from '../../../shared/auditRepair.ts'
import type { ProblemGroup, RunEvent } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'

/** Of every page that is written to be kept. */
export const style = `body{font:14px/1.5 system-ui,sans-serif;color:#1d2229;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d8dde3;vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right}code{font-size:.9em}.muted{color:#565f6b}`

export const time = (at: number | null): string =>
  at === null ? '–' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** What other people wrote is text in this page and never markup. */
export const text = (value: string | number | null): string =>
  String(value ?? '–').replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** A run on one page that needs nothing beside itself: to read, to print, to mail. */
export function* htmlReport(run: RunDetails, problems: ProblemGroup[]): Generator<string> {
  const title = `${run.profile}: ${run.kind} of ${time(run.createdAt)}`
  yield `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${text(title)}</title><style>${style}</style>\n`
  yield `<h1>${text(title)}</h1>\n<p><strong>${text(run.status)}</strong><br>`
  yield `<span class="muted">${text(run.database)} → ${text(run.bucket)}, run <code>${text(run.runId)}</code></span></p>\n`
  yield pairs('Figures', [...figuresOf(run), ['Seconds', run.seconds], ['Ended', time(run.finishedAt)]])
  if (run.error) yield pairs('Why it ended', [[run.error.title, `${run.error.message} ${run.error.remedy}`]])
  for (const group of problems) yield finding(group)
  if (run.options)
    yield pairs(
      'Settings',
      Object.entries(run.options).map(([name, value]) => [name, String(value)]),
    )
  yield pairs(
    'Timeline',
    run.timeline.map((event) => [time(event.at), wordsOf(event)]),
  )
  yield '</html>\n'
}

const deeds: Record<RepairDeed, string> = {
  'fix-path': 'Rows that get another path',
  'put-back': 'Files that move out of quarantine/',
  'set-aside': 'Files that move into quarantine/',
  'remove-object': 'Objects that are saved and removed',
  'remove-row': 'Rows that are saved and deleted',
}

function figuresOf(run: RunDetails): [name: string, value: number][] {
  if (run.kind === 'audit') {
    return [
      ['Documents compared', run.documents],
      ['Amiss', run.failed],
      ['To know', run.skipped],
    ]
  }
  if (run.repairs !== null) {
    return run.repairs.flatMap(({ deed, planned, committed, restored, failed }): [string, number][] => [
      [deeds[deed], planned],
      ['– done', committed],
      ['– taken back', restored],
      ['– failed', failed],
    ])
  }
  return [
    ['Planned files', run.planned],
    ['Moved', run.committed],
    ['Copied, rows not switched', run.copied],
    ['Failed', run.failed],
    ['Skipped', run.skipped],
    ['Rolled back', run.restored],
    ['Put aside or deleted', run.freed],
    ['Not reached', run.remaining],
    ['Bytes', run.bytes],
  ]
}

/** A table of names and values under a heading; both are escaped. */
export function pairs(heading: string, rows: [name: string, value: string | number | null][]): string {
  const lines = rows.map(([name, value]) => `<tr><th>${text(name)}</th><td>${text(value)}</td></tr>`)
  return `<h2>${text(heading)}</h2>\n<table>${lines.join('\n')}</table>\n`
}

function finding({ title, code, count, remedy, examples }: ProblemGroup): string {
  const lines = examples.map(
    ({ filename, path, message }) =>
      `<tr><td>${text(filename)}</td><td><code>${text(path)}</code></td><td>${text(message)}</td></tr>`,
  )
  const more = count > examples.length ? `<p class="muted">and ${count - examples.length} more</p>` : ''
  return `<h2>${text(title)} (${count})</h2>\n<p>${text(remedy)} <code>${code}</code></p>\n<table>${lines.join('\n')}</table>${more}\n`
}

function wordsOf(event: RunEvent): string {
  switch (event.what) {
    case 'started':
      return `started on ${event.host}`
    case 'ended':
      return event.status
    case 'error':
      return `${event.title}: ${event.message}`
    case 'warning':
      return event.message
    case 'exported':
      return `state file ${event.path}`
    case 'validated':
      return `validated: ${event.passed ? 'passed' : 'not passed'}`
    case 'planned':
    case 'paused':
    case 'continued':
    case 'lost':
      return event.what
  }
}
