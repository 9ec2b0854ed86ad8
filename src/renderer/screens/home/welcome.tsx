import icon from '../../../../resources/icon.svg'
import { CopyButton } from '../../components/copy-button.tsx'
import classes from './welcome.module.css'

const sandboxCommand = 'npm run demo'

/** First start: what the program is, what it will and will not do, and how to try it without risk. */
export function Welcome() {
  return (
    <section aria-label="About Readur Migrate" className={classes.welcome}>
      <img src={icon} alt="" width={56} height={56} />
      <div className={classes.text}>
        <p className={classes.lead}>Readur Migrate moves the documents of a Readur server to an S3 bucket.</p>
        <ol className={classes.steps}>
          <li>
            <strong>Plan.</strong> Reads the database and looks at every file. Changes nothing.
          </li>
          <li>
            <strong>Copy and verify.</strong> Sends each file and compares size and checksum of what arrived.
          </li>
          <li>
            <strong>Switch.</strong> Only then the row of a document points at its copy. Local files are never deleted.
          </li>
        </ol>
        <p>
          There is no profile yet. The sandbox makes one: a small Readur database with a few hundred files and a bucket,
          all on this computer. Start it in a terminal, in the folder of the program:
        </p>
        <div className={classes.command}>
          <code>{sandboxCommand}</code>
          <CopyButton text={sandboxCommand} what="command" />
        </div>
      </div>
    </section>
  )
}
