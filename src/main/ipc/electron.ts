import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { z } from 'zod'
import {
  ipcChannels,
  type IpcCalls,
  type IpcChannel,
  type IpcEvent,
  type IpcEvents,
  type IpcReply,
} from '../../shared/ipc.ts'
import { errorData, MigrateError } from '../engine/errors.ts'
import type { Handlers } from './handlers.ts'
import { argumentSchemas } from './arguments.ts'

/** Decides whether a frame may call us. */
export type TrustSender = (frame: { url: string; isMainFrame: boolean }) => boolean

/** The only module that touches ipcMain. Every sender is checked and every argument parsed before a handler runs. */
export function registerHandlers(handlers: Handlers, trusts: TrustSender): void {
  for (const channel of ipcChannels) {
    ipcMain.handle(channel, async (event, ...args: unknown[]) => {
      try {
        assertTrusted(event, trusts)
        return await call(handlers, channel, args)
      } catch (error) {
        return { ok: false, error: errorData(error) }
      }
    })
  }
}

async function call<C extends IpcChannel>(
  handlers: Handlers,
  channel: C,
  args: unknown[],
): Promise<IpcReply<IpcCalls[C]['result']>> {
  return { ok: true, value: await handlers[channel](...parseArguments(channel, args)) }
}

/** Sends an event to the window, unless it is gone. */
export function sendEvent<E extends IpcEvent>(contents: WebContents, event: E, payload: IpcEvents[E]): void {
  if (!contents.isDestroyed()) contents.send(event, payload)
}

function assertTrusted(event: IpcMainInvokeEvent, trusts: TrustSender): void {
  const frame = event.senderFrame
  if (frame && trusts({ url: frame.url, isMainFrame: frame === event.sender.mainFrame })) return
  throw new MigrateError('INTERNAL', { message: 'The call came from a page that is not ours.', scope: 'run' })
}

function parseArguments<C extends IpcChannel>(channel: C, args: unknown[]): IpcCalls[C]['args'] {
  const schema: z.ZodType<IpcCalls[C]['args']> = argumentSchemas[channel]
  const parsed = schema.safeParse(args)
  if (parsed.success) return parsed.data
  throw new MigrateError('INTERNAL', {
    message: `“${channel}” was called with arguments that it does not take: ${z.prettifyError(parsed.error)}`,
    scope: 'run',
  })
}
