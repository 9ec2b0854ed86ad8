/** A host of ~/.ssh/config with what it stands for, or why it cannot be used. */
export type SshHostView =
  | { alias: string; problem: string }
  | {
      alias: string
      problem: null
      host: string
      port: number
      user: string
      /** Private keys that will be tried. */
      keys: string[]
      jumps: string[]
      /** A program that has to be run to get there (ProxyCommand); null: none. */
      proxyCommand: string | null
    }

/** A host key as people compare it. */
interface HostKeyView {
  /** e.g. `ssh-ed25519`. */
  type: string
  /** `SHA256:…`, as ssh-keygen shows it. */
  fingerprint: string
}

/** What has to be asked while a server is reached. Texts of a server are its own, and cleaned of control characters. */
export type QuestionBody =
  | { kind: 'passphrase'; server: string; path: string; attempt: number }
  | { kind: 'password'; server: string; attempt: number }
  | { kind: 'answers'; server: string; title: string; text: string; questions: { text: string; hidden: boolean }[] }
  | ({ kind: 'host key'; host: string; port: number } & HostKeyView)
  /** No question: there is no way on. */
  | ({
      kind: 'host key changed'
      host: string
      port: number
      known: (HostKeyView & { source: string })[]
    } & HostKeyView)

export type Question = { id: string } & QuestionBody

/** One at a time. */
export interface QuestionState {
  question: Question | null
  /** Why the one before was taken back without an answer; null when it was answered. */
  withdrawn: string | null
}
