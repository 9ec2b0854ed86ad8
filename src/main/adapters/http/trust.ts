import * as tls from 'node:tls'
import { z } from 'zod'

/** Reads a store of Node’s from 22.15 on; Electron’s Node may be older, and then knows none but its own. */
const readStore: unknown = Reflect.get(tls, 'getCACertificates')

const storeOf = (name: 'default' | 'system'): string[] | null =>
  typeof readStore === 'function' ? z.array(z.string()).parse(Reflect.apply(readStore, tls, [name])) : null

/**
 * Whose certificates are trusted: all that Node trusts, those of the platform where Node can read them, and authorities
 * of the user’s own.
 */
export function trusted(ca: readonly string[] = []): string[] {
  return [...new Set([...(storeOf('default') ?? tls.rootCertificates), ...(storeOf('system') ?? []), ...ca])]
}

/** The same for connections; undefined: what Node does by itself. */
export const trusting = (ca: readonly string[] | undefined): tls.SecureContext | undefined =>
  ca === undefined && typeof readStore !== 'function' ? undefined : tls.createSecureContext({ ca: trusted(ca) })
