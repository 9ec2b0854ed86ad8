import type { SshPrompts } from '../../src/main/adapters/ssh/target.ts'

/** Nobody is there to be asked. */
export const noPrompts: SshPrompts = {
  passphrase: () => Promise.resolve(null),
  password: () => Promise.resolve(null),
  answers: () => Promise.resolve(null),
}
