import { runWords } from '../../../shared/runWords.ts'
import { useMantineColorScheme } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import {
  useBackups,
  useBusy,
  useImporting,
  useNavigation,
  useOverlay,
  useProfiles,
  useRuns,
  useStores,
  useSupport,
} from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

/** Something that can be done from anywhere. */
export interface Command extends Findable {
  id: string
  /** What it belongs to, shown beside it. */
  group: string
  /** Keys that do the same. */
  keys?: string | undefined
  run: () => void
}

/** All that can be done from anywhere: places, connections, runs, looks. */
export function useCommands(): Command[] {
  const places = usePlaces()
  const connections = useConnections()
  const runs = useRunCommands()
  const looks = useLooks()
  return [...places, ...connections, ...runs, ...looks]
}

function usePlaces(): Command[] {
  const go = useNavigation((state) => state.go)
  const importState = useImporting((state) => state.open)
  const open = useOverlay((state) => state.open)
  const place = (id: string, label: string, run: () => void, keys?: string, also?: string): Command => ({
    id,
    label,
    group: texts.palette.goTo,
    run,
    keys,
    also,
  })
  return [
    place('home', texts.palette.connections, () => go({ name: 'home' }), 'mod+shift+O', 'home'),
    place('history', texts.palette.history, () => go({ name: 'history' }), 'mod+shift+H', 'runs'),
    place(
      'settings',
      texts.palette.settings,
      () => go({ name: 'settings' }),
      'mod+,',
      texts.palette.preferencesDefaultsLanguageRetention,
    ),
    place('new', texts.palette.newConnection, () => go({ name: 'new' }), 'mod+N', texts.palette.addProfileServer),
    place('import', texts.palette.importAStateFile, () => importState(null), undefined, 'migration_state.json'),
    place('help', texts.shell.help, () => go({ name: 'help' }), undefined, texts.palette.keysHelp),
    place('shortcuts', texts.palette.keyboardShortcuts, () => open('shortcuts'), 'F1', texts.palette.keysHelp),
    place(
      'licences',
      texts.palette.licences,
      () => go({ name: 'settings', licences: true }),
      undefined,
      texts.palette.aboutVersionOpenSource,
    ),
  ]
}

function useLooks(): Command[] {
  const { setColorScheme } = useMantineColorScheme()
  const look = (scheme: 'light' | 'dark' | 'auto', label: string): Command => ({
    id: `look ${scheme}`,
    label,
    group: texts.palette.appearance,
    also: texts.palette.themeColourSchemeMode,
    run: () => setColorScheme(scheme),
  })
  return [look('light', texts.palette.light), look('dark', texts.palette.dark), look('auto', texts.palette.system)]
}

function useConnections(): Command[] {
  const profiles = useProfiles((state) => state.profiles) ?? []
  const { makePlan } = useStores()
  const go = useNavigation((state) => state.go)
  const backUp = useBackups((state) => state.open)
  const support = useSupport((state) => state.open)
  const busy = useBusy()
  return profiles.flatMap(({ id, name, problem, database, bucket }: ProfileSummary): Command[] => {
    const of = (what: string, label: string, run: () => void): Command => ({
      id: `${what} ${id}`,
      label: `${name}: ${label}`,
      group: texts.palette.connection,
      also: `${database} ${bucket}`,
      run,
    })
    return [
      of('overview', texts.palette.overview, () => go({ name: 'connection', profileId: id, tab: 'overview' })),
      ...(busy || problem !== null ? [] : [of('plan', texts.palette.makeAPlan, () => void makePlan(id))]),
      of('doctor', texts.palette.checks, () => go({ name: 'doctor', profileId: id })),
      ...(problem === null
        ? [
            of('backup', texts.palette.backUpDatabase, () => backUp({ profileId: id, runId: null })),
            of('support', texts.palette.createSupportBundle, () => support({ profileId: id, runId: null })),
          ]
        : []),
      of('edit', texts.palette.edit, () => go({ name: 'connection', profileId: id, tab: 'settings' })),
    ]
  })
}

function useRunCommands(): Command[] {
  const runs = useRuns(({ value }) => value) ?? []
  const go = useNavigation((state) => state.go)
  return runs.map(({ runId, kind, profile, createdAt, status }: RunSummary): Command => ({
    id: `run ${runId}`,
    label: texts.palette.runOf({ name: runWords[kind].name, profile, createdAt: formatMoment(createdAt) }),
    group: wordOfRun({ kind, status }).label,
    also: runId,
    run: () => go({ name: 'run', runId }),
  }))
}

/** Something that can be found by its words. */
interface Findable {
  label: string
  /** Words that find it too, and are not shown. */
  also?: string | undefined
}

/**
 * Those that hold every word of what was typed, in any order and case; those whose name begins with it first, else in
 * their own order.
 */
export function findAll<T extends Findable>(all: readonly T[], typed: string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = all.filter(({ label, also = '' }) => {
    const text = `${label} ${also}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const start = typed.trim().toLowerCase()
  const begins = ({ label }: T): boolean => start !== '' && label.toLowerCase().startsWith(start)
  return [...hits.filter(begins), ...hits.filter((hit) => !begins(hit))]
}
