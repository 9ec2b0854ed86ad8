import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Question } from '../../shared/ssh.ts'
import type { Api } from '../api.ts'

export interface QuestionsState {
  /** What the main process waits for. */
  question: Question | null
  /** Why the one before was taken back without an answer, until that was read. */
  withdrawn: string | null
  /** Follows what the main process asks; the returned function ends that. */
  listen: () => () => void
  /** Asks for the present question, for a window that was reloaded meanwhile. */
  refresh: () => Promise<void>
  /** Null: no answer. */
  answer: (answers: string[] | null) => Promise<void>
  dismiss: () => void
}

/** What has to be asked while a server is reached. */
export function createQuestionsStore(api: { questions: Api['questions']; on: Api['on'] }): StoreApi<QuestionsState> {
  return createStore<QuestionsState>((set, get) => ({
    question: null,
    withdrawn: null,
    listen: () =>
      api.on('questions.changed', ({ question, withdrawn }) =>
        // What was not read yet is not overwritten by the silence after it.
        set({ question, withdrawn: withdrawn ?? (question === null ? get().withdrawn : null) }),
      ),
    async refresh() {
      const reply = await api.questions.current()
      if (reply.ok) set({ question: reply.value.question })
    },
    async answer(answers) {
      const { question } = get()
      if (question === null) return
      // It is gone at once: nobody answers twice.
      set({ question: null })
      await api.questions.answer(question.id, answers)
    },
    dismiss: () => set({ withdrawn: null }),
  }))
}
