import { IconArrowsLeftRight, IconClipboardCheck, IconCloudUpload } from '@tabler/icons-react'
import icon from '../../../../resources/icon.svg'
import { Command } from './command.tsx'
import { ImportButton } from './importButton.tsx'
import { NewConnectionButton } from './newConnectionButton.tsx'
import classes from './welcome.module.css'

const steps = [
  { icon: IconClipboardCheck, name: 'Plan', words: 'Reads the database and looks at every file. Changes nothing.' },
  {
    icon: IconCloudUpload,
    name: 'Copy and verify',
    words: 'Sends each file and compares size and checksum of what arrived.',
  },
  {
    icon: IconArrowsLeftRight,
    name: 'Switch',
    words: 'Only then the row of a document points at its copy. Local files stay, and every run can be undone.',
  },
]

/** First start: what the program is, what it will and will not do, and the way to a connection, real or to play with. */
export function Welcome() {
  return (
    <div className={classes.page}>
      <section aria-label="About Readur Migrate" className={classes.welcome}>
        <img src={icon} alt="" width={56} height={56} />
        <div className={classes.text}>
          <p className={classes.lead}>Readur Migrate moves the documents of a Readur server to an S3 bucket.</p>
          <p className={classes.promise}>And back. No document is without a whole copy at any moment.</p>
          <div className={classes.begin}>
            <NewConnectionButton size="md" />
            <ImportButton />
          </div>
          <p className="hint">
            Most of it fills itself: “New connection” finds your Readur by its docker-compose.yml, .env or on its
            server. Or drop such a file on this window.
          </p>
        </div>
      </section>
      <ol className={classes.steps} aria-label="What a migration does">
        {steps.map(({ icon: Icon, name, words }) => (
          <li key={name} className={classes.step}>
            <Icon size={22} stroke={1.75} aria-hidden className={classes.icon} />
            <div>
              <strong>{name}</strong>
              <p>{words}</p>
            </div>
          </li>
        ))}
      </ol>
      <section aria-labelledby="try" className={classes.sandbox}>
        <div>
          <h2 id="try" className={classes.heading}>
            Or try it without risk
          </h2>
          <p>
            The sandbox is a small Readur with a few hundred files and a bucket, all on this computer. It opens a window
            of its own and keeps its data apart, so nothing of it shows up here. In a terminal, in the folder of the
            program:
          </p>
        </div>
        <Command text="npm run demo" />
      </section>
    </div>
  )
}
