import { ActionIcon, Button, Input, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useId, useRef } from 'react'
import classes from './fields.module.css'

interface ListFieldProps {
  label: string
  description: string
  /** What an entry and its buttons are called. */
  words: { entry: (number: number) => string; remove: (number: number) => string; add: string; choose: string }
  values: string[]
  error?: string | undefined
  placeholder?: string
  onChange: (values: string[]) => void
  /** Asks for an entry in the platform's own dialog. */
  onBrowse?: (() => Promise<string | null>) | undefined
}

/** A short list of texts in an order that matters. */
export function ListField({
  label,
  description,
  words,
  values,
  error,
  placeholder,
  onChange,
  onBrowse,
}: ListFieldProps) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const set = (at: number, value: string) => onChange(values.map((it, index) => (index === at ? value : it)))
  const focusLast = () => {
    const inputs = list.current?.querySelectorAll('input')
    inputs?.[inputs.length - 1]?.focus()
  }
  const add = (value: string) => {
    onChange([...values, value])
    requestAnimationFrame(focusLast)
  }
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div" labelProps={{ id }}>
      <div ref={list} role="group" aria-labelledby={id} className={classes.list}>
        {values.map((value, at) => (
          <div key={at} className={classes.entry}>
            <TextInput
              className={classes.entryInput ?? ''}
              aria-label={words.entry(at + 1)}
              value={value}
              placeholder={placeholder}
              spellCheck={false}
              onChange={(event) => set(at, event.currentTarget.value)}
            />
            <ActionIcon
              variant="subtle"
              size={34}
              aria-label={words.remove(at + 1)}
              onClick={() => onChange(values.filter((_, index) => index !== at))}
            >
              <IconX size={15} />
            </ActionIcon>
          </div>
        ))}
        <div className={classes.add}>
          <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => add('')}>
            {words.add}
          </Button>
          {onBrowse && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() =>
                void onBrowse().then((path) => {
                  if (path !== null) add(path)
                })
              }
            >
              {words.choose}
            </Button>
          )}
        </div>
      </div>
    </Input.Wrapper>
  )
}
