import { IconArrowsLeftRight, IconClipboardCheck, IconCloudUpload } from '@tabler/icons-react'
import icon from '../../../../resources/icon.svg'
import { useAppInfo } from '../../components/useAppInfo.ts'
import { texts } from '../../texts/texts.ts'
import { NewConnectionButton } from './newConnectionButton.tsx'
import classes from './welcome.module.css'
import { CopyButton } from '../../components/copyButton.tsx'
import { Button } from '@mantine/core'
import { FilePicker } from '../../components/filePicker.tsx'

const steps = [
  { icon: IconClipboardCheck, name: texts.home.plan, words: texts.home.planMeans },
  {
    icon: IconCloudUpload,
    name: texts.home.copyAndVerify,
    words: texts.home.copyMeans,
  },
  {
    icon: IconArrowsLeftRight,
    name: texts.home.switch,
    words: texts.home.switchMeans,
  },
]

/** First start: what the program is, what it will and will not do, and the way to a connection, real or to play with. */
export function Welcome() {
  const info = useAppInfo()
  return (
    <div className={classes.page}>
      <section aria-label={texts.home.aboutReadurMigrate} className={classes.welcome}>
        <img src={icon} alt="" width={56} height={56} />
        <div className={classes.text}>
          <p className={classes.lead}>{texts.home.aboutForth}</p>
          <p className={classes.promise}>{texts.home.aboutBack}</p>
          <div className={classes.begin}>
            <NewConnectionButton size="md" />
            <ImportButton />
          </div>
          <p className="hint">{texts.home.newConnectionHint}</p>
        </div>
      </section>
      <ol className={classes.steps} aria-label={texts.home.whatAMigrationDoes}>
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
      {info && (info.installed ? <Needs /> : <Sandbox />)}
    </div>
  )
}

/** A command for the terminal, to be copied. */
function Command({ text }: { text: string }) {
  return (
    <div className={classes.command}>
      <code>{text}</code>
      <CopyButton text={text} what={`“${text}”`} />
    </div>
  )
}

/** Takes connections that were exported on another computer. */
function ImportButton() {
  return (
    <FilePicker>
      {(choose) => (
        <Button size="md" variant="default" onClick={choose}>
          {texts.home.importConnections}
        </Button>
      )}
    </FilePicker>
  )
}

/** For an installed program, which has no sandbox: what a connection to one’s own Readur takes. */
function Needs() {
  return (
    <section aria-labelledby="needs" className={classes.more}>
      <div>
        <h2 id="needs" className={classes.heading}>
          {texts.home.whatYouNeed}
        </h2>
        <p>{texts.home.readursSettingsABucketAndABackup}</p>
        <p>{texts.home.youCanLookFirst}</p>
      </div>
    </section>
  )
}

function Sandbox() {
  return (
    <section aria-labelledby="try" className={`${classes.more} ${classes.withCommand}`}>
      <div>
        <h2 id="try" className={classes.heading}>
          {texts.home.sandboxTitle}
        </h2>
        <p>{texts.home.sandboxMeans}</p>
      </div>
      <Command text="npm run demo" />
    </section>
  )
}
