import { NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { IconCheck, IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import type { FoundConfidence, FoundSetting, FoundValue, MissingSetting } from '../../../shared/discovery.ts'
import { Badge } from '../../components/badge.tsx'
import { isSecret, settingWords } from '../../connection/fill.ts'
import type { Word } from '../../format/status.ts'
import { useDiscovery } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './foundPanel.module.css'

const confidences: Record<Exclude<FoundConfidence, 'certain'>, Word> = {
  likely: { label: texts.connection.likely, tone: 'active' },
  guess: { label: texts.connection.guess, tone: 'warn' },
}

const answers: Partial<Record<string, string>> = { true: 'yes', false: 'no' }

const textOf = (found: FoundValue): string =>
  'token' in found ? texts.connection.foundHidden : (answers[found.value] ?? found.value)

/** A setting that was found, with others that it might be instead. */
export function FoundRow({ found: { setting, chosen, alternatives } }: { found: FoundSetting }) {
  const pick = useDiscovery((state) => state.pick)
  const all = [chosen, ...alternatives]
  const [at, setAt] = useState(0)
  const shown = all[at] ?? chosen
  return (
    <tr>
      <th scope="row">{settingWords[setting]}</th>
      <td>
        {alternatives.length > 0 && !('token' in chosen) ? (
          <NativeSelect
            size="xs"
            aria-label={settingWords[setting]}
            value={at}
            data={all.map((value, index) => ({ value: index.toString(), label: textOf(value) }))}
            onChange={(event) => {
              const index = Number(event.currentTarget.value)
              setAt(index)
              pick(setting, all[index] ?? chosen)
            }}
          />
        ) : (
          <Value value={shown} />
        )}
      </td>
      <Place value={shown} />
    </tr>
  )
}

function Value({ value }: { value: FoundValue }) {
  if (!('token' in value)) return <span className={classes.value}>{textOf(value)}</span>
  return (
    <span className={classes.secret}>
      <IconLock size={14} aria-hidden /> {texts.connection.foundHiddenCell}
    </span>
  )
}

function Place({ value }: { value: FoundValue }) {
  return (
    <td className={classes.where}>
      {value.confidence === 'certain' ? (
        <IconCheck
          size={15}
          stroke={2.5}
          role="img"
          aria-label={texts.connection.asWritten}
          className={classes.certain}
          data-tone="good"
        />
      ) : (
        <Badge word={confidences[value.confidence]} />
      )}
      <span>
        {value.where}
        {value.onServer && texts.connection.onServerOnly}
      </span>
    </td>
  )
}

/** A setting that was not found: it is asked for, with what it might be. */
export function MissingRow({ missing: { setting, question, reason, suggestions } }: { missing: MissingSetting }) {
  const pick = useDiscovery((state) => state.pick)
  const picked = useDiscovery((state) => state.picks[setting])
  const typed = picked && 'typed' in picked ? picked.typed : ''
  const taken = suggestions.find((it) => it === picked)
  const Input = isSecret(setting) ? PasswordInput : TextInput
  return (
    <tr className={classes.missing}>
      <th scope="row">{settingWords[setting]}</th>
      <td colSpan={2}>
        <p className={classes.question}>{question}</p>
        {reason !== null && <p className={classes.reason}>{reason}</p>}
        {suggestions.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={texts.connection.suggestionsFor(settingWords[setting])}
            value={taken ? suggestions.indexOf(taken).toString() : ''}
            data={[
              { value: '', label: texts.connection.noneOfThese },
              ...suggestions.map((it, index) => ({ value: index.toString(), label: `${textOf(it)} – ${it.where}` })),
            ]}
            onChange={(event) => {
              const index = event.currentTarget.value
              pick(setting, (index === '' ? undefined : suggestions[Number(index)]) ?? { typed: '' })
            }}
          />
        )}
        {!taken && (
          <Input
            size="xs"
            aria-label={question}
            autoComplete="off"
            value={typed}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
              pick(setting, { typed: event.currentTarget.value })
            }
          />
        )}
      </td>
    </tr>
  )
}
