// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/shared/ssh.ts'
import { renderApp } from './renderApp.tsx'

async function ask(question: Question) {
  const { main } = renderApp('#/')
  await screen.findByRole('heading', { name: 'Sandbox', level: 1 })
  act(() => main.emitQuestion({ question, withdrawn: null }))
  const dialog = within(await screen.findByRole('dialog'))
  const answered = () => main.calls.filter(([channel]) => channel === 'questions.answer')
  return { main, dialog, answered }
}

const hostKey = {
  id: 'q1',
  kind: 'host key',
  host: 'nas.example.org',
  port: 2222,
  type: 'ssh-ed25519',
  fingerprint: 'SHA256:abcdef',
} as const

describe('a server that is not known', () => {
  it('is shown with all that is to be compared, and trusted by its fingerprint', async () => {
    const { dialog, answered } = await ask(hostKey)
    for (const text of ['nas.example.org', '2222', 'ssh-ed25519', 'SHA256:abcdef']) {
      expect(dialog.getByText(text)).toBeTruthy()
    }
    expect(dialog.getByText('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).toBeTruthy()
    expect(dialog.getByRole('button', { name: 'Don’t connect' }).hasAttribute('data-autofocus')).toBe(true)
    fireEvent.submit(document.querySelector('[role=dialog] form') ?? document.body)
    expect(answered()).toEqual([['questions.answer', 'q1', ['SHA256:abcdef']]])
  })

  it('is not connected to by Esc', async () => {
    const { answered } = await ask(hostKey)
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(answered()).toEqual([['questions.answer', 'q1', null]])
  })
})

describe('a server whose key was changed', () => {
  it('is refused with both fingerprints, and there is no way on', async () => {
    const known = [{ type: 'ssh-rsa', fingerprint: 'SHA256:before', source: '/home/ada/.ssh/known_hosts:7' }]
    const { dialog, answered } = await ask({ ...hostKey, kind: 'host key changed', known })
    expect(dialog.getByText('SHA256:abcdef')).toBeTruthy()
    expect(dialog.getByText('SHA256:before')).toBeTruthy()
    expect(dialog.getByText(/known_hosts:7/)).toBeTruthy()
    expect(dialog.getAllByRole('button').map((it) => it.textContent)).toEqual(['Copy', 'Close'])
    fireEvent.click(dialog.getByRole('button', { name: 'Close' }))
    expect(answered()).toEqual([['questions.answer', 'q1', null]])
  })
})

describe('secrets that are asked for', () => {
  it.each<[Question, string, RegExp]>([
    [{ id: 'q1', kind: 'passphrase', server: 'ada@nas', path: '/keys/id', attempt: 1 }, 'Passphrase', /\/keys\/id/],
    [{ id: 'q1', kind: 'password', server: 'ada@nas', attempt: 1 }, 'Password', /ada@nas/],
  ])('%j', async (question, label, about) => {
    const { dialog, answered } = await ask(question)
    expect(dialog.getByText(about)).toBeTruthy()
    const input = dialog.getByLabelText<HTMLInputElement>(label)
    expect(input.type).toBe('password')
    fireEvent.change(input, { target: { value: 'hidden' } })
    fireEvent.click(dialog.getByRole('button', { name: 'Log in' }))
    expect(answered()).toEqual([['questions.answer', 'q1', ['hidden']]])
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('say when the answer before was not right', async () => {
    const { dialog } = await ask({ id: 'q1', kind: 'password', server: 'ada@nas', attempt: 2 })
    expect(dialog.getByText('The server rejected this password. Try again.')).toBeTruthy()
  })

  it('are asked in the words of the server where it asks itself', async () => {
    const { dialog, answered } = await ask({
      id: 'q1',
      kind: 'answers',
      server: 'ada@nas',
      title: 'Two factors',
      text: 'Look at your phone.',
      questions: [
        { text: 'Code:', hidden: false },
        { text: 'PIN:', hidden: true },
      ],
    })
    expect(dialog.getByText(/Two factors\s+Look at your phone\./)).toBeTruthy()
    expect(dialog.getByLabelText<HTMLInputElement>('Code:').type).toBe('text')
    fireEvent.change(dialog.getByLabelText('Code:'), { target: { value: '123456' } })
    fireEvent.change(dialog.getByLabelText('PIN:'), { target: { value: '0000' } })
    fireEvent.click(dialog.getByRole('button', { name: 'Answer' }))
    expect(answered()).toEqual([['questions.answer', 'q1', ['123456', '0000']]])
  })
})

describe('a question that is taken back', () => {
  it('goes, and says why', async () => {
    const { main } = await ask({ id: 'q1', kind: 'password', server: 'ada@nas', attempt: 1 })
    act(() => main.emitQuestion({ question: null, withdrawn: 'The server closed the connection.' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByText(/The server closed the connection\./)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }))
    expect(screen.queryByText(/The server closed the connection\./)).toBeNull()
  })
})
