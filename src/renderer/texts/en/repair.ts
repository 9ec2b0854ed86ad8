import type { RepairDeed, RepairKind } from '../../../shared/auditRepair.ts'
import { formatNumber } from '../../format/number.ts'
import { nouns, plural } from './nouns.ts'

/** How much a repair of one kind does, and where. */
interface DeedAmount {
  count: number
  size: string
  database: string
  bucket: string
  runId: string
}

interface DeedWords {
  does: string
  undoes: string
  detail: string
  /** What is going to happen, and what undoing it will do. */
  will: (amount: DeedAmount) => string
  willUndo: (amount: DeedAmount) => string
  /** Where things are afterwards, and once it was undone. */
  done: (amount: DeedAmount) => string
  undone: (amount: DeedAmount) => string
}

export const repair = {
  howItWorks: 'How it works',
  previewFirst: 'The preview lists every change, and what can’t be done and why. It changes nothing.',
  checkedFirst: 'Each item is checked again before it is changed, since the audit may be days old.',
  order: 'Paths come first, then files, then objects; database records are deleted last.',
  savedFirst: 'Nothing is deleted without a saved copy. You can undo the whole repair.',
  whatToRepair: 'What to repair',
  repairs: 'Repairs',
  theAudit: 'the audit',
  repairAuditOf: (createdAt: string) => `Repair issues found by the audit of ${createdAt}`,
  nothingChosen: 'Choose at least one repair.',
  changesNothingYet: 'Changes nothing yet',
  preview: 'Preview',
  nothingRepairable: 'None of these issues can be repaired here.',
  kinds: {
    fixPaths: {
      label: 'Fix paths',
      short: 'Paths to fix',
      means:
        'Points Readur at the place where the document was found, or moves the file back. Hashes are compared first.',
    },
    quarantineFiles: {
      label: 'Quarantine files',
      short: 'Files to quarantine',
      means: 'Moves files that no document uses to quarantine/ in the uploads folder. Nothing is deleted.',
    },
    removeObjects: {
      label: 'Delete orphaned objects',
      short: 'Objects to delete',
      means: 'Deletes objects made for this database whose document is gone. They are saved to quarantine/ first.',
    },
    unmarkedObjects: {
      label: 'Include untagged objects',
      short: 'Untagged objects',
      means: 'Only if no other Readur server uses this bucket: the objects might be its documents.',
    },
    removeRows: {
      label: 'Delete records of lost documents',
      short: 'Lost documents',
      means:
        'Runs last, after saving each record with everything that depends on it. Users no longer see these documents.',
    },
  } satisfies Record<RepairKind, { label: string; short: string; means: string }>,
  noneFound: 'None found',
  deeds: {
    'fix-path': {
      does: 'Paths fixed',
      undoes: 'Original paths',
      detail: 'after comparing hashes',
      will: ({ count, database }) =>
        `${nouns.document(count)} in ${database} ${plural(count, { one: 'gets', other: 'get' })} the path where the file was found.`,
      willUndo: ({ count, database }) =>
        `${nouns.document(count)} in ${database} ${plural(count, { one: 'gets', other: 'get' })} the path from before the repair.`,
      done: ({ count }) =>
        `${nouns.document(count)} now ${plural(count, { one: 'points', other: 'point' })} to the right file.`,
      undone: ({ count }) =>
        `${nouns.document(count)} ${plural(count, { one: 'has', other: 'have' })} the path from before the repair.`,
    },
    'put-back': {
      does: 'Files put back',
      undoes: 'Files quarantined',
      detail: 'from quarantine/',
      will: ({ count, size }) =>
        `${nouns.file(count)} (${size}) ${plural(count, { one: 'moves', other: 'move' })} from quarantine/ to where Readur expects ${plural(count, { one: 'it', other: 'them' })}.`,
      willUndo: ({ count }) =>
        `${nouns.file(count)} ${plural(count, { one: 'moves', other: 'move' })} to quarantine/ again.`,
      done: ({ count }) =>
        `${nouns.file(count)} ${plural(count, { one: 'is', other: 'are' })} back where Readur expects ${plural(count, { one: 'it', other: 'them' })}.`,
      undone: ({ count }) =>
        `${nouns.file(count)} ${plural(count, { one: 'is', other: 'are' })} in the quarantine again.`,
    },
    'set-aside': {
      does: 'Files quarantined',
      undoes: 'Files put back',
      detail: 'to quarantine/',
      will: ({ count, size }) =>
        `${nouns.file(count)} (${size}) ${plural(count, { one: 'moves', other: 'move' })} to quarantine/ in the uploads folder.`,
      willUndo: ({ count, size }) =>
        `${nouns.file(count)} (${size}) ${plural(count, { one: 'moves', other: 'move' })} from quarantine/ back to where ${plural(count, { one: 'it was', other: 'they were' })}.`,
      done: ({ count, runId }) =>
        `${nouns.file(count)} ${plural(count, { one: 'is', other: 'are' })} in quarantine/${runId}/ in the uploads folder.`,
      undone: ({ count }) =>
        `${nouns.file(count)} ${plural(count, { one: 'is', other: 'are' })} back where ${plural(count, { one: 'it was', other: 'they were' })} before.`,
    },
    'remove-object': {
      does: 'Objects deleted',
      undoes: 'Objects uploaded again',
      detail: 'saved to quarantine/ first',
      will: ({ count, size, bucket }) =>
        `${nouns.object(count)} (${size}) ${plural(count, { one: 'is', other: 'are' })} saved to quarantine/, then deleted from bucket ${bucket}.`,
      willUndo: ({ count, size, bucket }) =>
        `${nouns.object(count)} (${size}) ${plural(count, { one: 'is', other: 'are' })} uploaded to bucket ${bucket} again from the saved ${plural(count, { one: 'copy', other: 'copies' })}.`,
      done: ({ count, bucket, runId }) =>
        `${nouns.object(count)} ${plural(count, { one: 'was', other: 'were' })} deleted from bucket ${bucket}. ${plural(count, { one: 'A copy is', other: 'Copies are' })} in quarantine/${runId}/bucket/ in the uploads folder.`,
      undone: ({ count, bucket }) =>
        `${nouns.object(count)} ${plural(count, { one: 'is', other: 'are' })} in bucket ${bucket} again. The saved ${plural(count, { one: 'copy stays', other: 'copies stay' })} in the quarantine.`,
    },
    'remove-row': {
      does: 'Document records deleted',
      undoes: 'Document records restored',
      detail: 'saved first',
      will: ({ count, database }) =>
        `${nouns.documentRecord(count)} in ${database} ${plural(count, { one: 'is', other: 'are' })} deleted, after being saved with everything that depends on ${plural(count, { one: 'it', other: 'them' })}. Users no longer see ${plural(count, { one: 'this document', other: 'these documents' })}.`,
      willUndo: ({ count, database }) =>
        `${nouns.documentRecord(count)} in ${database} ${plural(count, { one: 'is', other: 'are' })} restored with everything that depended on ${plural(count, { one: 'it', other: 'them' })}.`,
      done: ({ count }) =>
        `${nouns.documentRecord(count)} ${plural(count, { one: 'was', other: 'were' })} deleted. ${plural(count, { one: 'It is', other: 'They are' })} saved only in this run’s record, with everything that depended on ${plural(count, { one: 'it', other: 'them' })}. Keep the record as long as you might want ${plural(count, { one: 'it', other: 'them' })} back.`,
      undone: ({ count }) =>
        `${nouns.documentRecord(count)} ${plural(count, { one: 'was', other: 'were' })} restored with everything that depended on ${plural(count, { one: 'it', other: 'them' })}.`,
    },
  } satisfies Record<RepairDeed, DeedWords>,
  untagged: (count: number) =>
    `${formatNumber(count)} of them ${plural(count, { one: 'is', other: 'are' })} untagged: make sure no other Readur server uses this bucket.`,
  checkedAgain: 'Each item is checked again before it is changed. Everything can be undone.',
  repairsUndone: (count: number) => `${nouns.repair(count)} undone: everything is as it was before.`,
  issuesLeft: (count: number) => `${nouns.issue(count)} left as found.`,
  issuesNotStarted: (count: number) => `${nouns.issue(count)} not started (nothing changed).`,
  repairsNotUndone: (count: number) => `${nouns.repair(count)} not undone.`,
}
