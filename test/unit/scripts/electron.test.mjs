import { describe, expect, it, vi } from 'vitest'
import { substituteDist } from '../../../scripts/electronSubstitute.mjs'
import { electronBinary, officialDist, resolveElectron } from '../../../scripts/electron.mjs'

vi.spyOn(globalThis.console, 'error').mockImplementation(() => undefined)

/** A machine with Electron in the given folders, where GitHub cannot be reached unless told otherwise. */
function host({ has = [], ...other } = {}) {
  const there = new Set(has)
  return {
    env: {},
    platform: 'linux',
    arch: 'x64',
    has: (dist) => there.has(dist),
    download: vi.fn(() => 'fetch failed'),
    unpackSubstitute: vi.fn(() => Promise.resolve()),
    there,
    ...other,
  }
}

describe('the Electron to run', () => {
  it('is the one that ELECTRON_OVERRIDE_DIST_PATH names, before all others', async () => {
    const machine = host({ has: ['/mine', officialDist], env: { ELECTRON_OVERRIDE_DIST_PATH: '/mine' } })
    expect(await resolveElectron(machine)).toBe('/mine')
  })

  it('is never another than ELECTRON_OVERRIDE_DIST_PATH names, even where that holds none', async () => {
    const machine = host({ has: [officialDist], env: { ELECTRON_OVERRIDE_DIST_PATH: '/empty' } })
    await expect(resolveElectron(machine)).rejects.toThrow('/empty')
  })

  it("is the electron package's own before the substitute", async () => {
    const machine = host({ has: [officialDist, substituteDist] })
    expect(await resolveElectron(machine)).toBe(officialDist)
    expect(machine.download).not.toHaveBeenCalled()
  })

  it('is the substitute, without another attempt at GitHub, once unpacked', async () => {
    const machine = host({ has: [substituteDist] })
    expect(await resolveElectron(machine)).toBe(substituteDist)
    expect(machine.download).not.toHaveBeenCalled()
  })

  it('is fetched from GitHub where there is none', async () => {
    const machine = host()
    machine.download.mockImplementation(() => {
      machine.there.add(officialDist)
      return undefined
    })
    expect(await resolveElectron(machine)).toBe(officialDist)
    expect(machine.unpackSubstitute).not.toHaveBeenCalled()
  })

  it('is the substitute where GitHub cannot be reached', async () => {
    const machine = host()
    expect(await resolveElectron(machine)).toBe(substituteDist)
    expect(machine.unpackSubstitute).toHaveBeenCalledOnce()
  })

  it.each([
    { platform: 'linux', arch: 'arm64' },
    { platform: 'darwin', arch: 'x64' },
  ])('cannot be had without GitHub on $platform $arch: the message names the command', async (machine) => {
    await expect(resolveElectron(host(machine))).rejects.toThrow('run: npx install-electron')
  })
})

it('has its binary where each platform keeps it', () => {
  expect(electronBinary('/d', 'linux')).toBe('/d/electron')
  expect(electronBinary('/d', 'darwin')).toBe('/d/Electron.app/Contents/MacOS/Electron')
  expect(electronBinary('/d', 'win32')).toBe('/d/electron.exe')
})
