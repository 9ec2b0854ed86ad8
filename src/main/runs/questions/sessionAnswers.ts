import { wayTo, type SshProgress, type SshPrompts } from '../../site.ts'

/**
 * Passphrases and passwords that have led to a login, given again until the program ends: a test, the plan after it and
 * its run ask once. In memory alone. What the server asks itself may be good for one time only, so it is never kept.
 */
export class SessionAnswers {
  readonly #good = new Map<string, string>()
  /** By server, until it has let us in. */
  readonly #tried = new Map<string, Map<string, string>>()

  over(prompts: SshPrompts): SshPrompts {
    const once = async (
      server: string,
      name: string,
      attempt: number,
      ask: () => Promise<string | null>,
    ): Promise<string | null> => {
      const known = attempt === 1 ? this.#good.get(name) : undefined
      const answer = known ?? (await ask())
      if (answer !== null) this.#note(server, name, answer)
      return answer
    }
    return {
      passphrase: (question, signal) =>
        once(question.server, `key ${question.path}`, question.attempt, () => prompts.passphrase(question, signal)),
      password: (question, signal) =>
        once(question.server, `login ${wayTo(question)}`, question.attempt, () => prompts.password(question, signal)),
      answers: (question, signal) => prompts.answers(question, signal),
    }
  }

  readonly follow = ({ server, step, state }: SshProgress): void => {
    if (step !== 'login') return
    if (state === 'done') for (const [name, answer] of this.#tried.get(server) ?? []) this.#good.set(name, answer)
    this.#tried.delete(server)
  }

  #note(server: string, name: string, answer: string): void {
    // What is known no longer holds, or will be known again by the login.
    this.#good.delete(name)
    this.#tried.set(server, (this.#tried.get(server) ?? new Map<string, string>()).set(name, answer))
  }
}
