import type { Command } from 'commander'
import { openDataDir } from '../dataDir.ts'
import { exportStateFile } from '../engine/journal/stateFile.ts'
import { describeRun } from '../engine/journal/summary.ts'
import { reportOf } from '../engine/migrate.ts'
import type { Variables } from '../profiles/settings.ts'
import { isAlive, RunFolder } from '../runs/runFolder.ts'
import type { Output } from './output.ts'
import { reportText, summaryLine } from './text.ts'

const listedRuns = 50

/** `runs list`, `runs show`, `runs export`: the record of past runs. */
export function addRunsCommands(program: Command, variables: Variables, output: Output): void {
  const folder = (): RunFolder => new RunFolder(openDataDir(variables).runs)
  const runs = program.command('runs').description('runs of the past on this computer')

  const list = runs.command('list').description('the latest runs, newest first').option('--json', 'as JSON', false)
  list.action(() => {
    const found = folder().list(0, listedRuns).runs
    if (list.opts().json === true) output.out(JSON.stringify(found))
    else output.out(found.length > 0 ? found.map(summaryLine).join('\n') : 'There are no runs yet.')
  })

  const show = runs.command('show <run>').description('what one run did').option('--json', 'as JSON', false)
  show.action((id: string) => {
    folder().with(id, (store) => {
      const { status, ...details } = describeRun(store, isAlive)
      const report = { ...reportOf(store), status }
      output.out(show.opts().json === true ? JSON.stringify({ ...details, ...report }) : reportText(report))
    })
  })

  runs
    .command('export <run>')
    .description("write the run as a state file in the reference tool's shape; prints its path")
    .action(async (id: string) => {
      const store = folder().open(id, 'write')
      try {
        output.out(await exportStateFile(store, openDataDir(variables).states))
      } finally {
        store.close()
      }
    })
}
