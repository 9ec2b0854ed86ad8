import { PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { errorCatalogue } from '../../shared/errors.ts'
import type { Question } from '../../shared/ssh.ts'
import { useQuestions } from '../stores/context.tsx'
import { CopyButton } from './copyButton.tsx'
import { QuestionDialog } from './questionDialog.tsx'
import classes from './questionDialog.module.css'

/** What the program has to ask while it reaches a server: one at a time, over whatever is on the screen. */
export function Questions() {
  const question = useQuestions((state) => state.question)
  if (!question) return null
  return <Asked key={question.id} question={question} />
}

function Asked({ question }: { question: Question }) {
  switch (question.kind) {
    case 'passphrase':
      return (
        <AskSecret
          title="Passphrase of your key"
          label="Passphrase"
          again={question.attempt > 1 ? 'That was not the passphrase. Try again.' : null}
        >
          <p>
            The key <code>{question.path}</code> is locked. The passphrase opens it on this computer and is sent
            nowhere.
          </p>
        </AskSecret>
      )
    case 'password':
      return (
        <AskSecret
          title="Password on the server"
          label="Password"
          again={question.attempt > 1 ? 'The server did not accept it. Try again.' : null}
        >
          <p>
            <strong>{question.server}</strong> asks for the password of this account.
          </p>
        </AskSecret>
      )
    case 'answers':
      return <AskAnswers question={question} />
    case 'host key':
      return <AskHostKey question={question} />
    case 'host key changed':
      return <HostKeyChanged question={question} />
  }
}

interface AskSecretProps {
  title: string
  label: string
  /** Why it is asked again. */
  again: string | null
  children: React.ReactNode
}

function AskSecret({ title, label, again, children }: AskSecretProps) {
  const answer = useQuestions((state) => state.answer)
  const [value, setValue] = useState('')
  return (
    <QuestionDialog
      title={title}
      action="Log in"
      cancel="Cancel"
      onAnswer={() => void answer([value])}
      onCancel={() => void answer(null)}
    >
      {children}
      <PasswordInput
        data-autofocus
        label={label}
        description="Remembered until the program ends."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={again}
        autoComplete="off"
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </QuestionDialog>
  )
}

/** Questions that the server asks itself, in its own words. */
function AskAnswers({ question }: { question: Extract<Question, { kind: 'answers' }> }) {
  const answer = useQuestions((state) => state.answer)
  const [values, setValues] = useState<string[]>(question.questions.map(() => ''))
  const said = [question.title, question.text].filter((it) => it.trim() !== '').join('\n')
  return (
    <QuestionDialog
      title={`${question.server} asks`}
      action="Answer"
      cancel="Cancel"
      onAnswer={() => void answer(values)}
      onCancel={() => void answer(null)}
    >
      {said !== '' && <p className={classes.server}>{said}</p>}
      {question.questions.map(({ text, hidden }, at) => {
        const Input = hidden ? PasswordInput : TextInput
        return (
          <Input
            key={at}
            {...(at === 0 && { 'data-autofocus': true })}
            label={text.trim() === '' ? 'Answer' : text}
            autoComplete="off"
            value={values[at] ?? ''}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
              setValues(values.map((value, index) => (index === at ? event.currentTarget.value : value)))
            }
          />
        )
      })}
    </QuestionDialog>
  )
}

/** How the fingerprint is looked up on the server itself. */
const keyCommand = (type: string): string => {
  const name = type.includes('ed25519') ? 'ed25519' : type.includes('ecdsa') ? 'ecdsa' : 'rsa'
  return `ssh-keygen -lf /etc/ssh/ssh_host_${name}_key.pub`
}

function AskHostKey({ question }: { question: Extract<Question, { kind: 'host key' }> }) {
  const answer = useQuestions((state) => state.answer)
  const { host, port, type, fingerprint } = question
  return (
    <QuestionDialog
      title="Is this the right server?"
      action="Trust this server"
      cancel="Do not connect"
      cautious
      onAnswer={() => void answer([fingerprint])}
      onCancel={() => void answer(null)}
    >
      <p>
        This server is not known on this computer yet. Compare its fingerprint with the one that its administrator
        names.
      </p>
      <dl className={classes.facts}>
        <dt>Host</dt>
        <dd>{host}</dd>
        <dt>Port</dt>
        <dd>{port}</dd>
        <dt>Key</dt>
        <dd>{type}</dd>
        <dt>Fingerprint</dt>
        <dd className={classes.fingerprint}>{fingerprint}</dd>
      </dl>
      <p>
        On the server, <code>{keyCommand(type)}</code> shows it.
      </p>
      <p>Once trusted, the server is recognised by this key, and any other one is refused.</p>
    </QuestionDialog>
  )
}

function HostKeyChanged({ question }: { question: Extract<Question, { kind: 'host key changed' }> }) {
  const answer = useQuestions((state) => state.answer)
  const { host, port, type, fingerprint, known } = question
  const { title, remedy } = errorCatalogue.SSH_HOST_KEY_CHANGED
  const close = () => void answer(null)
  const report = [
    `${title}: ${host}, port ${port}`,
    `Now: ${fingerprint} (${type})`,
    ...known.map((key) => `Known: ${key.fingerprint} (${key.type}, ${key.source})`),
  ].join('\n')
  return (
    <QuestionDialog title={title} cancel="Close" cautious onAnswer={close} onCancel={close}>
      <p className={classes.bad} data-tone="bad">
        Nothing was sent to it, and the connection was refused.
      </p>
      <dl className={classes.facts}>
        <dt>Host</dt>
        <dd>
          {host}, port {port}
        </dd>
        <dt>Key now</dt>
        <dd>
          <span className={classes.fingerprint}>{fingerprint}</span> ({type})
        </dd>
        {known.map((key) => (
          <KnownKey key={key.fingerprint} {...key} />
        ))}
      </dl>
      <p>{remedy}</p>
      <div>
        <CopyButton text={report} what="both fingerprints" />
      </div>
    </QuestionDialog>
  )
}

function KnownKey({ type, fingerprint, source }: { type: string; fingerprint: string; source: string }) {
  return (
    <>
      <dt>Key before</dt>
      <dd>
        <span className={classes.fingerprint}>{fingerprint}</span> ({type}, {source})
      </dd>
    </>
  )
}
