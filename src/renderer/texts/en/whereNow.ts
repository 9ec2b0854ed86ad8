import { nouns, plural } from './nouns.ts'

const files = (count: number): string => `${nouns.file(count)} ${plural(count, { one: 'is', other: 'are' })}`
const notMoved = (count: number): string => `${nouns.file(count)} ${plural(count, { one: 'was', other: 'were' })}`

/** Where everything is after a run. */
export const whereNow = {
  onS3: ({ count, bucket }: { count: number; bucket: string }) =>
    `${files(count)} in bucket ${bucket}, and Readur loads ${plural(count, { one: 'it', other: 'them' })} from there.`,
  copied: ({ count, bucket }: { count: number; bucket: string }) =>
    `${files(count)} also in bucket ${bucket}, but Readur still loads the local ${plural(count, { one: 'file', other: 'files' })}.`,
  localAgain: (count: number) => `${files(count)} local again.`,
  notMoved: (count: number) => `${notMoved(count)} not moved (nothing changed).`,
  putBack: (count: number) => `${files(count)} back in place.`,
  notPutBack: (count: number) => `${notMoved(count)} not put back.`,
  downloaded: (count: number) =>
    `${nouns.file(count)} of these ${plural(count, { one: 'was', other: 'were' })} downloaded from S3.`,
  objectsKept: (bucket: string) => `All S3 copies stay in bucket ${bucket}, as you chose.`,
  objectsRemoved: ({ count, bucket }: { count: number; bucket: string }) =>
    `${nouns.copy(count)} ${plural(count, { one: 'was', other: 'were' })} removed from bucket ${bucket}.`,
  objectsLeft: (count: number) =>
    `${nouns.copy(count)} couldn’t be removed; no document uses ${plural(count, { one: 'it', other: 'them' })}.`,
  stillOnS3: (count: number) =>
    `${files(count)} still on S3, and Readur loads ${plural(count, { one: 'it', other: 'them' })} from there.`,
  freed: ({ count, done }: { count: number; done: string }) =>
    `${files(count)} ${done}. Before that, each S3 copy was downloaded and checked.`,
  stayed: (count: number) => `${files(count)} where ${plural(count, { one: 'it was', other: 'they were' })}.`,
}
