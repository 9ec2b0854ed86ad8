import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { outside } from '../../../src/main/adapters/ssh/hop.ts'
import { PausableTimer } from '../../../src/main/engine/timers.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('questions while somebody logs in', () => {
  it('give the server its whole time again for each answer', async () => {
    const late = vi.fn()
    const silence = new PausableTimer(late, 45_000)
    const thinking = (): Promise<never[]> => new Promise((done) => setTimeout(() => done([]), 300_000))
    const prompts = outside(
      { passphrase: () => Promise.resolve(null), password: () => Promise.resolve(null), answers: thinking },
      silence,
    )
    const question = { server: 'ana@nas', title: '', text: '', questions: [] }
    // A server that sends a code, then asks for it, then asks a second time.
    for (let round = 0; round < 2; round += 1) {
      await vi.advanceTimersByTimeAsync(30_000)
      const answered = prompts.answers(question, new AbortController().signal)
      await vi.advanceTimersByTimeAsync(300_000)
      await answered
    }
    await vi.advanceTimersByTimeAsync(44_000)
    expect(late).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(late).toHaveBeenCalledOnce()
  })
})
