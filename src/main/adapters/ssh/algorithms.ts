import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

/** Types of host keys as their lines in known_hosts name them, and the signatures to ask for such a key. */
const signatures: Record<string, ServerHostKeyAlgorithm[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}

/**
 * Only what is quick in Electron too: its BoringSSL takes seconds for larger Diffie-Hellman groups, and blocks the
 * thread meanwhile; it has no chacha20-poly1305. The server's key is asked for by the types that are known of it.
 * `allowsSshRsa`: signatures with SHA-1 too, after all others.
 */
export function algorithms(knownKeyTypes: Iterable<string>, allowsSshRsa: boolean): Algorithms {
  const known = [...knownKeyTypes].flatMap((type) => signatures[type] ?? [])
  const all = Object.values(signatures).flat()
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
    ],
    cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
    hmac: [
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
      'hmac-sha1',
    ],
    serverHostKey: [...new Set([...known, ...all, ...(allowsSshRsa ? (['ssh-rsa'] as const) : [])])],
    compress: ['none'],
  }
}
