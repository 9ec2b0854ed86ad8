import type { SettingRemark } from '../../../shared/readurStorage.ts'
import { isCurrentReadur, missingBefore292 } from '../../../shared/readurVersion.ts'
import type { Checkup } from './checkup.ts'
import { note, ok, warning, type CheckResult } from './checkResult.ts'

/** What is known of Readur without asking it. */
export interface ReadurAbout {
  /** Its version, or the tag of its image; null where nobody said. */
  version: string | null
  /** Where it reads its variables in another way than they seem to be meant. */
  remarks: readonly SettingRemark[]
}

/** What Readur will do with its settings. Nothing is reached for it. */
export async function checkReadurSettings(checkup: Checkup, { remarks }: ReadurAbout): Promise<void> {
  await checkup.run('readur.settings', () => Promise.resolve(settings(remarks)))
}

/** What its version cannot do. */
export async function checkReadurVersion(checkup: Checkup, version: string | null): Promise<void> {
  await checkup.run('readur.version', () => Promise.resolve(versionVerdict(version)))
}

function settings(remarks: readonly SettingRemark[]): CheckResult<null> {
  const sorted = [...remarks].sort((a, b) => Number(b.weight === 'warning') - Number(a.weight === 'warning'))
  const [first, ...more] = sorted
  if (first === undefined) return ok(null, 'Readur reads these settings as intended')
  const evidence = more.map(({ message, remedy }) => `${message} ${remedy}`)
  return (first.weight === 'warning' ? warning : note)(null, first.message, { evidence, words: first.remedy })
}

function versionVerdict(version: string | null): CheckResult<null> {
  const isCurrent = version === null ? null : isCurrentReadur(version)
  if (version !== null && isCurrent === true) return ok(null, `${version}.`)
  if (version !== null && isCurrent === false) {
    return warning(null, `${version}, which is before 2.9.2.`, {
      words: `${missingBefore292} Update Readur before its documents are switched to S3.`,
    })
  }
  return note(null, `The tag “${version ?? ''}” does not say which version it is.`, {
    words: `${missingBefore292} Look up which version runs, and update it if it is older.`,
  })
}
