import { beforeEach, describe, expect, it, vi } from 'vitest'

type Listener = (event: unknown, ...args: unknown[]) => void

type Exposed = Record<string, (...args: unknown[]) => unknown>

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

  it('exposes three functions and nothing else', () => {
    expect(Object.keys(electron.exposed)).toEqual(['readur'])
    expect(Object.keys(electron.exposed.readur ?? {}).sort()).toEqual(['invoke', 'on', 'pathOf'])
  })

  it('invokes a command with the arguments as they are, on the one channel for commands', () => {
    electron.exposed.readur?.invoke?.('runs.stop', 'run-1', 'in order')
    expect(electron.invoked).toEqual([['command', 'runs.stop', 'run-1', 'in order']])
  })

  it('knows where a dropped file lies', () => {
    expect(electron.exposed.readur?.pathOf?.({ name: 'state.json' })).toBe('/dropped/state.json')
  })

  it('hands over the payload of that event alone, without Electron’s event, until the subscription ends', () => {
    const heard: unknown[][] = []
    const end = electron.exposed.readur?.on?.('run.snapshot', (...args: unknown[]) => void heard.push(args))
    const emit = (...args: unknown[]) =>
      electron.listeners.get('event')?.forEach((listener) => listener({ sender: {} }, ...args))
    emit('run.snapshot', 'news')
    emit('doctor.changed', 'other news')
    ;(end as () => void)()
    emit('run.snapshot', 'late news')
    expect(heard).toEqual([['news']])
  })
})
