import { containerPrograms, describingArguments, type Pod } from '../../shared/container.ts'
import type { CommandRunner } from '../engine/commands.ts'
import type { Discovered } from './discovered.ts'
import { discoverKubernetes } from './kubernetes.ts'
import { isAbsent } from './searchServer.ts'

/**
 * What a pod is made of, as its cluster says: its image, and where its folders lie. Its variables are in other objects, too,
 * so they tell nothing: `uploadPath` is where it is known to have its uploads. Null where the account may not ask. Throws
 * DISCOVERY_UNREADABLE and READUR_NOT_FOUND.
 */
export async function searchPod(
  run: CommandRunner,
  pod: Pod,
  uploadPath: string,
  signal: AbortSignal,
): Promise<Discovered | null> {
  for (const program of containerPrograms.kubernetes) {
    const result = await run([...program, ...describingArguments(pod)], signal)
    if (isAbsent(result)) continue
    if (result.code !== 0) return null
    const found = discoverKubernetes([{ name: pod.target, text: result.stdout }], uploadPath)
    const readur = found.find(({ name }) => name === pod.container) ?? found[0]
    return readur ? inContext(readur, pod.context) : null
  }
  return null
}

/** What a cluster says of a pod does not name the cluster; another one may have a pod of the same name. */
function inContext(found: Discovered, context: string | null): Discovered {
  const { uploads } = found
  if (context === null || !uploads?.container) return found
  return { ...found, uploads: { ...uploads, container: `${uploads.container}@${context}` } }
}
