import type { RunReport } from '../../shared/run.ts'
import { asMigrateError } from '../engine/errors.ts'

/** What the command line ends with. Scripts rely on it; documented in the README. */
export const exitCode = {
  done: 0,
  doneWithFailures: 1,
  usage: 2,
  notStarted: 3,
  rolledBack: 4,
  interrupted: 130,
} as const

export function exitCodeOf({ status, failed }: Pick<RunReport, 'status' | 'failed'>): number {
  switch (status) {
    case 'completed':
    case 'planned':
      return exitCode.done
    case 'copied':
      return failed > 0 ? exitCode.doneWithFailures : exitCode.done
    case 'completed with failures':
    case 'partly rolled back':
    case 'rollback incomplete':
      return exitCode.doneWithFailures
    case 'rolled back':
      return exitCode.rolledBack
    case 'interrupted':
    case 'running':
    case 'planning':
      return exitCode.interrupted
    case 'not started':
    case 'unreadable':
      return exitCode.notStarted
  }
}

const usageErrors = new Set([
  'SETTING_MISSING',
  'SETTING_INVALID',
  'SETTINGS_FILE_MISSING',
  'RUN_NOT_FOUND',
  'PROFILE_NOT_FOUND',
  'STATE_FILE_INVALID',
  'CONFIRMATION_NEEDED',
])

/** For an error before anything was started. */
export function exitCodeOfError(error: unknown): number {
  const { code } = asMigrateError(error)
  if (code === 'INTERRUPTED') return exitCode.interrupted
  return usageErrors.has(code) ? exitCode.usage : exitCode.notStarted
}
