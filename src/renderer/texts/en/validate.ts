import { formatNumber } from '../../format/number.ts'
import { nouns, plural } from './nouns.ts'

export const validate = {
  fromReadur: (count: number) => ` Readur served ${nouns.document(count)} exactly as uploaded.`,
  passed: ({ checked, users }: { checked: number; users: string }) =>
    `Passed: ${nouns.file(checked)} ${plural(checked, { one: 'matches', other: 'match' })} the record, and all counts match.${users}`,
  someFilesDiffer: ({ differing, checked }: { differing: number; checked: number }) =>
    `${formatNumber(differing)} of ${nouns.file(checked)} ${plural(differing, { one: 'doesn’t', other: 'don’t' })} match the record`,
  wrongInReadur: (count: number) => `${formatNumber(count)} wrong or missing in Readur`,
  validationFailed: (reasons: string) => `Validation failed: ${reasons}.`,
  wrongBefore: (count: number) =>
    `Already wrong before this run: ${formatNumber(count)}. The run reported ${plural(count, { one: 'it', other: 'them' })} and left ${plural(count, { one: 'it', other: 'them' })} alone.`,
  match: 'Match',
  differ: 'Differ',
  downloaded: (tried: number) => `${nouns.document(tried)} downloaded at random.`,
  countsThatMustMatch: 'Counts that must match',
  counted: 'Counted',
  number: 'Number',
  comparedWith: 'Compared with',
  result: 'Result',
  numberBetween: ({ min, max }: { min: number; max: number }) =>
    `Enter a whole number from ${formatNumber(min)} to ${formatNumber(max)}.`,
  readurIsntAsked: 'Readur isn’t asked: this connection has no address for it.',
  noApiKey: 'Readur isn’t asked: this connection has no administrator’s API key.',
  validatedAnyway: (reason: string) => `${reason} Files and counts are still validated.`,
  editConnection: 'Edit connection',
  documentsToDownload: 'Documents to download',
  documentsHint: 'Number of random documents to compare by hash. Enter 0 to skip Readur.',
  validationSaved: (path: string) => `Validation saved to ${path}`,
  saveValidationAs: (format: string) => `Save the validation as ${format}…`,
  saveAs: (format: string) => `Save as ${format}…`,
  progressOf: ({ phase, copied, percent }: { phase: string; copied: number; percent: string }) =>
    `${phase}: ${nouns.file(copied)} of the run compared${percent}`,
  validation: 'Validation',
  validateAgain: 'Validate again',
  validate: 'Validate',
  howToCompareTheFiles: 'How to compare the files',
  documentsAsUsersSeeThem: 'Documents as users see them',
  madeAt: ({ label, at }: { label: string; at: string }) => `${label}, ${at}. Kept with the run.`,
  details: 'Details',
  comparedAndSound: ({ files, sound }: { files: string; sound: number }) =>
    `${files} of the run compared, ${formatNumber(sound)} as recorded.`,
  sampleOf: ({ checked, total }: { checked: number; total: number }) =>
    `${formatNumber(checked)} of ${nouns.file(total)}, chosen at random`,
  auditFound: (issues: number) =>
    issues === 0 ? 'The audit found no issues.' : `The audit found ${nouns.issue(issues)}.`,
  verifyAndFix: 'Verify and fix…',
  openAudit: 'Open audit',
  asUsersSeeThem: 'As users see them',
  readurNotAsked: (reason: string) => `Readur wasn’t asked. ${reason}`,
  countsDiffer: (count: number) => `${nouns.count(count)} ${plural(count, { one: 'doesn’t', other: 'don’t' })} match`,
  same: (count: number) =>
    `${formatNumber(count)} ${plural(count, { one: 'matches', other: 'match' })} the upload byte for byte.`,
  rotated: (count: number) =>
    `${formatNumber(count)} ${plural(count, { one: 'is an image', other: 'are images' })} that Readur has rotated upright.`,
  unhashed: (count: number) =>
    `${formatNumber(count)} ${plural(count, { one: 'is', other: 'are' })} complete, but Readur recorded no hash to compare.`,
  differs: (count: number) =>
    `${formatNumber(count)} ${plural(count, { one: 'differs', other: 'differ' })} from the upload.`,
  refused: (count: number) => `${formatNumber(count)} couldn’t be downloaded.`,
  stopped: 'Validation stopped. Nothing was changed.',
}
