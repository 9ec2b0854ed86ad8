import { shortcutGroups, ShortcutList } from '../../components/keys.tsx'
import { Panel } from '../../components/panel.tsx'
import { Screen } from '../../components/screen.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './help.module.css'

/** What the words of the window mean, and which keys it hears. */
export function HelpScreen() {
  return (
    <Screen title={texts.shell.help} subtitle={texts.shell.helpLine}>
      <div className={classes.columns}>
        <Panel title={texts.shell.words}>
          <dl className={classes.terms}>
            {texts.shell.terms.map(([term, means]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
        </Panel>
        {shortcutGroups.map(({ title, shortcuts }) => (
          <Panel key={title} title={title}>
            <ShortcutList shortcuts={shortcuts} className={classes.keys} />
          </Panel>
        ))}
      </div>
    </Screen>
  )
}
