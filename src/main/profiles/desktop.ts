import ElectronStore from 'electron-store'
import { profilesFile, ProfileStore } from './profileStore.ts'

/** The profiles, in the desktop application. */
export function openProfiles(dataDir: string): ProfileStore {
  const options = { cwd: dataDir, name: profilesFile, configFileMode: 0o600 }
  return new ProfileStore(dataDir, () => new ElectronStore(options))
}
