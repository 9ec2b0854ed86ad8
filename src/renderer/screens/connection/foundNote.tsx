import { Button } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import type { Piece } from '../../connection/fill.ts'
import type { FieldName } from '../../connection/validation.ts'
import { useDrafts } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { useEditor } from './editor.ts'
import classes from './foundNote.module.css'

/** Where the value of a field was found. */
export function FoundTag({ piece }: { piece: Piece }) {
  return (
    <span className={classes.tag} title={piece.where}>
      <IconFileText size={13} aria-hidden /> {texts.connection.foundAt(piece.at)}
    </span>
  )
}

/** What else was found for a field: another value to choose, why there is none, or what it might be. */
export function FoundNote({ field }: { field: FieldName }) {
  const { key, draft } = useEditor()
  const take = useDrafts((state) => state.take)
  const keep = useDrafts((state) => state.keep)
  const note = draft.notes[field]
  if (!note) return null
  const { choice, others, reason, taken } = note
  return (
    <>
      {choice && (
        <div role="group" aria-label={texts.connection.chooseValue} className={classes.choice} data-tone="warn">
          <span>{texts.connection.otherFound({ at: choice.at, value: choice.words })}</span>
          <Button size="compact-xs" variant="default" onClick={() => take(key, choice)}>
            {texts.connection.useFound}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => keep(key, field)}>
            {texts.connection.keepMine}
          </Button>
        </div>
      )}
      {reason !== null && <p className={classes.reason}>{reason}</p>}
      {others.length > 0 && (
        <div className={classes.others}>
          <span>{taken ? texts.connection.alsoFound : texts.connection.perhaps}</span>
          {others.map((other) => (
            <Button
              key={`${other.words ?? ''} ${other.where}`}
              size="compact-xs"
              variant="default"
              title={other.where}
              onClick={() => take(key, other)}
            >
              {texts.connection.otherValue({ at: other.at, value: other.words })}
            </Button>
          ))}
        </div>
      )}
    </>
  )
}
