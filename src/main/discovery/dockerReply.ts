import { z } from 'zod'
import { unreadable } from './refusal.ts'

/** What is read of the replies of Docker and Podman. They are large, differ by version, and hold `null` wherever something is empty. */

/** Larger replies are not of Docker: a hundred containers with their networks come to half a megabyte. */
const largestReply = 8 * 1024 ** 2
const mostItems = 2_000
/** Of one kind at one container: what is compared with each other must be few. */
const mostParts = 1_000

const text = z
  .string()
  .nullish()
  .transform((it) => it ?? '')
const listOf = <T>(part: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((it) => (it ?? []).slice(0, mostParts))
    .pipe(z.array(part))
const mapOf = <T>(part: z.ZodType<T>) =>
  z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((it) => new Map(Object.entries(it ?? {}).slice(0, mostParts)))
    .pipe(z.map(z.string(), part))

const texts = listOf(z.string())
const labels = mapOf(z.string())
const bindings = mapOf(listOf(z.object({ HostIp: text, HostPort: text })))

const mount = z.object({ Type: text, Name: text, Source: text, Destination: z.string(), Driver: text })

const network = z.object({
  IPAddress: text,
  GlobalIPv6Address: text,
  Gateway: text,
  IPv6Gateway: text,
  Aliases: texts,
  DNSNames: texts,
})

const container = z.object({
  Id: z.string(),
  Name: text,
  State: z.object({ Running: z.boolean().nullish() }).nullish(),
  Mounts: listOf(mount),
  Config: z.object({ Image: text, Env: texts, WorkingDir: text, Hostname: text, Labels: labels }),
  HostConfig: z.object({
    NetworkMode: text,
    ExtraHosts: texts,
    PortBindings: bindings,
    Tmpfs: labels.transform((it) => [...it.keys()]),
  }),
  NetworkSettings: z.object({
    Ports: bindings,
    Networks: mapOf(network.nullish()),
  }),
})
export type InspectedContainer = z.infer<typeof container>

const volume = z.object({
  Name: z.string(),
  Driver: text,
  Mountpoint: text,
  Options: labels,
})
export type InspectedVolume = z.infer<typeof volume>

/** `docker inspect`: those of the containers that can be read. Throws DISCOVERY_UNREADABLE. */
export const parseContainers = (json: string): InspectedContainer[] => parseAll(json, container, 'docker inspect')

/** `docker volume inspect`. Throws DISCOVERY_UNREADABLE. */
export const parseVolumes = (json: string): InspectedVolume[] => parseAll(json, volume, 'docker volume inspect')

function parseAll<T>(json: string, schema: z.ZodType<T>, what: string): T[] {
  const items = z.array(z.unknown()).safeParse(parseJson(json, what))
  if (!items.success) throw unreadable(`The reply of \`${what}\``, 'it is not a list.')
  return items.data.slice(0, mostItems).flatMap((it) => schema.safeParse(it).data ?? [])
}

/** `docker ps --format {{.ID}}`, one a line. Throws DISCOVERY_UNREADABLE. */
export function parseIds(output: string): string[] {
  if (output.length > largestReply) throw unreadable('The reply of `docker ps`', 'it is too large.')
  const lines = output.split('\n', mostItems).filter((it) => it.trim() !== '')
  if (lines.every((it) => /^[0-9a-f]{12,64}$/.test(it))) return lines
  throw unreadable('The reply of `docker ps`', 'it is not a list of IDs.')
}

function parseJson(json: string, what: string): unknown {
  if (json.length > largestReply) throw unreadable(`The reply of \`${what}\``, 'it is too large.')
  try {
    return JSON.parse(json)
  } catch {
    // The parser's own message holds a part of the text.
    throw unreadable(`The reply of \`${what}\``, 'it is not JSON.')
  }
}
