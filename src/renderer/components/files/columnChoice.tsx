import { Button, Checkbox, Popover } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { texts } from '../../texts/texts.ts'
import { columnIds, columnLabels, type Columns } from './columns.ts'
import classes from './files.module.css'

interface ColumnChoiceProps {
  columns: Columns
  onChange: (columns: Columns) => void
}

/** Chooses which columns are shown; the name always is. */
export function ColumnChoice({ columns, onChange }: ColumnChoiceProps) {
  const { hidden } = columns
  return (
    <Popover position="bottom-end" trapFocus returnFocus withRoles>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {texts.plan.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.plan.columns}>
        <div className={classes.choice}>
          {columnIds.map((id) => (
            <Checkbox
              key={id}
              label={columnLabels[id]}
              checked={!hidden.includes(id)}
              onChange={({ currentTarget }) =>
                onChange({
                  ...columns,
                  hidden: currentTarget.checked ? hidden.filter((one) => one !== id) : [...hidden, id],
                })
              }
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
