import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol, type Session } from 'electron'

/** The window's own scheme: no `file:`, so that a page can't reach the disk. */
const scheme = 'readur-migrate'
export const origin = `${scheme}://app`

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Where index.html carries the nonce that React's styles are given. */
const noncePlaceholder = '__CSP_NONCE__'

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Must be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built renderer, and nothing outside of `root`. */
export function serveApp(session: Session, root: string): void {
  session.protocol.handle(scheme, (request) => answer(root, request))
}

const notFound = (): Response => new Response('Not found', { status: 404 })

/** The file behind a path of the page, or null when it would lie outside of `root`. Exported for its test. */
export function fileFor(root: string, pathname: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const file = normalize(join(root, decoded === '/' ? 'index.html' : decoded))
  return file.startsWith(root + sep) ? file : null
}

async function answer(root: string, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const file = url.host === 'app' ? fileFor(root, url.pathname) : null
  const type = file === null ? undefined : types[extname(file)]
  if (file === null || type === undefined || request.method !== 'GET') return notFound()
  try {
    const nonce = randomBytes(16).toString('base64')
    const bytes = await readFile(file)
    const body = extname(file) === '.html' ? bytes.toString('utf8').replaceAll(noncePlaceholder, nonce) : bytes
    return new Response(body, {
      headers: {
        'content-type': type,
        'content-security-policy': policy(nonce),
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      },
    })
  } catch {
    return notFound()
  }
}
