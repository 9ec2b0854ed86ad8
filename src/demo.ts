import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { RunReport } from './shared/run.ts'
import { processOutput, type Output } from './main/cli/output.ts'
import { withSession } from './main/cli/session.ts'
import { errorText, reportText } from './main/cli/text.ts'
import { openDataDir } from './main/dataDir.ts'
import { errorData } from './main/engine/errors.ts'
import { allItems } from './main/engine/journal/items.ts'
import { readEnvFile } from './main/profiles/envFile.ts'
import { openProfiles } from './main/profiles/headless.ts'
import { readSettings } from './main/profiles/settings.ts'
import { migrate, planMigration } from './main/runs/operations.ts'
import { bucketOf } from './main/runs/readur/lookAtReadur.ts'
import { ReadurStateStore } from './main/runs/readur/readurStateStore.ts'
import { RunFolder } from './main/runs/runFolder.ts'
import { defaultMigrateOptions } from './shared/run.ts'
import { copyable } from './shared/shellWord.ts'
import { checkSandbox } from './sandbox/check.ts'
import type { ItemResult } from './sandbox/expectations.ts'
import { openSandbox, removeSandbox, resetSandbox, type Sandbox } from './sandbox/index.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const help = `npm run demo -- [options]

  --headless   migrate in the terminal (the default where there is no display)
  --serve      only run the services, for the command line; Ctrl-C ends them
  --json       with --headless: print the run's report as JSON on standard output
  --fresh      make the sandbox anew (--headless always does)
  --remove     remove the sandbox and end
  --dir DIR    where the sandbox lies (default: .sandbox in this folder)
`

const values = readArguments()

function readArguments() {
  const options = {
    headless: { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    remove: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    dir: { type: 'string', default: '.sandbox' },
  } as const
  try {
    return parseArgs({ options }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    process.exit(2)
  }
}

const output = processOutput
const log = (text: string): void => output.note(text.split('\n'))

/** The sandbox itself, and beside it the application's own data: runs, state files, profiles. */
const places = {
  world: resolve(values.dir, 'world'),
  home: process.env.READUR_MIGRATE_HOME ?? resolve(values.dir, 'home'),
}

process.exitCode = await main().catch((error: unknown) => {
  output.note(errorText(errorData(error)))
  return 1
})

async function main(): Promise<number> {
  if (values.help) {
    output.print(help.split('\n'))
    return 0
  }
  if (values.remove) {
    await removeSandbox(places.world)
    await rm(resolve(values.dir, 'home'), { recursive: true, force: true })
    log(`The sandbox in ${resolve(values.dir)} was removed.`)
    return 0
  }
  const open = values.headless || values.fresh ? resetSandbox : openSandbox
  const sandbox = await open({ dir: places.world, log })
  await confirmReadur(sandbox)
  try {
    if (values.serve) return await serve(sandbox)
    return await (values.headless ? migrateHeadless(sandbox) : openWindow(sandbox))
  } finally {
    await sandbox.stop()
  }
}

/** There is no Readur in the sandbox that could be asked whether it was restarted with its settings. */
async function confirmReadur({ envFile }: Sandbox): Promise<void> {
  const place = bucketOf(readSettings(await readEnvFile(envFile)))
  const readurs = new ReadurStateStore(openDataDir({ READUR_MIGRATE_HOME: places.home }).root)
  for (const profileId of ['sandbox', 'environment']) readurs.confirm(profileId, place, true)
}

/** Migrates the sandbox and compares the outcome, from outside, with what was planted. 0 only if it is exactly that. */
async function migrateHeadless(sandbox: Sandbox): Promise<number> {
  const variables = { READUR_MIGRATE_HOME: places.home }
  const withoutQuestions: Output = { ...output, ask: undefined, askText: undefined }
  const site = { envFile: sandbox.envFile, json: values.json }
  const report = await withSession(site, variables, withoutQuestions, async ({ work }) => {
    const store = await planMigration(work, {})
    return migrate(work, store, defaultMigrateOptions).finally(() => {
      store.close()
    })
  })
  const { ok, checked, differences } = await checkSandbox({ ...sandbox, results: resultsOf(report) })
  if (values.json) output.printJson(report)
  else output.print(reportText(report))
  log(
    ok
      ? `Checked from outside: ${checked} rows, files, objects and outcomes are exactly as they should be.`
      : `Not as planted:\n${differences.map((line) => `  ${line}`).join('\n')}`,
  )
  return ok && report.status === 'completed with failures' ? 0 : 1
}

/** Every item with its outcome, from the run's own record. */
function resultsOf(report: RunReport): ItemResult[] {
  return new RunFolder(openDataDir({ READUR_MIGRATE_HOME: places.home }).runs).with(report.runId, (store) =>
    Array.from(allItems(store), ({ state, ...item }) => ({ ...item, outcome: state })),
  )
}

/** Keeps the services running for other programs, until it is told to end. */
async function serve({ envFile }: Sandbox): Promise<number> {
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  log(`The sandbox is running. In another terminal, in this folder:

  export READUR_MIGRATE_HOME=${copyable(places.home)}
  npm run cli -- plan --env-file ${copyable(envFile)}
  npm run cli -- migrate --env-file ${copyable(envFile)}

An installed Readur Migrate can use it too: drop ${copyable(envFile)} on its window.

Ctrl-C ends it; what was done in it is kept.`)
  await ended
  return 0
}

/** Opens the real window on the sandbox and waits until it is closed. */
async function openWindow(sandbox: Sandbox): Promise<number> {
  const electron = process.env.READUR_ELECTRON
  if (electron === undefined) throw new Error('Start the demo with: npm run demo')
  openProfiles(openDataDir({ READUR_MIGRATE_HOME: places.home }).root).save({
    id: 'sandbox',
    name: 'Sandbox',
    server: null,
    envFile: sandbox.envFile,
    variables: {},
  })
  // Chromium refuses its sandbox to root; only the demo and the tests ever switch it off, and the window says so.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  log('Opening the window. Close it to end the demo.')
  const app = spawn(electron, [...root, join(import.meta.dirname, '..')], {
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, READUR_MIGRATE_HOME: places.home },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.kill(signal))
  const [code] = (await once(app, 'exit')) as [number | null]
  return code ?? 1
}
