import type { ProfileSecret } from '../../../shared/profile.ts'
import { Button, Input, PasswordInput } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { SecretField } from '../../connection/form.ts'
import { texts } from '../../texts/texts.ts'
import { idOf, useSecret } from './editor.ts'
import classes from './fields.module.css'
import { FoundNote } from './foundNote.tsx'

interface SecretInputProps {
  name: ProfileSecret
  label: string
  placeholder?: string
}

/** A secret that goes in and never comes out: one that is kept can be replaced or forgotten, and not be seen. */
export function SecretInput(props: SecretInputProps) {
  return (
    <div>
      <Secret {...props} />
      <FoundNote field={props.name} />
    </div>
  )
}

function Secret({ name, label, placeholder }: SecretInputProps) {
  const { field, formerPlace, saved, error, set } = useSecret(name)
  const input = useRef<HTMLInputElement>(null)
  const replaces = useRef(false)
  useEffect(() => {
    if (field.state !== 'typed' || !replaces.current) return
    replaces.current = false
    input.current?.focus()
  }, [field.state])
  if (field.state === 'none' || field.state === 'typed' || formerPlace !== null) {
    return (
      <PasswordInput
        ref={input}
        id={idOf(name)}
        label={label}
        error={error}
        placeholder={placeholder}
        description={formerPlace === null ? undefined : texts.connection.savedForOther(formerPlace)}
        autoComplete="off"
        value={field.state === 'typed' ? field.value : ''}
        visibilityToggleButtonProps={{
          'aria-label': texts.connection.show(label.toLowerCase()),
          tabIndex: 0,
          'aria-hidden': false,
        }}
        onChange={(event) => set(typed(event.currentTarget.value, saved))}
        onBlur={() => {
          if (field.state === 'typed' && field.value === '') set(saved)
        }}
      />
    )
  }
  return (
    <Input.Wrapper label={label} labelElement="div" error={error}>
      <div className={classes.kept} role="group" aria-label={label}>
        <IconLock size={15} aria-hidden className={classes.icon} />
        <span className={classes.words} title={field.state === 'found' ? field.where : undefined}>
          {wordsOf(field)}
        </span>
        {field.state === 'forgotten' ? (
          <Button variant="subtle" size="compact-sm" onClick={() => set({ state: 'kept' })}>
            {texts.connection.keep}
          </Button>
        ) : (
          <>
            <Button
              id={idOf(name)}
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                replaces.current = true
                set({ state: 'typed', value: '' })
              }}
              aria-label={texts.connection.replaceOf(label.toLowerCase())}
            >
              {texts.connection.replace}
            </Button>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => set(saved.state === 'kept' ? { state: 'forgotten' } : { state: 'none' })}
              aria-label={texts.connection.forgetOf(label.toLowerCase())}
            >
              {texts.connection.forget}
            </Button>
          </>
        )}
      </div>
    </Input.Wrapper>
  )
}

const typed = (value: string, saved: SecretField): SecretField =>
  value === '' && saved.state === 'none' ? saved : { state: 'typed', value }

function wordsOf(field: Exclude<SecretField, { state: 'none' | 'typed' }>): string {
  switch (field.state) {
    case 'kept':
      return texts.connection.savedSecret
    case 'found':
      return texts.connection.foundIn(field.where)
    case 'forgotten':
      return texts.connection.deletedOnSave
  }
}
