import type { ReactNode } from 'react'
import type { PlanFilter } from '../../../shared/planTable.ts'
import { useShownRun } from '../../stores/context.tsx'
import { runTabs, type RunTab } from '../../stores/navigation.ts'
import { runStart, type RunPlace } from '../../stores/shownRun.ts'
import { texts } from '../../texts/texts.ts'
import { Tabs } from '../tabs.tsx'

interface RunTabsProps {
  runId: string
  counts: Partial<Record<RunTab, number | undefined>>
  /** What each view holds; a view that is absent has no tab. */
  views: Partial<Record<RunTab, () => ReactNode>>
}

/** A plan, a run and its result have the same views, and each run is found again at the view where it was left. */
export function RunTabs({ runId, counts, views }: RunTabsProps) {
  const { place, show } = useRunPlace(runId)
  const tabs = runTabs.filter((tab) => views[tab] !== undefined)
  const tab = tabs.includes(place.tab) ? place.tab : 'summary'
  return (
    <Tabs
      label={texts.run.views}
      tabs={tabs.map((value) => ({ value, label: texts.run.tabs[value], count: counts[value] }))}
      value={tab}
      onChange={(value) => show({ ...place, tab: value })}
    >
      {views[tab]?.()}
    </Tabs>
  )
}

/** Where one is in a run. */
export function useRunPlace(runId: string): {
  place: RunPlace
  show: (place: RunPlace) => void
  /** Opens the files that match a filter. */
  showFiles: (filter: PlanFilter) => void
} {
  const place = useShownRun(({ places }) => places[runId]) ?? runStart
  const showIn = useShownRun((state) => state.show)
  const show = (wanted: RunPlace) => showIn(runId, wanted)
  return { place, show, showFiles: (filter) => show({ tab: 'files', filter }) }
}
