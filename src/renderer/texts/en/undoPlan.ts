import { nouns, plural } from './nouns.ts'

/** What a plan that undoes a run, or repairs what an audit has found, says of itself. */
export const undoPlan = {
  rollBack: (count: number) => `Roll back ${nouns.file(count)}`,
  rollBackDocuments: (count: number) => `Roll back ${nouns.document(count)}`,
  conflictsOnly: 'Nothing can be rolled back at the moment.',
  nothingToRollBack: 'Nothing to roll back.',
  backToLocal: ({ count, database }: { count: number; database: string }) =>
    `${nouns.file(count)} in ${database} ${plural(count, { one: 'loads', other: 'load' })} from the local path again.`,
  fromQuarantine: (count: number) =>
    `${nouns.file(count)} ${plural(count, { one: 'comes', other: 'come' })} back from the quarantine.`,
  downloads: ({ count, size }: { count: number; size: string }) =>
    `${nouns.file(count)} (${size}) ${plural(count, { one: 'is', other: 'are' })} downloaded from S3 first.`,
  keepsObjects: (bucket: string) => `All S3 copies stay in bucket ${bucket}.`,
  removesObjects: ({ count, bucket }: { count: number; bucket: string }) =>
    `${nouns.copy(count)} ${plural(count, { one: 'is', other: 'are' })} removed from bucket ${bucket} afterwards.`,
  conflicts: (count: number) =>
    `${nouns.file(count)} can’t be rolled back at the moment and ${plural(count, { one: 'stays', other: 'stay' })} on S3.`,
  reversible: 'Readur loads the local files again. To reverse the rollback, migrate again.',
  repair: (count: number) => `Repair ${nouns.item(count)}`,
  cannotRepair: 'Nothing can be repaired at the moment.',
  nothingToRepair: 'Nothing to repair.',
  startRepairs: 'Start the repairs?',
  startRepairsAction: 'Start repairs',
  undoRepairs: (count: number) => `Undo ${nouns.repair(count)}`,
  nothingToUndo: 'No repairs to undo.',
  putBack: (count: number) => `Put ${nouns.file(count)} back`,
  nothingToPutBack: 'No files to put back.',
  movesBack: ({ count, size }: { count: number; size: string }) =>
    `${nouns.file(count)} (${size}) ${plural(count, { one: 'moves', other: 'move' })} from the quarantine back to where ${plural(count, { one: 'it was', other: 'they were' })}.`,
  restUnchanged: 'Database and bucket aren’t changed.',
  quarantine: ({ count, size }: { count: number; size: string }) => `Quarantine ${nouns.file(count)} (${size})`,
  nothingToQuarantine: 'There are no local files to quarantine.',
  movesToQuarantine: ({ count, size }: { count: number; size: string }) =>
    `${nouns.file(count)} (${size}) ${plural(count, { one: 'moves', other: 'move' })} to quarantine/ in the uploads folder.`,
  movedOnlyAfterCheck: 'A file is moved only after its S3 copy has been downloaded and checked.',
  noSpaceYet: 'No space is freed yet. You can put the files back until you delete them there.',
  deleteFiles: (count: number) => `Delete ${nouns.file(count)}`,
  deleteWithSize: ({ count, size }: { count: number; size: string }) => `Delete ${nouns.file(count)} (${size})`,
  nothingToDelete: 'There are no quarantined files of this run.',
  deletesForGood: ({ count, size }: { count: number; size: string }) =>
    `${nouns.file(count)} (${size}) ${plural(count, { one: 'is', other: 'are' })} deleted from the quarantine for good.`,
  deletedOnlyAfterCheck: 'A file is deleted only after its S3 copy has been downloaded and checked.',
  onlyCopyOnS3: 'After that, S3 holds the only copy. A rollback would download it from there.',
  deleteTheseFiles: 'Delete these files?',
}
