import { Tabs as MantineTabs } from '@mantine/core'
import { createContext, use, type ReactNode } from 'react'
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
export function Tabs<T extends string>({ children, ...props }: TabsProps<T>) {
  return (
    <Root {...props}>
      <Bar label={props.label} tabs={props.tabs} />
      <MantineTabs.Panel value={props.value} className={`${classes.panel} ${classes.apart}`}>
        {children}
      </MantineTabs.Panel>
    </Root>
  )
}

/** The tabs of a whole place: whatever screen it shows has them in its head. */
export function PlaceTabs<T extends string>({ children, ...props }: TabsProps<T>) {
  return (
    <Root {...props}>
      <Place value={{ bar: <Bar label={props.label} tabs={props.tabs} />, value: props.value }}>{children}</Place>
    </Root>
  )
}

const Place = createContext<{ bar: ReactNode; value: string } | null>(null)

/** The tabs of the place that a screen belongs to: for its head. */
export const usePlaceTabs = (): ReactNode => use(Place)?.bar

/** The content of a screen, which its place’s tabs lead to; where the place has none, it is as it is. */
export function PlaceContent({ children }: { children: ReactNode }) {
  const place = use(Place)
  if (place === null) return children
  return (
    <MantineTabs.Panel value={place.value} className={`${classes.panel} ${classes.stack}`}>
      {children}
    </MantineTabs.Panel>
  )
}

function Root<T extends string>({ tabs, value, onChange, children }: Omit<TabsProps<T>, 'label'>) {
  return (
    <MantineTabs
      value={value}
      onChange={(chosen) => {
        const tab = tabs.find((one) => one.value === chosen)
        if (tab) onChange(tab.value)
      }}
      keepMounted={false}
    >
      {children}
    </MantineTabs>
  )
}

function Bar<T extends string>({ label, tabs }: Pick<TabsProps<T>, 'label' | 'tabs'>) {
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
