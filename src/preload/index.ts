import { contextBridge, ipcRenderer } from 'electron'
import { ipcChannels, ipcEvents } from '../shared/ipc.ts'

/**
 * Builds `window.readur` (its type is ReadurApi) from the names of the contract: one function a call, one subscription
 * an event. The page can name no channel of its own, and never sees ipcRenderer or an event's sender.
 */
const api: Record<string, Record<string, unknown>> = { events: {} }

for (const channel of ipcChannels) {
  const [topic = '', name = ''] = channel.split('.')
  api[topic] = { ...api[topic], [name]: (...args: unknown[]) => ipcRenderer.invoke(channel, ...args) }
}

for (const channel of ipcEvents) {
  const name = channel.replace(/(?:^|\.)(\w)/g, (_match, first: string) => first.toUpperCase())
  api.events = {
    ...api.events,
    [`on${name}`]: (listener: (payload: unknown) => void) => {
      const forward = (_event: unknown, payload: unknown) => listener(payload)
      ipcRenderer.on(channel, forward)
      return () => {
        ipcRenderer.off(channel, forward)
      }
    },
  }
}

contextBridge.exposeInMainWorld('readur', api)
