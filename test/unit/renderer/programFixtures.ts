import type { IpcReply, ReadurApi } from '../../../src/shared/ipc.ts'
import { firstSettings } from '../../../src/shared/settings.ts'
import type { BundlePreview } from '../../../src/shared/support.ts'
import { finished } from './fixtures.ts'
import type { Noted } from './profileFixtures.ts'

/** What the window can ask about the program, about documents in numbers, and about the records of runs. */
export type ProgramTopics = Pick<ReadurApi, 'app' | 'settings' | 'counts' | 'records' | 'backups' | 'support'>

const ok = <T>(value: T): Promise<IpcReply<T>> => Promise.resolve({ ok: true, value })

export const counted = { local: 312, onS3: 1_204, stuck: 3, localBytes: 163_412_345, at: Date.UTC(2025, 10, 22, 8) }

export const preview: BundlePreview = {
  bundleId: 'bundle-1',
  entries: [
    { name: 'command.txt', about: 'the command', bytes: 40 },
    { name: 'checks.json', about: 'what the checks have found', bytes: 12_000 },
    { name: 'checklist.md', about: 'the checklist of Readur’s guide, filled in', bytes: 900 },
  ],
}

export function programAnswers(): ProgramTopics {
  return {
    app: {
      info: () => ok({ version: '0.1.0', dataDir: '/data', runtime: 'test' }),
      licences: () =>
        ok({
          packages: [
            { name: 'alpha', version: '1.0.0', licence: 'MIT', text: 0 },
            { name: 'beta', version: '2.1.0', licence: 'Apache-2.0', text: null },
          ],
          texts: ['Permission is hereby granted'],
        }),
      openDataDir: () => ok(null),
    },
    settings: { get: () => ok(firstSettings), set: () => ok(null) },
    counts: { known: () => ok({}), count: () => ok(counted) },
    backups: {
      last: () => ok(null),
      make: () => ok(null),
      cancel: () => ok(null),
      current: () => ok(null),
      reveal: () => ok(null),
    },
    support: {
      prepare: () => ok(preview),
      cancel: () => ok(null),
      read: (_bundleId, entry) => ok({ text: `What stands in ${entry}`, next: null }),
      write: () => ok({ path: '/home/ada/support.zip' }),
      reveal: () => ok(null),
    },
    records: {
      statePage: (_runId, offset) =>
        ok({ path: '/data/states/state.json', size: 20, offset, text: '{\n  "total_files": 3\n}\n', next: null }),
      paths: () => ok({ paths: [], next: null }),
      saveReport: (runId, format) => ok({ path: `/home/ada/run_${runId}.${format}` }),
      saveValidation: (runId, format) => ok({ path: `/home/ada/validation_${runId}.${format}` }),
      compare: () => ok({ first: finished, second: finished, alike: 318, differences: [] }),
      forget: () => ok(null),
      outdated: () => ok({ free: 0, kept: 0 }),
    },
  }
}

/** The same calls, each noted before it is answered. */
export function notedProgramCalls(answers: ProgramTopics, noted: Noted): ProgramTopics {
  return {
    app: {
      info: noted('app.info', () => answers.app.info),
      licences: noted('app.licences', () => answers.app.licences),
      openDataDir: noted('app.openDataDir', () => answers.app.openDataDir),
    },
    settings: {
      get: noted('settings.get', () => answers.settings.get),
      set: noted('settings.set', () => answers.settings.set),
    },
    counts: {
      known: noted('counts.known', () => answers.counts.known),
      count: noted('counts.count', () => answers.counts.count),
    },
    backups: {
      last: noted('backups.last', () => answers.backups.last),
      make: noted('backups.make', () => answers.backups.make),
      cancel: noted('backups.cancel', () => answers.backups.cancel),
      current: noted('backups.current', () => answers.backups.current),
      reveal: noted('backups.reveal', () => answers.backups.reveal),
    },
    support: {
      prepare: noted('support.prepare', () => answers.support.prepare),
      cancel: noted('support.cancel', () => answers.support.cancel),
      read: noted('support.read', () => answers.support.read),
      write: noted('support.write', () => answers.support.write),
      reveal: noted('support.reveal', () => answers.support.reveal),
    },
    records: {
      statePage: noted('records.statePage', () => answers.records.statePage),
      paths: noted('records.paths', () => answers.records.paths),
      saveReport: noted('records.saveReport', () => answers.records.saveReport),
      saveValidation: noted('records.saveValidation', () => answers.records.saveValidation),
      compare: noted('records.compare', () => answers.records.compare),
      forget: noted('records.forget', () => answers.records.forget),
      outdated: noted('records.outdated', () => answers.records.outdated),
    },
  }
}
