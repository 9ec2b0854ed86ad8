/** A mount in Compose's short form: `[source:]target[:options]`. The source may be a Windows path. */
interface VolumeSpec {
  source: string | null
  target: string
  kind: 'bind' | 'volume'
}

export function parseVolume(spec: string): VolumeSpec | null {
  const parts: string[] = []
  let rest = spec
  while (rest !== '' && parts.length <= 3) {
    // A single letter before a colon is a drive, not a name.
    const part = /^(?:[a-zA-Z]:(?=[\\/]))?[^:]*/.exec(rest)?.[0] ?? ''
    if (part === '') return null
    parts.push(part)
    rest = rest.slice(part.length + 1)
  }
  const [first, target] = parts
  if (first === undefined || parts.length > 3) return null
  if (target === undefined) return { source: null, target: first, kind: 'volume' }
  return { source: first, target, kind: isPath(first) ? 'bind' : 'volume' }
}

/** What is no path is the name of a volume. */
const isPath = (source: string): boolean => /^([./~]|\\\\|[a-zA-Z]:)/.test(source)
