import { tmpdir } from 'node:os'
import { Checkup } from '../../../../src/main/engine/doctor/checkup.ts'
import { checkSite, plannedSite, type DoctorSite } from '../../../../src/main/engine/doctor/checkSite.ts'
import type { CheckupDepth, Diagnostic, DiagnosticCode } from '../../../../src/shared/diagnostic.ts'
import { MemoryDatabase } from '../../../fakes/memoryDatabase.ts'
import { memoryProbes, type MemoryProbes } from '../../../fakes/memoryProbes.ts'
import { MemoryUploads } from '../../../fakes/memoryUploads.ts'

export interface DoctorWorld extends MemoryProbes {
  database: MemoryDatabase
  uploads: MemoryUploads
  site: DoctorSite
}

/** A Readur that is well, in memory; a test plants what is amiss. */
export function doctorWorld(changes: Partial<DoctorSite> = {}): DoctorWorld {
  const probes = memoryProbes()
  const database = new MemoryDatabase({ version: 'PostgreSQL 16.4 on x86_64' })
  const uploads = new MemoryUploads()
  const site: DoctorSite = {
    site: { database, uploads, objects: probes.bucket, prefixes: [{ stored: '/app/uploads', folder: '' }] },
    probes,
    readur: null,
    databaseName: 'db:5432/readur',
    timeoutMs: 60_000,
    readurState: () => Promise.resolve({ at: 'bucket', source: 'the test' }),
    folder: { isInContainer: false, maps: [] },
    about: { version: null, remarks: [] },
    isOurs: () => false,
    ours: { data: tmpdir(), temporary: tmpdir(), secrets: [] },
    clock: Date,
    ...changes,
  }
  return { ...probes, database, uploads, site }
}

/** Goes through all checks but the measurement of speed. */
export async function examine({ site }: Pick<DoctorWorld, 'site'>, depth: CheckupDepth = 'full') {
  const planned = plannedSite(site, { depth }).filter(({ code }) => code !== 'bucket.speed')
  const checkup = new Checkup(planned, { onChange: () => undefined, signal: new AbortController().signal })
  await checkSite(site, checkup, () => Promise.resolve(true))
  const of = (code: DiagnosticCode): Diagnostic => {
    const found = checkup.all.find((it) => it.code === code)
    if (!found) throw new Error(`There is no ${code}.`)
    return found
  }
  return { checkup, of, outcome: checkup.outcome }
}
