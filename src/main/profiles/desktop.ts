import ElectronStore from 'electron-store'
import { profilesFile, ProfileStore } from './profileStore.ts'

/** The profiles, in the desktop application. */
export function openProfiles(dataDir: string): ProfileStore {
  return new ProfileStore(new ElectronStore({ cwd: dataDir, name: profilesFile, configFileMode: 0o600 }))
}
