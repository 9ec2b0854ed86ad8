import { Tabs as MantineTabs } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatNumber } from '../format/number.ts'
import classes from './tabs.module.css'

/** One of several views of the same thing. */
export interface Tab<T extends string> {
  value: T
  label: ReactNode
  /** Beside the label: how much is in there. */
  count?: number | undefined
}

interface TabsProps<T extends string> {
  /** What the tabs are about. */
  label: string
  tabs: readonly Tab<T>[]
  value: T
  onChange: (value: T) => void
  /** The view that is shown. */
  children: ReactNode
}

/** Views of one thing, of which one is shown. The arrow keys lead from one to the next. */
export function Tabs<T extends string>({ label, tabs, value, onChange, children }: TabsProps<T>) {
  return (
    <MantineTabs
      value={value}
      onChange={(chosen) => {
        const tab = tabs.find((one) => one.value === chosen)
        if (tab) onChange(tab.value)
      }}
      keepMounted={false}
      classNames={{ list: classes.list ?? '' }}
    >
      <TabBar label={label} tabs={tabs} />
      <MantineTabs.Panel value={value} className={classes.panel}>
        {children}
      </MantineTabs.Panel>
    </MantineTabs>
  )
}

function TabBar<T extends string>({ label, tabs }: Pick<TabsProps<T>, 'label' | 'tabs'>) {
  return (
    <MantineTabs.List aria-label={label}>
      {tabs.map((tab) => (
        <MantineTabs.Tab key={tab.value} value={tab.value}>
          {tab.label}
          {tab.count !== undefined && <span className={classes.count}>{formatNumber(tab.count)}</span>}
        </MantineTabs.Tab>
      ))}
    </MantineTabs.List>
  )
}
