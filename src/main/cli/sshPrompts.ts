import type { Variables } from '../profiles/settings.ts'
import type { SshPrompts } from '../site.ts'
import type { Output } from './output.ts'

/** Answers for SSH: READUR_SSH_PASSWORD and READUR_SSH_PASSPHRASE first, then whoever sits at the terminal. */
export function sshPrompts(variables: Variables, output: Output, pause: () => () => void): SshPrompts {
  const ask = async (question: string, hidden: boolean): Promise<string | null> => {
    if (!output.askText) return null
    const goOn = pause()
    try {
      return await output.askText(question, hidden)
    } finally {
      goOn()
    }
  }
  return {
    passphrase: async ({ path, attempt }) => {
      const known = variables.READUR_SSH_PASSPHRASE
      return attempt === 1 && known !== undefined ? known : ask(`Passphrase of ${path}: `, true)
    },
    password: async ({ server, isTarget, attempt }) => {
      // It is the server's own: a jump host never learns it.
      const known = isTarget ? variables.READUR_SSH_PASSWORD : undefined
      return attempt === 1 && known !== undefined ? known : ask(`Password of ${server}: `, true)
    },
    answers: async ({ server, title, text, questions }) => {
      if (!output.askText) return null
      output.err([`${server} asks:`, title, text].filter((line) => line !== '').join('\n') + '\n')
      const answers: string[] = []
      for (const question of questions) {
        const answer = await ask(`${question.text} `, question.hidden)
        if (answer === null) return null
        answers.push(answer)
      }
      return answers
    },
  }
}
