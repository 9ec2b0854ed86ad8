import { z } from 'zod'
import { unreadable } from './refusal.ts'

/** What is read of Docker's replies. They are large, differ by version, and hold `null` wherever something is empty. */

const text = z
  .string()
  .nullish()
  .transform((it) => it ?? '')
const texts = z
  .array(z.string())
  .nullish()
  .transform((it) => it ?? [])
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((it) => new Map(Object.entries(it ?? {})))

const bindings = z
  .record(z.string(), z.array(z.object({ HostIp: text, HostPort: text })).nullish())
  .nullish()
  .transform((it) => new Map(Object.entries(it ?? {})))

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
  Mounts: z
    .array(mount)
    .nullish()
    .transform((it) => it ?? []),
  Config: z.object({ Image: text, Env: texts, WorkingDir: text, Hostname: text, Labels: labels }),
  HostConfig: z.object({
    NetworkMode: text,
    ExtraHosts: texts,
    PortBindings: bindings,
    Tmpfs: z
      .record(z.string(), z.string())
      .nullish()
      .transform((it) => Object.keys(it ?? {})),
  }),
  NetworkSettings: z.object({
    Ports: bindings,
    Networks: z
      .record(z.string(), network.nullish())
      .nullish()
      .transform((it) => new Map(Object.entries(it ?? {}))),
  }),
})
export type InspectedContainer = z.infer<typeof container>

const volume = z.object({
  Name: z.string(),
  Driver: text,
  Mountpoint: text,
  Options: z
    .record(z.string(), z.string())
    .nullish()
    .transform((it) => new Map(Object.entries(it ?? {}))),
})
export type InspectedVolume = z.infer<typeof volume>

const listed = z.object({ ID: z.string().regex(/^[0-9a-f]{12,64}$/), Image: text, Names: text })
export type ListedContainer = z.infer<typeof listed>

/** Larger replies are not of Docker. */
const largestReply = 32 * 1024 ** 2

/** `docker inspect`: those of the containers that can be read. Throws DISCOVERY_UNREADABLE. */
export const parseContainers = (json: string): InspectedContainer[] => parseAll(json, container, 'docker inspect')

/** `docker volume inspect`. Throws DISCOVERY_UNREADABLE. */
export const parseVolumes = (json: string): InspectedVolume[] => parseAll(json, volume, 'docker volume inspect')

function parseAll<T>(json: string, schema: z.ZodType<T>, what: string): T[] {
  const items = z.array(z.unknown()).safeParse(parseJson(json, what))
  if (!items.success) throw unreadable(`The reply of \`${what}\``, 'it is not a list.')
  return items.data.flatMap((it) => schema.safeParse(it).data ?? [])
}

/** `docker ps --format json`, an object a line. Throws DISCOVERY_UNREADABLE. */
export function parseList(output: string): ListedContainer[] {
  const lines = output.split('\n').filter((it) => it.trim() !== '')
  return lines.flatMap((it) => listed.safeParse(parseJson(it, 'docker ps')).data ?? [])
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
