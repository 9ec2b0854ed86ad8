import type { PortPair } from './container.ts'

const port = '\\d{1,5}(?:-\\d{1,5})?'
const ip = '\\[([^\\]]*)\\]|(\\d+(?:\\.\\d+){3})'
const pattern = new RegExp(`^(?:(?:${ip}):)?(?:(${port})?:)?(${port})(?:/(?:tcp|TCP))?$`)
const longestSpec = 200

/** Compose's short form of `ports`: `[[ip:][host]:]container[/protocol]`, each port perhaps a range. */
export function parsePort(spec: string): PortPair[] {
  if (spec.length > longestSpec) return []
  const [, bracketed, address, host, container] = pattern.exec(spec.trim()) ?? []
  return container === undefined ? [] : pair(container, host ?? null, bracketed ?? address ?? '')
}

/** The long form. */
export function portOf(target: string, published: string | null, hostIp: string): PortPair[] {
  const isRange = new RegExp(`^${port}$`)
  if (!isRange.test(target) || (published !== null && !isRange.test(published))) return []
  return pair(target, published, hostIp)
}

/** No container publishes more. */
const longestRange = 1000

function pair(container: string, host: string | null, hostIp: string): PortPair[] {
  const inside = expand(container)
  const outside = host === null ? [] : expand(host)
  // A range for one port: Docker picks a free one.
  const isChosen = outside.length > 1 && inside.length === 1
  return inside.map((containerPort, index) => ({
    containerPort: String(containerPort),
    hostPort: isChosen ? null : (outside[index]?.toString() ?? null),
    hostIp,
  }))
}

function expand(range: string): number[] {
  const [first = NaN, last = first] = range.split('-').map(Number)
  const length = last - first + 1
  return length > 0 && length <= longestRange ? Array.from({ length }, (_, index) => first + index) : []
}
