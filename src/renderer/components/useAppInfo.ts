import type { AppInfo } from '../../shared/ipc.ts'
import { useRead } from '../stores/useRead.ts'

/** What this program is; null until that is known. */
export const useAppInfo = (): AppInfo | null => useRead('app', (api) => api.app.info()).value
