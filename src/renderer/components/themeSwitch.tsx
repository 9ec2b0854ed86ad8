import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { texts } from '../texts/texts.ts'

/** Chooses light, dark or the system's appearance; the choice is kept. */
export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      size="xs"
      aria-label={texts.components.appearance}
      value={colorScheme}
      onChange={setColorScheme}
      data={[
        { value: 'light', label: texts.components.light },
        { value: 'dark', label: texts.components.dark },
        { value: 'auto', label: texts.components.system },
      ]}
    />
  )
}
