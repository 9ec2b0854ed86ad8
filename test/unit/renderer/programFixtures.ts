import type { Api } from '../../../src/renderer/api.ts'
import type { IpcReply } from '../../../src/shared/ipc.ts'
import { firstSettings } from '../../../src/shared/settings.ts'
import type { BundlePreview } from '../../../src/shared/support.ts'
import { finished } from './fixtures.ts'

/** What the window can ask about the program, about documents in numbers, and about the records of runs. */
export type ProgramTopics = Pick<Api, 'app' | 'menu' | 'settings' | 'counts' | 'records' | 'backups' | 'support'>

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
    menu: { popUp: () => ok(null) },
    app: {
      info: () => ok({ version: '0.1.0', dataDir: '/data', runtime: 'test', installed: false }),
      licences: () =>
        ok({
          packages: [
            { name: 'alpha', version: '1.0.0', licence: 'MIT', text: 0 },
            { name: 'beta', version: '2.1.0', licence: 'Apache-2.0', text: null },
          ],
          texts: ['Permission is hereby granted'],
        }),
      openDataDir: () => ok(undefined),
    },
    settings: { get: () => ok(firstSettings), set: () => ok(undefined) },
    counts: { known: () => ok({}), count: () => ok(counted) },
    backups: {
      last: () => ok(null),
      make: () => ok(null),
      cancel: () => ok(undefined),
      current: () => ok(null),
      reveal: () => ok(undefined),
    },
    support: {
      prepare: () => ok(preview),
      cancel: () => ok(undefined),
      read: (_bundleId, entry) => ok({ text: `What stands in ${entry}`, next: null }),
      write: () => ok({ path: '/home/ada/support.zip' }),
      reveal: () => ok(undefined),
    },
    records: {
      statePage: (_runId, offset) =>
        ok({ path: '/data/states/state.json', size: 20, offset, text: '{\n  "total_files": 3\n}\n', next: null }),
      paths: () => ok({ paths: [], next: null }),
      saveReport: (runId, format) => ok({ path: `/home/ada/run_${runId}.${format}` }),
      saveValidation: (runId, format) => ok({ path: `/home/ada/validation_${runId}.${format}` }),
      compare: () => ok({ first: finished, second: finished, alike: 318, differences: [] }),
      forget: () => ok(undefined),
      outdated: () => ok({ free: 0, kept: 0 }),
    },
  }
}
