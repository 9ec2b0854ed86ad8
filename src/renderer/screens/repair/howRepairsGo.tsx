import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './repair.module.css'

/** The order in which things are put right: what loses a row comes when everything else was tried. */
export function HowRepairsGo() {
  return (
    <Panel title={texts.repair.howItWorks}>
      <ol className={classes.steps}>
        <li>{texts.repair.thePreviewListsEveryChangeAnd}</li>
        <li>{texts.repair.eachItemIsCheckedAgainBefore}</li>
        <li>{texts.repair.pathsComeFirstThenFilesThen}</li>
        <li>{texts.repair.nothingIsDeletedWithoutASaved}</li>
      </ol>
    </Panel>
  )
}
