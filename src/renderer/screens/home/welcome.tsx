import { Button } from '@mantine/core'
import icon from '../../../../resources/icon.svg'
import { useProfiles } from '../../stores/context.tsx'
import { Command } from './command.tsx'
import classes from './welcome.module.css'

/** First start: what the program is, what it will and will not do, and how to get a profile, real or to play with. */
export function Welcome() {
  const load = useProfiles((state) => state.load)
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
        <h2 className={classes.heading}>Add your Readur</h2>
        <p>
          There is no profile yet. A profile is a name for a file (<code>readur.env</code> below) with Readur’s own
          variables, such as <code>DATABASE_URL</code> and <code>S3_BUCKET_NAME</code>; the README lists them. Add it in
          a terminal, in the folder of the program:
        </p>
        <Command text={'npm run cli -- profiles add "My Readur" readur.env'} />
        <Button variant="default" className={classes.look ?? ''} onClick={() => void load()}>
          Look for the profile
        </Button>
        <h2 className={classes.heading}>Or try it without risk</h2>
        <p>
          The sandbox is a small Readur with a few hundred files and a bucket, all on this computer. It keeps its
          profile, its runs and its state files in a data folder of its own, and opens a window of its own, so nothing
          of it will show up here:
        </p>
        <Command text="npm run demo" />
      </div>
    </section>
  )
}
