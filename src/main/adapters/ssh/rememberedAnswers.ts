import { wayTo, type SshPrompts } from './target.ts'

/**
 * Asks each question once: passphrases and passwords are kept in memory and given again when the connection has to be
 * made again. What the server asks itself may be good for one time only, so it is never kept.
 */
export function rememberAnswers(prompts: SshPrompts): SshPrompts {
  const known = new Map<string, string>()
  const remembered = async (
    name: string,
    attempt: number,
    ask: () => Promise<string | null>,
  ): Promise<string | null> => {
    const before = attempt === 1 ? known.get(name) : undefined
    if (before !== undefined) return before
    const answer = await ask()
    if (answer !== null) known.set(name, answer)
    return answer
  }
  return {
    passphrase: (question, signal) =>
      remembered(`key ${question.path}`, question.attempt, () => prompts.passphrase(question, signal)),
    password: (question, signal) =>
      remembered(`login ${wayTo(question)}`, question.attempt, () => prompts.password(question, signal)),
    answers: (question, signal) => prompts.answers(question, signal),
  }
}
