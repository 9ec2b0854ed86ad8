import { useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { texts } from '../../texts/texts.ts'

/** Light, dark or as the system has it; the same choice as in the header. */
export function AppearanceChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Choice
      label={texts.settings.theme}
      value={colorScheme}
      onChange={setColorScheme}
      options={[
        { value: 'light', label: texts.settings.light, icon: <IconSun size={16} aria-hidden /> },
        { value: 'dark', label: texts.settings.dark, icon: <IconMoon size={16} aria-hidden /> },
        { value: 'auto', label: texts.settings.system, icon: <IconDeviceDesktop size={16} aria-hidden /> },
      ]}
    />
  )
}
