import type { CheckupSnapshot, Diagnostic, DiagnosticArea, DiagnosticCode } from '../../../src/shared/diagnostic.ts'
import type { FoundReadur } from '../../../src/shared/discovery.ts'
import type { Api } from '../../../src/renderer/api.ts'
import type { IpcReply } from '../../../src/shared/ipc.ts'
import type { ProfileDetails, ProfileSummary } from '../../../src/shared/profile.ts'
import type { ReadurSettingsText, ReadurState } from '../../../src/shared/readurState.ts'
import type { QuestionState } from '../../../src/shared/ssh.ts'

/** What the window can ask about profiles, and about reaching what they name. */
export type ProfileTopics = Pick<
  Api,
  'profiles' | 'server' | 'discovery' | 'ssh' | 'files' | 'connection' | 'doctor' | 'questions'
>

const ok = <T>(value: T): Promise<IpcReply<T>> => Promise.resolve({ ok: true, value })

/** The settings of a profile that holds them itself, all of them there. */
export const details: ProfileDetails = {
  id: 'sandbox',
  name: 'Sandbox',
  server: null,
  envFile: null,
  variables: {
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: '54321',
    POSTGRES_DB: 'readur',
    POSTGRES_USER: 'readur',
    READUR_UPLOADS_DIR: '/srv/readur/uploads',
    UPLOAD_PATH: '/app/uploads',
    S3_BUCKET_NAME: 'readur-documents',
    S3_ENDPOINT_URL: 'http://127.0.0.1:9000',
    S3_REGION: 'us-east-1',
    S3_FORCE_PATH_STYLE: 'true',
    S3_ACCESS_KEY_ID: 'sandbox-key',
  },
  has: ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY'],
}

export const diagnosed = (code: DiagnosticCode, subject: string, finding = 'Fine.'): Diagnostic => ({
  code,
  area: code.split('.')[0] as DiagnosticArea,
  subject,
  state: 'done',
  severity: 'ok',
  finding,
  evidence: [],
  remedy: null,
  milliseconds: 12,
  error: null,
})

/** A test of all on this computer that has passed. */
export const passed = (checkupId: string): CheckupSnapshot => ({
  checkupId,
  outcome: 'passed',
  diagnostics: [
    diagnosed('database.connect', '127.0.0.1:54321/readur', 'PostgreSQL 16.4'),
    diagnosed('database.tables', '127.0.0.1:54321/readur'),
    diagnosed('uploads.folder', '/srv/readur/uploads'),
    diagnosed('bucket.access', 'http://127.0.0.1:9000, bucket readur-documents'),
    diagnosed('bucket.list', 'http://127.0.0.1:9000, bucket readur-documents'),
  ],
})

/** What a Compose file with one secret and one thing missing gives. */
export const found: FoundReadur = {
  source: 'readur in docker-compose.yml',
  settings: [
    {
      setting: 'databaseAddress',
      chosen: {
        value: '127.0.0.1:5433',
        where: 'docker-compose.yml, line 31, service postgres, ports',
        at: 'docker-compose.yml:31',
        confidence: 'certain',
        onServer: true,
      },
      alternatives: [
        {
          value: '172.18.0.2:5432',
          where: 'docker-compose.yml, line 28, service postgres',
          at: 'docker-compose.yml:28',
          confidence: 'likely',
          onServer: true,
        },
      ],
    },
    {
      setting: 'databaseName',
      chosen: {
        value: 'readur',
        where: 'docker-compose.yml, line 12',
        at: 'docker-compose.yml:12',
        confidence: 'certain',
        onServer: false,
      },
      alternatives: [],
    },
    {
      setting: 'databasePassword',
      chosen: {
        token: '00000000-0000-4000-8000-000000000001',
        where: '.env, line 3, POSTGRES_PASSWORD',
        at: '.env:3',
        confidence: 'certain',
        onServer: false,
      },
      alternatives: [],
    },
  ],
  missing: [
    { setting: 's3Bucket', question: 'Which bucket should the documents go to?', reason: null, suggestions: [] },
  ],
  notes: [{ message: '.env was not found.', remedy: 'Import it as well.' }],
}

export const onBucket: ReadurState = { at: 'bucket', source: 'container readur' }
export const settingsText: ReadurSettingsText = {
  lines: 'S3_ENABLED=true\nS3_BUCKET_NAME=readur-documents\nS3_SECRET_ACCESS_KEY=<secret key>',
  notes: ['Readur container reaches the storage service as minio, port 9000.'],
  canTry: false,
}

export const nothingAsked: QuestionState = { question: null, withdrawn: null }

export function profileAnswers(profiles: ProfileSummary[]): ProfileTopics {
  return {
    profiles: {
      list: () => ok(profiles),
      get: (id) => ok({ ...details, id }),
      create: () => ok({ id: 'new-1' }),
      update: () => ok(undefined),
      duplicate: () => ok({ id: 'copy-1' }),
      rename: () => ok(undefined),
      remove: () => ok(undefined),
      restore: () => ok(undefined),
      export: () => ok({ path: '/home/ada/readur-connections.json' }),
      import: () => ok({ names: ['From afar'] }),
      takeOver: () => ok({ variables: details.variables, secrets: {} }),
      keepsSecrets: () => ok(true),
    },
    server: {
      known: () => ok({ state: onBucket, foundAt: 0 }),
      look: () => ok({ state: onBucket, foundAt: 0 }),
      confirm: () => ok({ state: onBucket, foundAt: 0 }),
      settings: () => ok(settingsText),
      reveal: () => ok(undefined),
    },
    discovery: {
      read: () => ok([found]),
      readFiles: () => ok([found]),
      choose: () => ok(null),
      search: () => ok({ found: [found], notes: [] }),
    },
    ssh: {
      hosts: () =>
        ok([
          {
            alias: 'nas',
            problem: null,
            host: 'nas.example.org',
            port: 2222,
            user: 'ada',
            keys: ['/home/ada/.ssh/id_nas'],
            jumps: ['bastion'],
            proxyCommand: null,
          },
          { alias: 'old', problem: '“old” is reached with ProxyCommand nc.' },
        ]),
      resolve: (alias) =>
        ok({
          alias,
          problem: null,
          host: alias,
          port: 22,
          user: 'ada',
          keys: [],
          jumps: [],
          proxyCommand: `nc ${alias} 22`,
        }),
    },
    files: { choose: () => ok(null) },
    connection: { test: (checkupId) => ok(passed(checkupId)), cancel: () => ok(undefined) },
    doctor: {
      start: (checkupId) => ok(passed(checkupId)),
      cancel: () => ok(undefined),
      perform: () => ok({ done: 'Done.' }),
    },
    questions: { current: () => ok(nothingAsked), answer: () => ok(undefined) },
  }
}
