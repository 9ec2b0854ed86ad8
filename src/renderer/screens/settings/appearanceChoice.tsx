import { useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'

/** Light, dark or as the system has it; the same choice as in the header. */
export function AppearanceChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Choice
      label="Theme"
      value={colorScheme}
      onChange={setColorScheme}
      options={[
        { value: 'light', label: 'Light', icon: <IconSun size={16} aria-hidden /> },
        { value: 'dark', label: 'Dark', icon: <IconMoon size={16} aria-hidden /> },
        { value: 'auto', label: 'As the system', icon: <IconDeviceDesktop size={16} aria-hidden /> },
      ]}
    />
  )
}
