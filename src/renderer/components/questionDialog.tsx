import { Button, Modal } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import classes from './dialog.module.css'
import own from './questionDialog.module.css'

interface QuestionDialogProps {
  title: string
  children: ReactNode
  /** Buttons after the one that gives no answer; a form's answer is given by Enter too. */
  action?: string | undefined
  cancel: string
  /** Nobody agrees in passing: the button that gives no answer has the focus. */
  cautious?: boolean
  onAnswer: () => void
  onCancel: () => void
}

/** Something that is asked while a server is reached. Esc gives no answer; a click beside it does nothing. */
export function QuestionDialog(props: QuestionDialogProps) {
  const { title, children, action, cancel, cautious = false, onAnswer, onCancel } = props
  const form = useId()
  return (
    <Modal.Root opened onClose={onCancel} centered size={590} closeOnClickOutside={false} zIndex={300}>
      <Modal.Overlay />
      <Modal.Content className={classes.dialog ?? ''}>
        <Modal.Title className={classes.title ?? ''}>{title}</Modal.Title>
        <form
          id={form}
          className={own.body}
          onSubmit={(event) => {
            event.preventDefault()
            onAnswer()
          }}
        >
          {children}
        </form>
        <div className={classes.actions}>
          <Button {...(cautious && { 'data-autofocus': true })} variant="default" onClick={onCancel}>
            {cancel}
          </Button>
          {action !== undefined && (
            <Button type="submit" form={form}>
              {action}
            </Button>
          )}
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
