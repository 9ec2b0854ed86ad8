import { capped, plainLine } from '../../shared/plainText.ts'
import type { Variables } from '../profiles/settings.ts'
import type { SshPrompts } from '../site.ts'
import type { Output } from './output.ts'

/** Answers for SSH: READUR_SSH_PASSWORD and READUR_SSH_PASSPHRASE first, then whoever sits at the terminal. */
export function sshPrompts(variables: Variables, output: Output, pause: () => () => void): SshPrompts {
  const ask = async (question: string, hidden: boolean): Promise<string | null> => {
    if (!output.askText) return null
    const resumeProgress = pause()
    try {
      return await output.askText(question, hidden)
    } finally {
      resumeProgress()
    }
  }
  return {
    passphrase: async ({ path, attempt }) => {
      const known = variables.READUR_SSH_PASSPHRASE
      return attempt === 1 && known !== undefined ? known : ask(`Passphrase for ${path}: `, true)
    },
    password: async ({ server, isTarget, attempt }) => {
      // It is the server's own: a jump host never learns it.
      const known = isTarget ? variables.READUR_SSH_PASSWORD : undefined
      return attempt === 1 && known !== undefined ? known : ask(`Password for ${server}: `, true)
    },
    answers: async ({ server, title, text, questions }) => {
      if (!output.askText) return null
      output.note([`The SSH server ${server} asks the following questions. Your answers are sent to it.`])
      output.note([...quotation(title), ...quotation(text)])
      const answers: string[] = []
      for (const question of questions) {
        output.note(quotation(question.text))
        const answer = await ask(`Your answer to ${server}: `, question.hidden)
        if (answer === null) return null
        answers.push(answer)
      }
      return answers
    },
  }
}

const longestText = 1_000
const mostLines = 12
const columns = 56

/**
 * Words of a server, none of which passes for ours: each line is marked, and so short that no terminal breaks it into a
 * line without the mark.
 */
function quotation(text: string): string[] {
  const lines = capped(text.trim(), longestText)
    .split(/\r?\n/)
    .flatMap((line) => broken(plainLine(line.replace(/\s+/g, ' '))))
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines), '…'] : lines
  return text.trim() === '' ? [] : shown.map((line) => `  The server says: ${line}`)
}

function broken(line: string): string[] {
  const lines: string[] = []
  let current = ''
  let width = 0
  for (const sign of line) {
    // Many signs of other scripts are two columns wide.
    const wide = (sign.codePointAt(0) ?? 0) > 0x10ff ? 2 : 1
    if (width + wide > columns) {
      lines.push(current)
      current = ''
      width = 0
    }
    current += sign
    width += wide
  }
  return [...lines, current]
}
