import { useId, type ReactNode } from 'react'
import classes from './choice.module.css'

interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string; detail?: string; icon?: ReactNode }[]
  onChange: (value: T) => void
}

/** One of a few, all of them in sight. Arrow keys choose, as among all radio buttons. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className={classes.group}>
      {options.map((option) => (
        <label key={option.value} className={classes.option} data-large={option.detail !== undefined}>
          <input
            type="radio"
            className={classes.input}
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.icon}
          <span className={classes.text}>
            <span className={classes.label}>{option.label}</span>
            {option.detail !== undefined && <span className={classes.detail}>{option.detail}</span>}
          </span>
        </label>
      ))}
    </div>
  )
}
