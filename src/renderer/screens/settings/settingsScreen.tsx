import { NativeSelect, useMantineColorScheme } from '@mantine/core'
import {
  IconDeviceDesktop,
  IconFolder,
  IconInfoCircle,
  IconLanguage,
  IconListCheck,
  IconMoon,
  IconPalette,
  IconSun,
  IconTrash,
} from '@tabler/icons-react'
import { type ReactNode, useId } from 'react'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatMoment } from '../../format/time.ts'
import { useSettings } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { About } from './about.tsx'
import { DataFolder } from './dataFolder.tsx'
import { PlanDefaults } from './planDefaults.tsx'
import { Retention } from './retention.tsx'
import classes from './settings.module.css'
import { Choice } from '../../components/choice.tsx'

/** What the user can choose for the whole program. Every choice takes effect at once. */
export function SettingsScreen() {
  const error = useSettings((state) => state.error)
  return (
    <Screen back title={texts.settings.settings} subtitle={texts.settings.subtitle}>
      {error && <ErrorCard error={error} />}
      <div className={classes.sections}>
        <Group title={texts.settings.appearance} icon={IconPalette}>
          <AppearanceChoice />
        </Group>
        <Group title={texts.settings.numbersAndDates} icon={IconLanguage}>
          <LocaleChoice />
        </Group>
        <Group title={texts.settings.newPlans} icon={IconListCheck}>
          <PlanDefaults />
        </Group>
        <Group title={texts.settings.runRecords} icon={IconTrash}>
          <Retention />
        </Group>
        <Group title={texts.settings.dataFolder} icon={IconFolder}>
          <DataFolder />
        </Group>
        <Group title={texts.settings.about} icon={IconInfoCircle}>
          <About />
        </Group>
      </div>
    </Screen>
  )
}

function Group({ title, icon: Icon, children }: { title: string; icon: typeof IconFolder; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.group}>
      <h2 id={id} className={classes.title}>
        <Icon size={18} stroke={1.75} aria-hidden />
        {title}
      </h2>
      <div className={classes.body}>{children}</div>
    </section>
  )
}

const locales = [
  'en-GB',
  'en-US',
  'de-DE',
  'de-CH',
  'fr-FR',
  'es-ES',
  'it-IT',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'sv-SE',
  'ja-JP',
]

/** A moment in which day and month cannot be mistaken for each other, and a number with all its separators. */
const sample = { moment: Date.UTC(2026, 2, 31, 15, 4), number: 1_234_567, bytes: 123_400_000 }

function LocaleChoice() {
  const locale = useSettings(({ settings }) => settings.locale)
  const change = useSettings((state) => state.change)
  const names = new Intl.DisplayNames('en', { type: 'language' })
  return (
    <>
      <NativeSelect
        label={texts.settings.format}
        value={locale ?? ''}
        onChange={(event) =>
          void change({ locale: event.currentTarget.value === '' ? null : event.currentTarget.value })
        }
        data={[
          { value: '', label: texts.settings.systemLanguage },
          ...locales.map((value) => ({ value, label: names.of(value) ?? value })),
        ]}
      />
      <p className={classes.sample}>
        {texts.settings.sample({
          number: sample.number,
          bytes: formatBytes(sample.bytes),
          moment: formatMoment(sample.moment),
        })}
      </p>
    </>
  )
}

/** Light, dark or as the system has it; the same choice as in the header. */
function AppearanceChoice() {
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
