import { z } from 'zod'
import { type PlanOptions } from '../../../shared/run.ts'
import { runKinds, type RunKind } from '../../../shared/runKind.ts'
import { errorCodeSchema } from './errorCode.ts'

/** What a run is about; fixed when it is created. */
export interface RunHeader {
  id: string
  kind: RunKind
  /** The run that this one undoes, frees or goes on from. */
  parent: string | null
  createdAt: number
  appVersion: string
  /** Process and computer that made the run; for people. */
  pid: number
  host: string
  profileId: string
  profileName: string
  database: string
  databaseIdentity: string
  uploads: string
  store: string
  bucket: string
  planOptions: PlanOptions
}

const planOptionsSchema = z.object({
  userId: z.string().exactOptional(),
  limit: z.number().exactOptional(),
  documentIds: z.array(z.string()).exactOptional(),
  delta: z.boolean().exactOptional(),
  part: z
    .object({
      userIds: z.array(z.string()).exactOptional(),
      documentIds: z.array(z.string()).exactOptional(),
      folder: z.string().exactOptional(),
      from: z.number().exactOptional(),
      before: z.number().exactOptional(),
    })
    .exactOptional(),
  of: z
    .object({
      runId: z.string(),
      state: z.enum(['failed', 'restored']),
      code: errorCodeSchema.exactOptional(),
      canSucceed: z.literal(true).exactOptional(),
    })
    .exactOptional(),
})

/** Older runs that put files back or took repairs back say `rollback`, and all that freed space say `free`. */
const storedKinds = [...runKinds, 'free'] as const
export type StoredKind = (typeof storedKinds)[number]

/** A row of the table `run`, of any version. */
export const headerRow = z
  .object({
    id: z.string(),
    kind: z.enum(storedKinds),
    parent: z.string().nullable().default(null),
    created_at: z.number(),
    app_version: z.string(),
    pid: z.number(),
    host: z.string(),
    profile_id: z.string(),
    profile_name: z.string(),
    database: z.string(),
    database_identity: z.string(),
    uploads: z.string(),
    store: z.string(),
    bucket: z.string(),
    plan_options: z.string(),
  })
  .transform((row): Omit<RunHeader, 'kind'> & { kind: StoredKind } => ({
    id: row.id,
    kind: row.kind,
    parent: row.parent,
    createdAt: row.created_at,
    appVersion: row.app_version,
    pid: row.pid,
    host: row.host,
    profileId: row.profile_id,
    profileName: row.profile_name,
    database: row.database,
    databaseIdentity: row.database_identity,
    uploads: row.uploads,
    store: row.store,
    bucket: row.bucket,
    planOptions: planOptionsSchema.parse(JSON.parse(row.plan_options)),
  }))

/** The values of a new row by column. */
export const headerValues = (header: RunHeader): Record<string, string | number | null> => ({
  id: header.id,
  kind: header.kind,
  parent: header.parent,
  created_at: header.createdAt,
  app_version: header.appVersion,
  pid: header.pid,
  host: header.host,
  profile_id: header.profileId,
  profile_name: header.profileName,
  database: header.database,
  database_identity: header.databaseIdentity,
  uploads: header.uploads,
  store: header.store,
  bucket: header.bucket,
  plan_options: JSON.stringify(header.planOptions),
})
