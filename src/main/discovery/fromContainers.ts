import type { Container } from './container.ts'
import { findDatabase } from './database.ts'
import type { Discovered } from './discovered.ts'
import { Findings } from './findings.ts'
import { printable } from './printable.ts'
import { readurScore } from './recognise.ts'
import { findStorage } from './storage.ts'
import { networkOf, storingOf } from './storing.ts'
import { findUploads } from './uploads.ts'
import { findVersion } from './version.ts'
import { findWebAddress } from './webAddress.ts'

/** More on one server are not Readur, but made to look like it. */
const mostReadurs = 10

/**
 * The settings of each Readur among some containers, the likeliest first. `notes` go to each of them.
 */
export function discoverAmong(
  all: readonly Container[],
  where: string,
  notes: readonly (readonly [message: string, remedy: string | null])[] = [],
): Discovered[] {
  return all
    .map((container) => ({ container, score: readurScore(container) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || Number(b.container.running) - Number(a.container.running))
    .slice(0, mostReadurs)
    .map(({ container }) => settingsOf(container, all, where, notes))
}

function settingsOf(
  readur: Container,
  all: readonly Container[],
  where: string,
  notes: readonly (readonly [string, string | null])[],
): Discovered {
  const findings = new Findings()
  for (const note of notes) findings.note(...note)
  const database = findDatabase(readur, all, findings)
  const uploads = findUploads(readur, findings)
  findVersion(readur, findings)
  findStorage(readur, all, findings)
  findWebAddress(readur, findings)
  return findings.conclude({
    source: `${readur.name} in ${where}`,
    database,
    uploads,
    storing: storingOf(readur, all),
    network: networkOf(readur, all),
    name: printable(readur.name),
    isRunning: readur.running,
  })
}
