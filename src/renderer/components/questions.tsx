import { PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { errorCatalogue } from '../../shared/errors.ts'
import type { Question } from '../../shared/ssh.ts'
import { useQuestions } from '../stores/context.tsx'
import { texts } from '../texts/texts.ts'
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
          title={texts.components.passphraseForYourKey}
          label={texts.components.passphrase}
          again={question.attempt > 1 ? texts.components.wrongPassphrase : null}
        >
          <p>{texts.components.keyLocked(<code>{question.path}</code>)}</p>
        </AskSecret>
      )
    case 'password':
      return (
        <AskSecret
          title={texts.components.passwordForTheServer}
          label={texts.components.password}
          again={question.attempt > 1 ? texts.components.passwordRejected : null}
        >
          <p>{texts.components.asksForPassword(<strong>{question.server}</strong>)}</p>
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
      action={texts.components.logIn}
      cancel={texts.components.cancel}
      onAnswer={() => void answer([value])}
      onCancel={() => void answer(null)}
    >
      {children}
      <PasswordInput
        data-autofocus
        label={label}
        description={texts.components.secretKeptInMemory}
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
      title={texts.components.serverAsks(question.server)}
      action={texts.components.answer}
      cancel={texts.components.cancel}
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
            label={text.trim() === '' ? texts.components.answer : text}
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
      title={texts.components.isThisTheRightServer}
      action={texts.components.trustThisServer}
      cancel={texts.components.dontConnect}
      cautious
      onAnswer={() => void answer([fingerprint])}
      onCancel={() => void answer(null)}
    >
      <p>{texts.components.newServer}</p>
      <dl className={classes.facts}>
        <dt>{texts.components.host}</dt>
        <dd>{host}</dd>
        <dt>{texts.components.port}</dt>
        <dd>{port}</dd>
        <dt>{texts.components.key}</dt>
        <dd>{type}</dd>
        <dt>{texts.components.fingerprint}</dt>
        <dd className={classes.fingerprint}>{fingerprint}</dd>
      </dl>
      <p>{texts.components.toShowIt(<code>{keyCommand(type)}</code>)}</p>
      <p>{texts.components.trustMeans}</p>
    </QuestionDialog>
  )
}

function HostKeyChanged({ question }: { question: Extract<Question, { kind: 'host key changed' }> }) {
  const answer = useQuestions((state) => state.answer)
  const { host, port, type, fingerprint, known } = question
  const { title, remedy } = errorCatalogue.SSH_HOST_KEY_CHANGED
  const close = () => void answer(null)
  const report = [
    texts.components.hostKeyReport({ title, host, port }),
    texts.components.currentKeyIs({ fingerprint, type }),
    ...known.map((key) =>
      texts.components.previousKeyWas({ fingerprint: key.fingerprint, type: key.type, source: key.source }),
    ),
  ].join('\n')
  return (
    <QuestionDialog title={title} cancel={texts.components.close} cautious onAnswer={close} onCancel={close}>
      <p className={classes.bad} data-tone="bad">
        {texts.components.connectionRefused}
      </p>
      <dl className={classes.facts}>
        <dt>{texts.components.host}</dt>
        <dd>{texts.components.hostAndPort({ host, port })}</dd>
        <dt>{texts.components.currentKey}</dt>
        <dd>
          <span className={classes.fingerprint}>{fingerprint}</span> ({type})
        </dd>
        {known.map((key) => (
          <KnownKey key={key.fingerprint} {...key} />
        ))}
      </dl>
      <p>{remedy}</p>
      <div>
        <CopyButton text={report} what={texts.components.bothFingerprints} />
      </div>
    </QuestionDialog>
  )
}

function KnownKey({ type, fingerprint, source }: { type: string; fingerprint: string; source: string }) {
  return (
    <>
      <dt>{texts.components.previousKey}</dt>
      <dd>
        <span className={classes.fingerprint}>{fingerprint}</span> ({type}, {source})
      </dd>
    </>
  )
}
