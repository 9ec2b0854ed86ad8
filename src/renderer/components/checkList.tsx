import type { Diagnostic } from '../../shared/diagnostic.ts'
import {
  areaWords,
  checkWord,
  formatMilliseconds,
  groupsOf,
  standingOf,
  standingTones,
  type CheckGroup,
} from '../format/diagnostic.ts'
import { errorText } from '../format/report.ts'
import { texts } from '../texts/texts.ts'
import { CopyButton } from './copyButton.tsx'
import classes from './checkList.module.css'
import { StandingIcon } from './standingIcon.tsx'

/** Checks as they go, by what they look at; one that found something says what, and what to do. */
export function CheckList({ diagnostics, label }: { diagnostics: readonly Diagnostic[]; label: string }) {
  return (
    <ol className={classes.groups} aria-label={label}>
      {groupsOf(diagnostics).map((group) => (
        <Group key={`${group.area} ${group.subject}`} group={group} />
      ))}
    </ol>
  )
}

function Group({ group: { area, subject, diagnostics } }: { group: CheckGroup }) {
  return (
    <li>
      <p className={classes.subject}>
        <span className={classes.part}>{areaWords[area]}</span>
        <span className={classes.name} title={subject}>
          {subject}
        </span>
      </p>
      <ol className={classes.steps} aria-label={`${areaWords[area]} ${subject}`}>
        {diagnostics.map((it) => (
          <Check key={it.code} diagnostic={it} />
        ))}
      </ol>
    </li>
  )
}

/** What has room in one line of the narrowest place. */
const lineLength = 30

function Check({ diagnostic }: { diagnostic: Diagnostic }) {
  const { code, state, milliseconds } = diagnostic
  const standing = standingOf(diagnostic)
  const finding = standing === 'blocking' ? null : diagnostic.finding
  const isShort = finding === null || checkWord(code).length + finding.length <= lineLength
  return (
    <li className={classes.step} data-state={state}>
      <span className={classes.line}>
        <StandingIcon standing={standing} size={16} />
        <span>{checkWord(code)}</span>
        <span className={classes.beside}>{isShort && finding}</span>
        {milliseconds !== null && milliseconds > 0 && (
          <span className={classes.time}>{formatMilliseconds(milliseconds)}</span>
        )}
      </span>
      {!isShort && <span className={classes.below}>{finding}</span>}
      {(standing === 'blocking' || standing === 'warning') && <Trouble diagnostic={diagnostic} />}
    </li>
  )
}

/** What is wrong, and what to do about it. */
function Trouble({ diagnostic }: { diagnostic: Diagnostic }) {
  const { error, finding, evidence, remedy } = diagnostic
  return (
    <div className={classes.error} data-tone={standingTones[standingOf(diagnostic)]}>
      <p className={classes.errorTitle}>{error?.title ?? finding}</p>
      {error && error.title !== finding?.replace(/\.$/, '') && <p>{finding}</p>}
      {error && error.message !== finding && <p>{error.message}</p>}
      {[...evidence, ...(error?.causes ?? [])].map((line) => (
        <p key={line}>{line}</p>
      ))}
      {remedy && <p className={classes.remedy}>{remedy.words}</p>}
      {error && (
        <div className={classes.foot}>
          <CopyButton text={errorText(error)} what={texts.components.error} />
          <code className={classes.code}>{error.code}</code>
        </div>
      )}
    </div>
  )
}
