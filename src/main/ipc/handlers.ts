import type { AppInfo, IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { createDoctorHandlers, type DoctorHandlerDeps } from './doctorHandlers.ts'
import { createProfileHandlers, type ProfileHandlerDeps } from './profileHandlers.ts'
import { createRunHandlers, type RunHandlerDeps } from './runHandlers.ts'

export type Handlers = {
  [C in IpcChannel]: (...args: IpcCalls[C]['args']) => IpcCalls[C]['result'] | Promise<IpcCalls[C]['result']>
}

export interface HandlerDeps extends RunHandlerDeps, ProfileHandlerDeps, DoctorHandlerDeps {
  info: AppInfo
}

/** What each call of the window does. Arguments were parsed before they get here. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    'app.info': () => deps.info,
    ...createDoctorHandlers(deps),
    ...createProfileHandlers(deps),
    ...createRunHandlers(deps),
  }
}
