import classes from './commandBlock.module.css'
import { CopyButton } from './copyButton.tsx'

interface CommandBlockProps {
  text: string
  /** Where it is to be run: "On the server". */
  where: string
  /** Completes the copy button's name: "Copy the command for the server". */
  what: string
}

/** A command of one line or more, to be copied to where it is run. */
export function CommandBlock({ text, where, what }: CommandBlockProps) {
  return (
    <div className={classes.command}>
      <span className={classes.where}>{where}</span>
      <pre>{text}</pre>
      <CopyButton text={text} what={what} />
    </div>
  )
}
