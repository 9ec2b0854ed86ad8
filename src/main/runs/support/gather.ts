import type { Diagnostic } from '../../../shared/diagnostic.ts'
import type { BundleOptions } from '../../../shared/support.ts'
import { asMigrateError } from '../../engine/errors.ts'
import { readEnvFile } from '../../profiles/envFile.ts'
import type { Variables } from '../../profiles/settings.ts'
import type { BackupStore } from '../backup/backupStore.ts'
import { checkConnection } from '../checks/checkConnection.ts'
import type { OpenedWorkplace } from '../workplace.ts'
import { bundleFiles, containerLog, serverVersions, type BundleFile } from './bundle.ts'

interface GatherRequest extends BundleOptions {
  work: OpenedWorkplace
  backupStore: BackupStore
  /** As it was typed. */
  command: readonly string[]
  variables: Variables
}

/**
 * Gathers a support bundle, however much can be found out: it is wanted most where something is broken. Changes nothing
 * and writes nothing. Throws RUN_NOT_FOUND, and INTERRUPTED when the work is stopped.
 */
export async function gatherBundle(request: GatherRequest): Promise<BundleFile[]> {
  const { work, backupStore, command, variables, runId } = request
  const { stop, clock, site } = work.context
  const signal = stop.inOrder
  const run = runId === null ? null : work.runs.open(runId)
  try {
    // One after the other: the first may have to ask how a server is to be logged in to.
    const diagnostics = await diagnose(work)
    const logs = await logsOf(request)
    const programs = await serverVersions(work.commands, signal)
    const facts = await site.database.facts(signal).catch(() => null)
    signal.throwIfAborted()
    return await bundleFiles({
      command,
      settings: work.settings,
      variables,
      diagnostics,
      run,
      logs,
      versions: { ...programs, ...(facts && { postgresql: facts.version }) },
      backupAt: (facts && backupStore.of(facts.identity)[0]?.at) ?? null,
      now: clock.now(),
      signal,
    })
  } finally {
    run?.close()
  }
}

async function diagnose(work: OpenedWorkplace): Promise<Diagnostic[]> {
  const { progress, stop } = work.context
  try {
    const { diagnostics } = await checkConnection({
      settings: work.settings,
      ssh: work.ssh,
      dataFolder: work.runs.dir,
      options: { depth: 'connection' },
      onChange: () => undefined,
      signal: stop.inOrder,
    })
    return diagnostics
  } catch (cause) {
    progress.log('warning', `Not checked: ${asMigrateError(cause).message}`)
    return []
  }
}

async function logsOf({ work, readurContainer, postgresContainer }: GatherRequest): Promise<Record<string, string>> {
  const logs: Record<string, string> = {}
  for (const [name, container] of [
    ['readur', readurContainer],
    ['postgres', postgresContainer],
  ] as const) {
    if (container !== null) logs[name] = await containerLog(work.commands, container, work.context.stop.inOrder)
  }
  return logs
}

/**
 * All variables that may hold a secret: of the environment, and of the file or the profile that the settings come from.
 * A secret of either must not get out, whichever of them counts.
 */
export async function knownVariables(
  environment: Variables,
  { envFile, variables }: { envFile: string | null; variables: Variables },
): Promise<Variables> {
  const own = envFile === null ? variables : await readEnvFile(envFile)
  const others = Object.entries(environment).map(([name, value]): [string, string | undefined] => [
    name in own ? `${name} of the environment` : name,
    value,
  ])
  return { ...Object.fromEntries(others), ...own }
}
