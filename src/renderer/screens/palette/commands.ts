import { runWords } from '../../../shared/runWords.ts'
import { useMantineColorScheme } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import type { Findable } from '../../format/find.ts'
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
    group: 'Go to',
    run,
    keys,
    also,
  })
  return [
    place('home', 'Connections', () => go({ name: 'home' }), 'mod+shift+O', 'home'),
    place('history', 'History', () => go({ name: 'history' }), 'mod+shift+H', 'runs'),
    place('settings', 'Settings', () => go({ name: 'settings' }), 'mod+,', 'preferences defaults language retention'),
    place('new', 'New connection', () => go({ name: 'connection', profileId: null }), 'mod+N', 'add profile server'),
    place('import', 'Import a state file…', () => importState(null), undefined, 'migration_state.json'),
    place('shortcuts', 'Keyboard shortcuts', () => open('shortcuts'), 'F1', 'keys help'),
    place(
      'licences',
      'Licences',
      () => go({ name: 'settings', licences: true }),
      undefined,
      'about version open source',
    ),
  ]
}

function useLooks(): Command[] {
  const { setColorScheme } = useMantineColorScheme()
  const look = (scheme: 'light' | 'dark' | 'auto', label: string): Command => ({
    id: `look ${scheme}`,
    label,
    group: 'Appearance',
    also: 'theme colour scheme mode',
    run: () => setColorScheme(scheme),
  })
  return [look('light', 'Light'), look('dark', 'Dark'), look('auto', 'As the system')]
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
      group: 'Connection',
      also: `${database} ${bucket}`,
      run,
    })
    return [
      of('overview', 'where it stands', () => go({ name: 'overview', profileId: id })),
      ...(busy || problem !== null ? [] : [of('plan', 'make a plan', () => void makePlan(id))]),
      of('doctor', 'checks', () => go({ name: 'doctor', profileId: id })),
      ...(problem === null
        ? [
            of('backup', 'back up the database…', () => backUp({ profileId: id, runId: null })),
            of('support', 'write a support bundle…', () => support({ profileId: id, runId: null })),
          ]
        : []),
      of('edit', 'edit', () => go({ name: 'connection', profileId: id })),
    ]
  })
}

function useRunCommands(): Command[] {
  const runs = useRuns((state) => state.runs) ?? []
  const go = useNavigation((state) => state.go)
  return runs.map(({ runId, kind, profile, createdAt, status }: RunSummary): Command => ({
    id: `run ${runId}`,
    label: `${runWords[kind].name} of ${profile}, ${formatMoment(createdAt)}`,
    group: wordOfRun({ kind, status }).label,
    also: runId,
    run: () => go({ name: 'run', runId }),
  }))
}
