import { randomUUID } from 'node:crypto'
import { errorCatalogue } from '../../../shared/errors.ts'
import { capped, plainLine } from '../../../shared/plainText.ts'
import type { Question, QuestionBody, QuestionState } from '../../../shared/ssh.ts'
import { asMigrateError } from '../../engine/errors.ts'
import type { HostKeyError, SshPrompts } from '../../site.ts'

interface Waiting {
  question: Question
  answer: (answers: readonly string[] | null) => void
}

const longestText = 2_000
/** What a server says may hold what would turn or hide the words around it, or be of any length. */
const cleaned = (text: string): string => capped(text, longestText).split(/\r?\n/).map(plainLine).join('\n')

/**
 * Questions to the person at the window: one at a time, in the order in which they come up. One is taken back when what
 * it was asked for has ended, and the window is told why.
 */
export class PendingQuestions {
  readonly #onChange: (state: QuestionState) => void
  #waiting: Waiting[] = []
  #shown: string | null = null
  /** Keys that were trusted; a login that failed afterwards has not put them down. */
  readonly #trusted = new Set<string>()

  constructor(onChange: (state: QuestionState) => void) {
    this.#onChange = onChange
  }

  current(withdrawn: string | null = null): QuestionState {
    return { question: this.#waiting[0]?.question ?? null, withdrawn }
  }

  /** An id that is not asked any more is passed over: its question was taken back meanwhile. */
  answer(id: string, answers: readonly string[] | null): void {
    this.#waiting.find(({ question }) => question.id === id)?.answer(answers)
  }

  readonly prompts: SshPrompts = {
    passphrase: async (question, signal) => (await this.#ask({ kind: 'passphrase', ...question }, signal))?.[0] ?? null,
    password: async ({ server, attempt }, signal) =>
      (await this.#ask({ kind: 'password', server, attempt }, signal))?.[0] ?? null,
    answers: async ({ server, title, text, questions }, signal) => {
      const clean = questions.map((it) => ({ ...it, text: cleaned(it.text) }))
      const body = { kind: 'answers' as const, server, title: cleaned(title), text: cleaned(text), questions: clean }
      const answers = await this.#ask(body, signal)
      return answers?.length === questions.length ? answers : null
    },
  }

  /** Shows a host key that is unknown or changed. True: it is unknown, and the person has named it as trusted. */
  readonly judgeHostKey = async ({ code, hostKey, known }: HostKeyError, signal: AbortSignal): Promise<boolean> => {
    if (code === 'SSH_HOST_KEY_CHANGED') {
      await this.#ask({ kind: 'host key changed', ...hostKey, known: [...known] }, signal)
      return false
    }
    const name = `${hostKey.host}:${hostKey.port} ${hostKey.fingerprint}`
    if (this.#trusted.has(name)) return true
    const answers = await this.#ask({ kind: 'host key', ...hostKey }, signal)
    // The answer repeats what was shown, so that it is about no other key.
    const isTrusted = answers?.[0] === hostKey.fingerprint
    if (isTrusted) this.#trusted.add(name)
    return isTrusted
  }

  /** Null: no answer. Rejects with the signal's reason. */
  #ask(body: QuestionBody, signal: AbortSignal): Promise<readonly string[] | null> {
    const question: Question = { id: randomUUID(), ...body }
    return new Promise((resolve, reject) => {
      const leave = (withdrawn: string | null): void => {
        signal.removeEventListener('abort', onAbort)
        this.#waiting = this.#waiting.filter((it) => it.question.id !== question.id)
        this.#show(withdrawn)
      }
      const onAbort = (): void => {
        leave(reasonOf(signal))
        reject(asMigrateError(signal.reason))
      }
      const answer = (answers: readonly string[] | null): void => {
        leave(null)
        resolve(answers)
      }
      if (signal.aborted) {
        reject(asMigrateError(signal.reason))
        return
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push({ question, answer })
      this.#show(null)
    })
  }

  #show(withdrawn: string | null): void {
    const state = this.current(withdrawn)
    const shown = state.question?.id ?? null
    if (shown === this.#shown) return
    this.#shown = shown
    this.#onChange(state)
  }
}

/** Null where a person has ended it, who knows. */
function reasonOf(signal: AbortSignal): string | null {
  const error = asMigrateError(signal.reason)
  return error.code === 'INTERRUPTED' ? null : `${errorCatalogue[error.code].title}: ${error.message}`
}
