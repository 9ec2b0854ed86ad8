import { safeStorage } from 'electron'
import ElectronStore from 'electron-store'
import { profilesFile, ProfileStore } from './profileStore.ts'
import type { Cipher } from './secretStore.ts'

/** The profiles, in the desktop application. */
export function openProfiles(dataDir: string): ProfileStore {
  const options = { cwd: dataDir, name: profilesFile, configFileMode: 0o600 }
  return new ProfileStore(dataDir, () => new ElectronStore(options))
}

/** Linux's `basic_text` is no encryption: its key stands in Chromium's source. */
const unsafe = new Set(['basic_text', 'unknown'])

const backend = (): string =>
  process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform

/* eslint-disable @typescript-eslint/no-deprecated -- their successors are newer than the older Electron that we run on */

/** The platform's keychain. May be used once the app is ready. */
export const keychain: Cipher = {
  get name() {
    return backend()
  },
  get isSafe() {
    return safeStorage.isEncryptionAvailable() && !unsafe.has(backend())
  },
  encrypt: (text) => safeStorage.encryptString(text).toString('base64'),
  decrypt: (text) => safeStorage.decryptString(Buffer.from(text, 'base64')),
}
