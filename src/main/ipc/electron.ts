import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { z } from 'zod'
import { callChannel, eventChannel, type IpcEvent, type IpcEvents, type IpcReply } from '../../shared/ipc.ts'
import { errorData, MigrateError } from '../engine/errors.ts'
import type { Command } from './command.ts'

/** Decides whether a frame may call us. */
export type TrustSender = (frame: { url: string; isMainFrame: boolean }) => boolean

const nameSchema = z.string().max(100)

/** The only module that touches ipcMain. Every sender is checked and every argument parsed before a command runs. */
export function answerCalls(
  commands: Record<string, Pick<Command<never, unknown>, 'call'>>,
  trusts: TrustSender,
): void {
  const byName = new Map(Object.entries(commands))
  ipcMain.handle(callChannel, async (event, name: unknown, ...args: unknown[]): Promise<IpcReply<unknown>> => {
    try {
      assertTrusted(event, trusts)
      const command = byName.get(nameSchema.parse(name))
      if (!command) throw new MigrateError('INTERNAL', { message: 'There is no such command.', scope: 'run' })
      return { ok: true, value: await command.call(args) }
    } catch (error) {
      return { ok: false, error: errorData(error) }
    }
  })
}

/** Sends an event to the window, unless it is gone. */
export function sendEvent<E extends IpcEvent>(contents: WebContents, event: E, payload: IpcEvents[E]): void {
  if (!contents.isDestroyed()) contents.send(eventChannel, event, payload)
}

function assertTrusted(event: IpcMainInvokeEvent, trusts: TrustSender): void {
  const frame = event.senderFrame
  if (frame && trusts({ url: frame.url, isMainFrame: frame === event.sender.mainFrame })) return
  throw new MigrateError('INTERNAL', { message: 'The call came from a page that is not ours.', scope: 'run' })
}
