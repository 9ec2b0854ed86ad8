import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openDataDir } from '../dataDir.ts'
import { findStateFiles } from '../engine/import/findStateFiles.ts'
import { snapshotSql } from '../engine/journal/snapshot.ts'
import { damageText } from '../engine/journal/damage.ts'
import { exportStateFile, exportStateFileTo } from '../engine/journal/stateFile.ts'
import { describeRun, reportOf } from '../engine/journal/summary.ts'
import type { Variables } from '../profiles/settings.ts'
import { RunFolder } from '../runs/runFolder.ts'
import type { Output } from './output.ts'
import { reportText, summaryLine } from './text.ts'

const listedRuns = 50

/** `runs list`, `runs show`, `runs export`: the record of past runs. */
export function addRunsCommands(program: Command, variables: Variables, output: Output): void {
  const folder = (): RunFolder => new RunFolder(openDataDir(variables).runs)
  const states = (): string => openDataDir(variables).states
  const runs = program.command('runs').description('the run history on this computer')

  const list = runs
    .command('list')
    .description('list the latest runs, newest first')
    .option('--json', 'print as JSON', false)
  list.action(() => {
    const found = folder().list(0, listedRuns).runs
    if (list.opts().json === true) output.printJson(found)
    else output.print(found.length > 0 ? found.map(summaryLine) : 'There are no runs yet.')
  })

  const show = runs.command('show <run>').description('show what a run did').option('--json', 'print as JSON', false)
  show.action((id: string) => {
    const runs = folder()
    runs.with(id === 'latest' ? (runs.ids()[0] ?? '') : id, (store) => {
      const details = describeRun(store, runs.isAlive)
      const report = reportOf(store, runs.isAlive)
      if (show.opts().json === true) output.printJson({ ...details, ...report })
      else output.print(reportText(report))
    })
  })

  runs
    .command('paths <run>')
    .description('print SQL that restores the original paths; changes nothing itself')
    .action(async (id: string) => {
      const store = await folder().openProven(id)
      try {
        for (const line of snapshotSql(store)) output.printWhole(line.trimEnd())
      } finally {
        store.close()
      }
    })

  runs
    .command('find [folder...]')
    .description('look for state files in the usual places and the given folders')
    .action(async (named: string[]) => {
      const found = await findStateFiles([...named, states(), process.cwd(), tmpdir()])
      const lines = found.map(({ path, size, modifiedAt }) => `${new Date(modifiedAt).toISOString()}  ${size}  ${path}`)
      output.print(lines.length > 0 ? lines : 'No state files found.')
    })

  const exported = runs
    .command('export <run>')
    .description('save a run as a state file in the format of migrate_to_s3, and print its path')
    .option('--output <file>', 'write to this file instead of the data folder')
  exported.action(async (id: string) => {
    const store = await folder().openProven(id, 'write')
    const file: unknown = exported.opts().output
    try {
      const damage = damageText(store)
      if (damage !== null) output.note(`warning: ${damage}`)
      const path = typeof file === 'string' ? exportStateFileTo(store, resolve(file)) : exportStateFile(store, states())
      output.print(await path)
    } finally {
      store.close()
    }
  })
}
