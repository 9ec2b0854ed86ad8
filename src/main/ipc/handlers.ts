import { createBackupHandlers, type BackupHandlerDeps } from './backupHandlers.ts'
import { createDoctorHandlers, type DoctorHandlerDeps } from './doctorHandlers.ts'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { createProfileHandlers, type ProfileHandlerDeps } from './profileHandlers.ts'
import { createProgramHandlers, type ProgramHandlerDeps } from './programHandlers.ts'
import { createReadurHandlers, type ReadurHandlerDeps } from './readurHandlers.ts'
import { createRecordHandlers, type RecordHandlerDeps } from './recordHandlers.ts'
import type { Reads } from '../runs/reading/reads.ts'
import { createRunHandlers, type RunHandlerDeps } from './runHandlers.ts'
import { createSupportHandlers, type SupportHandlerDeps } from './supportHandlers.ts'

export type Handlers = {
  [C in IpcChannel]: (...args: IpcCalls[C]['args']) => IpcCalls[C]['result'] | Promise<IpcCalls[C]['result']>
}

export interface HandlerDeps
  extends
    RunHandlerDeps,
    ReadurHandlerDeps,
    ProfileHandlerDeps,
    RecordHandlerDeps,
    ProgramHandlerDeps,
    DoctorHandlerDeps,
    BackupHandlerDeps,
    SupportHandlerDeps {
  /** Reads the records of runs; out of the way, where they are large. */
  reads: Reads
}

/** What each call of the window does. Arguments were parsed before they get here. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    ...createBackupHandlers(deps),
    ...createSupportHandlers(deps),
    ...createDoctorHandlers(deps),
    ...createProgramHandlers(deps),
    ...createProfileHandlers(deps),
    ...createReadurHandlers(deps),
    ...createRunHandlers(deps),
    ...createRecordHandlers(deps),
    ...deps.reads,
  }
}
