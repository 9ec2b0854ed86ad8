import { posix } from 'node:path'
import type { ChannelSource, FileChannel, ChannelHost, Place } from '../../src/main/adapters/uploads/remote/channel.ts'

interface Watch {
  /** As of a server that shows no descriptors. */
  byPath: boolean
  /** Told of each call before it is made. */
  before?: (call: string) => void
}

/** The real channels, watched. */
export function watched(source: ChannelSource, { byPath, before = () => undefined }: Watch): ChannelSource {
  const pathAlone = (real: string): Place => ({
    real,
    isSure: false,
    self: real,
    at: (name) => posix.join(real, name),
    isThere: () => Promise.resolve(true),
    leave: () => undefined,
  })
  const blind: Partial<FileChannel> = {
    entered: () => null,
    enter: (real) => Promise.resolve(pathAlone(real)),
    placeOf: () => null,
  }
  const watch = (channel: FileChannel): FileChannel =>
    new Proxy(channel, {
      get: (target, key) => {
        const value: unknown = byPath && key in blind ? Reflect.get(blind, key) : Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          before(String(key))
          return Reflect.apply(value, target, args)
        }
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    })
  const hosts = new WeakMap<ChannelHost, ChannelHost>()
  return {
    closing: source.closing,
    host: async (signal) => {
      const real = await source.host(signal)
      const host = hosts.get(real) ?? {
        openChannel: async (stallMs: number) => watch(await real.openChannel(stallMs)),
      }
      hosts.set(real, host)
      return host
    },
  }
}
