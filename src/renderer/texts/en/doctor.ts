import { formatNumber } from '../../format/number.ts'
import { nouns, plural } from './nouns.ts'

export const doctor = {
  checksDone: ({ done, total }: { done: number; total: number }) =>
    `${formatNumber(done)} of ${nouns.check(total)} done…`,
  cancelledAfter: (done: number) => `Cancelled after ${nouns.check(done)}.`,
  checksFailed: 'Some checks couldn’t run',
  readyWith: (warnings: string) => `Ready to migrate, with ${warnings}`,
  stopsHere: ({ what, others }: { what: string; others: number }) =>
    others === 0
      ? what
      : `${what}, and ${formatNumber(others)} more ${plural(others, { one: 'problem', other: 'problems' })}`,
  areaPassed: ({ name, count }: { name: string; count: number }) => `${name}: ${nouns.check(count)} passed`,
  areaWaits: (name: string) => `${name}: not started`,
  areaGoesOn: ({ name, done, total }: { name: string; done: number; total: number }) =>
    `${name}: ${formatNumber(done)} of ${nouns.check(total)} done`,
  areaNotTried: (name: string) => `${name}: not tried`,
  changedSince: 'The settings have changed since this check.',
  check: 'Check',
  goToField: 'Go to field',
  findings: 'To look at',
  areas: 'Areas',
  technicalDetails: 'Technical details',
  makeAPlan: 'Make a plan',
  checkAgain: 'Check again',
  ready: (done: number) => `Ready to migrate: ${nouns.check(done)} passed`,
  thisComputer: 'This computer',
  server: 'Server',
  database: 'Database',
  uploadsFolder: 'Uploads folder',
  bucket: 'Bucket',
  readur: 'Readur',
  notStarted: 'not started',
  inProgress: 'in progress',
  notTried: 'not tried',
  doneWithANote: 'done, with a note',
  doneWithAWarning: 'done, with a warning',
  notTriedLabel: 'Not tried',
  milliseconds: (milliseconds: number) => `${milliseconds} ms`,
  inDepth: 'Check in depth',
  inDepthMeans: 'Also samples files and documents, and measures upload speed',
  checks: 'Checks',
  thisConnectionWasDeleted: 'This connection was deleted.',
  theConnection: 'the connection',
  checksOf: (name: string) => `Checks for ${name}`,
  cancel: 'Cancel',
  theSettings: 'the settings',
  supportBundleMeans:
    'A support bundle holds what a helper needs, without secrets: checks, errors, settings and versions. You can review it before saving.',
  createSupportBundle: 'Create support bundle…',
  evidence: 'Evidence',
  onPlace: (where: string) => `On ${where}`,
  commandFor: (where: string) => `the command for ${where}`,
  error: 'error',
}
