import { describe, expect, it, vi } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { PendingQuestions } from '../../../src/main/runs/questions/pendingQuestions.ts'
import { SessionAnswers } from '../../../src/main/runs/questions/sessionAnswers.ts'
import { HostKeyError } from '../../../src/main/site.ts'
import type { QuestionState } from '../../../src/shared/ssh.ts'
import { noPrompts } from '../../fakes/noPrompts.ts'

const signal = new AbortController().signal
const lost = new MigrateError('SSH_LOST', { message: 'it was closed by the server', scope: 'run' })

function desk() {
  const told: QuestionState[] = []
  const questions = new PendingQuestions((state) => told.push(state))
  const idOf = (): string => questions.current().question?.id ?? ''
  return { told, questions, idOf }
}

const hostKey = { host: 'nas', port: 2222, type: 'ssh-ed25519', fingerprint: 'SHA256:new' }
const unknown = new HostKeyError('SSH_HOST_KEY_UNKNOWN', 'not known', hostKey)

describe('questions to the person at the window', () => {
  it('are asked and answered, and nothing is left of them', async () => {
    const { questions, told, idOf } = desk()
    const asked = questions.prompts.password({ server: 'ada@nas', through: [], isTarget: true, attempt: 2 }, signal)
    expect(told.at(-1)?.question).toMatchObject({ kind: 'password', server: 'ada@nas', attempt: 2 })
    questions.answer(idOf(), ['right'])
    expect(await asked).toBe('right')
    expect(told.at(-1)).toEqual({ question: null, withdrawn: null })
    expect(JSON.stringify(told)).not.toContain('right')
  })

  it('come one at a time, in their order', async () => {
    const { questions, idOf, told } = desk()
    const first = questions.prompts.passphrase({ server: 's', path: '/one', attempt: 1 }, signal)
    const second = questions.prompts.passphrase({ server: 's', path: '/two', attempt: 1 }, signal)
    expect(told).toHaveLength(1)
    questions.answer(idOf(), null)
    expect(questions.current().question).toMatchObject({ path: '/two' })
    questions.answer('an id that is not asked', ['x'])
    questions.answer(idOf(), ['second'])
    expect([await first, await second]).toEqual([null, 'second'])
  })

  it('are taken back when what they were for has ended, and the window is told why', async () => {
    const { questions, told } = desk()
    const gone = new AbortController()
    const asked = questions.prompts.password(
      { server: 'ada@nas', through: [], isTarget: true, attempt: 1 },
      gone.signal,
    )
    gone.abort(lost)
    await expect(asked).rejects.toBe(lost)
    expect(told.at(-1)?.question).toBeNull()
    expect(told.at(-1)?.withdrawn).toContain('it was closed by the server')
    await expect(
      questions.prompts.password({ server: 's', through: [], isTarget: true, attempt: 1 }, gone.signal),
    ).rejects.toBe(lost)
  })

  it('say nothing when the person ended it', async () => {
    const { questions, told } = desk()
    const gone = new AbortController()
    const asked = questions.prompts.password(
      { server: 'ada@nas', through: [], isTarget: true, attempt: 1 },
      gone.signal,
    )
    gone.abort(new MigrateError('INTERRUPTED', { message: 'cancelled', scope: 'run' }))
    await expect(asked).rejects.toThrow('cancelled')
    expect(told.at(-1)).toEqual({ question: null, withdrawn: null })
  })

  it('of a server are cleaned of what a terminal would obey, and answered all or not at all', async () => {
    const { questions, idOf } = desk()
    const question = {
      server: 's',
      title: '\u001b[2J',
      text: 'x'.repeat(9_999),
      questions: [{ text: 'Code:\u0007', hidden: false }],
    }
    const first = questions.prompts.answers(question, signal)
    const shown = questions.current().question
    expect(JSON.stringify(shown)).not.toMatch(/\\u00/)
    expect(shown).toMatchObject({ title: '\\x1b[2J', questions: [{ text: 'Code:\\x07' }] })
    expect(JSON.stringify(shown).length).toBeLessThan(3_000)
    questions.answer(idOf(), ['1', '2'])
    expect(await first).toBeNull()
    const second = questions.prompts.answers(question, signal)
    questions.answer(idOf(), ['123456'])
    expect(await second).toEqual(['123456'])
  })
})

describe('host keys', () => {
  it('are trusted only by an answer that names the very key that was shown', async () => {
    const { questions, idOf } = desk()
    for (const [answer, isTrusted] of [
      [null, false],
      [['SHA256:other'], false],
      [[hostKey.fingerprint], true],
    ] as const) {
      const asked = questions.judgeHostKey(unknown, signal)
      expect(questions.current().question).toMatchObject({ kind: 'host key', ...hostKey })
      questions.answer(idOf(), answer === null ? null : [...answer])
      expect(await asked).toBe(isTrusted)
    }
    // A login that failed after it does not put the question again.
    expect(await questions.judgeHostKey(unknown, signal)).toBe(true)
    const other = new HostKeyError('SSH_HOST_KEY_UNKNOWN', 'not known', { ...hostKey, host: 'elsewhere' })
    void questions.judgeHostKey(other, signal)
    expect(questions.current().question).toMatchObject({ host: 'elsewhere' })
  })

  it('that were changed are shown with both fingerprints and never trusted', async () => {
    const { questions, idOf } = desk()
    const known = [{ type: 'ssh-rsa', fingerprint: 'SHA256:old', source: 'known_hosts:1' }]
    const asked = questions.judgeHostKey(new HostKeyError('SSH_HOST_KEY_CHANGED', 'changed', hostKey, known), signal)
    expect(questions.current().question).toMatchObject({ kind: 'host key changed', fingerprint: 'SHA256:new', known })
    questions.answer(idOf(), [hostKey.fingerprint])
    expect(await asked).toBe(false)
  })
})

describe('answers of this session', () => {
  const setup = () => {
    const password = vi.fn<typeof noPrompts.password>()
    const answers = new SessionAnswers()
    return { password, answers, prompts: answers.over({ ...noPrompts, password }) }
  }
  const question = { server: 'ada@nas', through: [], isTarget: true, attempt: 1 }
  const loggedIn = { hop: 0, server: 'ada@nas', step: 'login', state: 'done' } as const

  it('are given again once they have led to a login', async () => {
    const { password, answers, prompts } = setup()
    password.mockResolvedValueOnce('right')
    await prompts.password(question, signal)
    answers.follow(loggedIn)
    expect(await prompts.password(question, signal)).toBe('right')
    expect(password).toHaveBeenCalledOnce()
    password.mockResolvedValueOnce('of another')
    expect(await prompts.password({ ...question, server: 'bob@nas' }, signal)).toBe('of another')
    // Private addresses are the same in many networks.
    password.mockResolvedValueOnce('of the same name elsewhere')
    expect(await prompts.password({ ...question, through: ['jump'] }, signal)).toBe('of the same name elsewhere')
  })

  it('are asked for again when the server did not take them', async () => {
    const { password, answers, prompts } = setup()
    password.mockResolvedValue('wrong')
    await prompts.password(question, signal)
    await prompts.password(question, signal)
    expect(password).toHaveBeenCalledTimes(2)
    answers.follow(loggedIn)
    password.mockResolvedValue('changed')
    expect(await prompts.password(question, signal)).toBe('wrong')
    // The server did not take it any more.
    expect(await prompts.password({ ...question, attempt: 2 }, signal)).toBe('changed')
    answers.follow(loggedIn)
    expect(await prompts.password(question, signal)).toBe('changed')
  })
})
