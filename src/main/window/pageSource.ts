import { origin } from './protocol.ts'

/** Where the page comes from. */
export interface PageSource {
  /** The dev server; null in every build but that of `electron-vite dev`. */
  devServer: string | null
}

/** Whether an address is our own page. */
export function isOurPage(address: string, source: PageSource): boolean {
  const ours = source.devServer ?? origin
  return address === ours || address.startsWith(`${ours}/`)
}

export const addressOf = ({ devServer }: PageSource): string => devServer ?? `${origin}/index.html`

/**
 * The dev server that electron-vite names, on this computer alone. `isDevelopment`: this is a build of `electron-vite dev`;
 * to any other build the variable says nothing, whoever has set it.
 */
export function devServerOf(isDevelopment: boolean, variable: string | undefined): string | null {
  if (!isDevelopment || variable === undefined || !URL.canParse(variable)) return null
  const { protocol, hostname, origin: server } = new URL(variable)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? server : null
}
