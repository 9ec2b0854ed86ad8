import type { AppInfo, IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { itemPage } from '../engine/journal/items.ts'
import { problemGroups } from '../engine/journal/problems.ts'
import { exportStateFile } from '../engine/journal/stateFile.ts'
import { describeRun } from '../engine/journal/summary.ts'
import { MigrateError } from '../engine/errors.ts'
import { summaryOf, type SecretOf } from '../profiles/connection.ts'
import type { ProfileStore } from '../profiles/profileStore.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import type { RunManager } from '../runs/runManager.ts'

export type Handlers = {
  [C in IpcChannel]: (...args: IpcCalls[C]['args']) => IpcCalls[C]['result'] | Promise<IpcCalls[C]['result']>
}

export interface HandlerDeps {
  info: AppInfo
  profiles: Pick<ProfileStore, 'all' | 'find'>
  runs: RunFolder
  manager: RunManager
  /** Folder for exported state files. */
  states: string
  secretsOf: (profileId: string) => SecretOf
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
}

/** What each call of the window does. Arguments were parsed before they get here. */
export function createHandlers({ info, profiles, secretsOf, runs, manager, states, reveal }: HandlerDeps): Handlers {
  return {
    'app.info': () => info,
    'profiles.list': () => Promise.all(profiles.all().map((profile) => summaryOf(profile, secretsOf(profile.id)))),
    'runs.plan': async (profileId, options) => ({ runId: await manager.plan(profiles.find(profileId), options) }),
    'runs.start': async (runId, options) => {
      await manager.start(runId, options)
      return null
    },
    'runs.stop': (runId, how) => {
      manager.stop(runId, how)
      return null
    },
    'runs.current': () => manager.current(),
    'runs.list': ({ offset, limit }) => runs.list(offset, limit),
    'runs.get': (runId) => runs.with(runId, (store) => describeRun(store, runs.isAlive)),
    'runs.items': (runId, query) => runs.with(runId, (store) => itemPage(store, query)),
    'runs.problems': (runId) => runs.with(runId, problemGroups),
    'runs.export': async (runId) => {
      const store = runs.open(runId, 'write')
      try {
        return { path: await exportStateFile(store, states) }
      } finally {
        store.close()
      }
    },
    'runs.reveal': (runId) => {
      const path = runs.with(runId, (store) => store.last('exported')?.path)
      if (path === undefined) {
        throw new MigrateError('RUN_NOT_FOUND', {
          message: 'This run has no state file yet.',
          subject: runId,
          scope: 'run',
        })
      }
      reveal(path)
      return null
    },
  }
}
