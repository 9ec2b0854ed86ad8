import { CopyButton } from '../../components/copyButton.tsx'
import classes from './command.module.css'

/** A command for the terminal, to be copied. */
export function Command({ text }: { text: string }) {
  return (
    <div className={classes.command}>
      <code>{text}</code>
      <CopyButton text={text} what={`“${text}”`} />
    </div>
  )
}
