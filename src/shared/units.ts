const factors: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
}

/**
 * Bytes of a size as people write it: `50MB` (10^6), `64MiB` (2^20), `1.5 GB`, `4096`.
 * Null when it is not a size.
 */
export function parseSize(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  const factor = factors[match?.[2]?.toLowerCase() ?? '?']
  if (!match?.[1] || factor === undefined) return null
  const bytes = Math.round(Number(match[1]) * factor)
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** A size as `parseSize` reads it: `100MB`, `64MiB`, `1234567`. */
export function sizeText(bytes: number): string {
  if (bytes > 0 && bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}MiB`
  return bytes > 0 && bytes % 1_000_000 === 0 ? `${bytes / 1_000_000}MB` : String(bytes)
}
