import { MigrateError } from '../errors.ts'
import type { DatabaseFacts, ReadurDatabase } from '../ports.ts'
import { assertReadur } from '../preflight.ts'
import { lateError, type Checkup, type Late } from './checkup.ts'
import { orLater } from './later.ts'
import { ok } from './verdict.ts'

export interface DatabaseDeps {
  database: Pick<ReadurDatabase, 'facts'>
  subject: string
}

/** Errors of a database that has let us in, and is not what we need. */
const later = new Set<MigrateError['code']>(['DB_NOT_READUR', 'DB_PRIVILEGE', 'DB_TIMEOUT'])

/** Whether the database is Readur's and can be worked with. */
export async function checkDatabase(checkup: Checkup, { database, subject }: DatabaseDeps): Promise<void> {
  const late: Late = (seconds) => lateError('DB_UNREACHABLE', subject, seconds)
  const connected = await checkup.run(
    'database.connect',
    async (signal) => {
      const facts = await orLater(database.facts(signal), later)
      // “PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by …”
      const version = facts instanceof MigrateError ? null : facts.version.split(' ').slice(0, 2).join(' ')
      return ok(facts, version ?? 'We are let in.')
    },
    { late },
  )
  if (!connected) {
    checkup.skip('database')
    return
  }
  const facts = connected.value
  await checkup.run('database.tables', () => {
    if (facts instanceof MigrateError) return Promise.reject(facts)
    assertReadur({ ...facts, notUpdatable: [] })
    return Promise.resolve(ok(null, 'As Readur has them.'))
  })
  if (facts instanceof MigrateError || facts.missing.length > 0) {
    checkup.skip('database')
    return
  }
  await checkup.run('database.privileges', () => privileges(facts))
}

function privileges(facts: DatabaseFacts) {
  assertReadur(facts)
  return Promise.resolve(ok(null, 'The paths may be changed.'))
}
