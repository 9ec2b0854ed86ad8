import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Keys } from '../../components/keys.tsx'
import { useOverlay } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { findAll, useCommands } from './commands.ts'
import classes from './palette.module.css'

/** More than fit are found by typing. */
const shown = 12

/** Finds anything that can be done, and does it: opened by keys from everywhere. */
export function Palette() {
  const opened = useOverlay((state) => state.opened === 'find')
  const close = useOverlay((state) => state.close)
  return (
    <Modal.Root opened={opened} onClose={close} size={620} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content className={classes.palette ?? ''} aria-label={texts.palette.findAnything}>
        {opened && <Search onClose={close} />}
      </Modal.Content>
    </Modal.Root>
  )
}

function Search({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  // It hears Escape before the dialog does.
  const combobox = useCombobox({ opened: true, onDropdownClose: onClose })
  const { selectFirstOption } = combobox
  const commands = findAll(useCommands(), typed).slice(0, shown)
  // Enter does what stands first, until the arrows choose another.
  useEffect(() => void selectFirstOption(), [selectFirstOption, typed])
  const run = (id: string) => {
    onClose()
    commands.find((command) => command.id === id)?.run()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={run} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          size="md"
          variant="unstyled"
          className={classes.field ?? ''}
          leftSection={<IconSearch size={18} aria-hidden />}
          aria-label={texts.palette.placeholder}
          placeholder={texts.palette.placeholder}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={classes.options ?? ''} aria-label={texts.palette.results}>
        {commands.length === 0 && <Combobox.Empty>{texts.palette.noResults}</Combobox.Empty>}
        {commands.map(({ id, label, group, keys }) => (
          <Combobox.Option key={id} value={id} className={classes.option ?? ''}>
            <span className={classes.label}>{label}</span>
            {keys !== undefined && <Keys keys={keys} />}
            <span className={classes.group}>{group}</span>
          </Combobox.Option>
        ))}
      </Combobox.Options>
    </Combobox>
  )
}
