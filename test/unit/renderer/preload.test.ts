import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ipcChannels } from '../../../src/shared/ipc.ts'

type Listener = (event: unknown, payload: unknown) => void

type Exposed = Record<string, Record<string, (...args: unknown[]) => unknown>>

interface FakeElectron {
  exposed: Record<string, Exposed>
  invoked: unknown[][]
  listeners: Map<string, Listener[]>
}

const electron = vi.hoisted((): FakeElectron => ({ exposed: {}, invoked: [], listeners: new Map() }))

vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, api: Exposed) => {
      electron.exposed[name] = api
    },
  },
  webUtils: { getPathForFile: ({ name }: { name: string }) => `/dropped/${name}` },
  ipcRenderer: {
    invoke: (...args: unknown[]) => {
      electron.invoked.push(args)
      return Promise.resolve({ ok: true, value: null })
    },
    on: (channel: string, listener: Listener) => {
      electron.listeners.set(channel, [...(electron.listeners.get(channel) ?? []), listener])
    },
    off: (channel: string, listener: Listener) => {
      electron.listeners.set(
        channel,
        (electron.listeners.get(channel) ?? []).filter((other) => other !== listener),
      )
    },
  },
}))

describe('preload script', () => {
  beforeEach(async () => {
    electron.invoked.length = 0
    await import('../../../src/preload/index.ts')
  })

  it('exposes the contract and nothing else', () => {
    expect(Object.keys(electron.exposed)).toEqual(['readur'])
    const names = Object.entries(electron.exposed.readur ?? {}).flatMap(([topic, calls]) =>
      Object.keys(calls).map((name) => `${topic}.${name}`),
    )
    const events = [
      'events.onConnectionTested',
      'events.onBackupChanged',
      'events.onDoctorChanged',
      'events.onQuestionsChanged',
      'events.onMenuChosen',
      'events.onRunSnapshot',
    ]
    expect(names.sort()).toEqual([...ipcChannels, 'dropped.pathOf', ...events].sort())
  })

  it('invokes the channel of the same name with the arguments as they are', () => {
    electron.exposed.readur?.runs?.stop?.('run-1', 'in order')
    expect(electron.invoked).toEqual([['runs.stop', 'run-1', 'in order']])
  })

  it('knows where a dropped file lies', () => {
    expect(electron.exposed.readur?.dropped?.pathOf?.({ name: 'state.json' })).toBe('/dropped/state.json')
  })

  it('hands over the payload without the event, until the subscription ends', () => {
    const heard: unknown[][] = []
    const subscribe = electron.exposed.readur?.events?.onRunSnapshot
    const end = subscribe?.((...args: unknown[]) => void heard.push(args)) as () => void
    const emit = () => electron.listeners.get('run.snapshot')?.forEach((listener) => listener({ sender: {} }, 'news'))
    emit()
    end()
    emit()
    expect(heard).toEqual([['news']])
  })
})
