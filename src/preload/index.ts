import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { ipcChannels, type IpcEvent, type IpcEvents, type ReadurApi } from '../shared/ipc.ts'

/** The page hears the payload alone, and never sees an event's sender. */
const subscription =
  <E extends IpcEvent>(event: E) =>
  (listener: (payload: IpcEvents[E]) => void) => {
    const forward = (_event: unknown, payload: IpcEvents[E]) => listener(payload)
    ipcRenderer.on(event, forward)
    return () => {
      ipcRenderer.off(event, forward)
    }
  }

/**
 * Builds `window.readur` (its type is ReadurApi) from the names of the contract. The page can name no channel of its
 * own, and never sees ipcRenderer.
 */
const calls: Record<string, Record<string, unknown>> = {}
for (const channel of ipcChannels) {
  const [topic = '', name = ''] = channel.split('.')
  calls[topic] = { ...calls[topic], [name]: (...args: unknown[]) => ipcRenderer.invoke(channel, ...args) }
}

const events: ReadurApi['events'] = {
  onRunSnapshot: subscription('run.snapshot'),
  onConnectionTested: subscription('connection.tested'),
  onDoctorChanged: subscription('doctor.changed'),
  onBackupChanged: subscription('backup.changed'),
  onQuestionsChanged: subscription('questions.changed'),
  onMenuChosen: subscription('menu.chosen'),
}

const dropped: ReadurApi['dropped'] = { pathOf: (file) => webUtils.getPathForFile(file) }

contextBridge.exposeInMainWorld('readur', { ...calls, dropped, events })
