import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { callChannel, eventChannel, type Bridge } from '../shared/ipc.ts'

/** The page sees neither ipcRenderer nor an event's sender, and can name no channel of Electron. */
const bridge: Bridge = {
  invoke: (command, ...args) => ipcRenderer.invoke(callChannel, command, ...args),
  on(event, listener) {
    const forward = (_event: unknown, name: unknown, payload: Parameters<typeof listener>[0]) => {
      if (name === event) listener(payload)
    }
    ipcRenderer.on(eventChannel, forward)
    return () => {
      ipcRenderer.off(eventChannel, forward)
    }
  },
  pathOf: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('readur', bridge)
