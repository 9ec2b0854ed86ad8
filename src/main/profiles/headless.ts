import Conf from 'conf'
import { profilesFile, ProfileStore } from './profileStore.ts'

/** The profiles, without Electron: electron-store is conf with a default folder, and the file is the same. */
export function openProfiles(dataDir: string): ProfileStore {
  const options = { cwd: dataDir, configName: profilesFile, configFileMode: 0o600, projectName: 'readur-migrate' }
  return new ProfileStore(dataDir, () => new Conf(options))
}
