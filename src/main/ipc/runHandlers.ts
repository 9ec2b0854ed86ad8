import type { IpcChannel } from '../../shared/ipc.ts'
import { MigrateError } from '../engine/errors.ts'
import { exportStateFile } from '../engine/journal/stateFile.ts'
import type { ProfileStore } from '../profiles/profileStore.ts'
import { savePaths } from '../runs/pathsFile.ts'
import type { ReadChannel } from '../runs/reading/reads.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import type { RunManager } from '../runs/runManager.ts'
import type { Handlers } from './handlers.ts'

export interface RunHandlerDeps {
  profiles: Pick<ProfileStore, 'find'>
  runs: RunFolder
  manager: RunManager
  /** Folder for exported state files. */
  states: string
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
  /** Asks the user which file to read; null when none. */
  chooseStateFile: () => Promise<string | null>
  /** Asks the user where to write a file of this name; null when nowhere. */
  choosePathsFile: (name: string) => Promise<string | null>
}

type RunHandlers = Pick<Handlers, Exclude<Extract<IpcChannel, `runs.${string}`>, ReadChannel>>

/** What the calls about runs do, those apart that only read. */
export function createRunHandlers(deps: RunHandlerDeps): RunHandlers {
  const { profiles, runs, manager, states, reveal, chooseStateFile, choosePathsFile } = deps
  return {
    'runs.plan': async (profileId, options) => ({ runId: await manager.plan(profiles.find(profileId), options) }),
    'runs.audit': async (profileId, level) => ({ runId: await manager.audit(profiles.find(profileId), level) }),
    'runs.prepareRepairs': async (auditId, repairs) => ({ runId: await manager.prepareRepairs(auditId, repairs) }),
    'runs.retryFailed': async (runId, code) => ({ runId: await manager.retryFailed(runId, code) }),
    'runs.prepareUndo': async (runId, selection, options) => ({
      runId: await manager.prepareUndo(runId, selection, options),
    }),
    'runs.prepareFree': async (runId, mode, anyway) => ({ runId: await manager.prepareFree(runId, { mode, anyway }) }),
    'runs.import': async (profileId, path) => ({ runId: await manager.import(profiles.find(profileId), path) }),
    'runs.start': async (runId, options) => {
      await manager.start(runId, options)
      return null
    },
    'runs.resume': async (runId) => {
      await manager.resume(runId)
      return null
    },
    'runs.cutover': async (runId) => {
      await manager.cutover(runId)
      return null
    },
    'runs.check': async (runId, options) => {
      await manager.check(runId, options)
      return null
    },
    'runs.validate': async (runId, options) => {
      await manager.validate(runId, options)
      return null
    },
    'runs.repair': async (runId, repairs) => {
      await manager.repair(runId, repairs)
      return null
    },
    'runs.findings': (runId) => manager.findings(runId),
    'runs.stop': (runId, how) => {
      manager.stop(runId, how)
      return null
    },
    'runs.pause': (runId) => {
      manager.pause(runId)
      return null
    },
    'runs.continue': (runId) => {
      manager.continue(runId)
      return null
    },
    'runs.adjust': (runId, pace) => {
      manager.adjust(runId, pace)
      return null
    },
    'runs.current': () => manager.current(),
    'runs.export': async (runId) => {
      const store = await runs.openProven(runId, 'write')
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
    'runs.chooseStateFile': async () => {
      const path = await chooseStateFile()
      return path === null ? null : { path }
    },
    'runs.savePaths': async (runId) => {
      const store = await runs.openProven(runId)
      try {
        const path = await choosePathsFile(`paths_before_${runId}.sql`)
        if (path === null) return null
        await savePaths(store, path)
        return { path }
      } finally {
        store.close()
      }
    },
  }
}
