import { VisuallyHidden } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Throughput } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { formatNumber } from '../../format/number.ts'
import { formatClock } from '../../format/time.ts'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

interface ThroughputChartProps {
  throughput: Throughput
  /** Bytes say how fast it goes; else files do. */
  inBytes: boolean
}

/** How fast a run went from its beginning until now. */
export function ThroughputChart({ throughput, inBytes }: ThroughputChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const { from, stepMs, bytesPerSecond, itemsPerSecond } = throughput
  const values = inBytes ? bytesPerSecond : itemsPerSecond

  useEffect(() => {
    const element = box.current
    // Without a canvas the words beside it have to do.
    if (!element || !document.createElement('canvas').getContext('2d')) return undefined
    const plot = new uPlot(optionsFor(element, inBytes), [[], []], element)
    chart.current = plot
    const observer = new ResizeObserver(() => plot.setSize(sizeOf(element)))
    observer.observe(element)
    // The colours are those of the theme, which may change.
    const repaint = new MutationObserver(() => plot.redraw(false, true))
    repaint.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
    return () => {
      observer.disconnect()
      repaint.disconnect()
      plot.destroy()
      chart.current = null
    }
  }, [inBytes])
  useEffect(() => {
    chart.current?.setData([values.map((_, at) => (from + (at + 0.5) * stepMs) / 1000), values])
  }, [from, stepMs, values, inBytes])

  const { now, mean, most } = summaryOf(values)
  const word = (value: number) => (inBytes ? formatRate(value) : texts.run.filesPerSecond(value))
  const text =
    values.length === 0 ? texts.run.nothingHasMovedYet : texts.run.meanAndMost({ mean: word(mean), most: word(most) })
  return (
    <Panel title={texts.run.throughput} aside={text} flush>
      <div ref={box} className={classes.chart} aria-hidden />
      <VisuallyHidden>
        {values.length > 0 && texts.run.latestSince({ now: word(now), from: formatClock(from) })}
      </VisuallyHidden>
    </Panel>
  )
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({ width: clientWidth, height: clientHeight })

/** A colour of the theme as it is now. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function optionsFor(element: HTMLElement, inBytes: boolean): uPlot.Options {
  const colour = (name: string) => () => colourOf(element, name)
  const axis = { stroke: colour('--muted'), font: '12px "Inter Variable", sans-serif', ticks: { show: false } }
  return {
    ...sizeOf(element),
    padding: [12, 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true },
      y: { range: (_plot, _least, most) => [0, Math.max(most * 1.1, inBytes ? 1_000 : 1)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 90,
        // Never less than a second: the same time would stand there twice.
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400],
        grid: { show: false },
        values: (_plot, splits) => splits.map((seconds) => formatClock(seconds * 1000)),
      },
      {
        ...axis,
        size: 76,
        space: 36,
        grid: { stroke: colour('--border'), width: 1 },
        values: (_plot, splits) => splits.map((value) => (inBytes ? `${formatBytes(value)}/s` : formatNumber(value))),
      },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--chosen'),
        width: 2,
        points: { show: false },
      },
    ],
  }
}

/** The rates of a run in three figures; the last one is of now. */
function summaryOf(rates: readonly number[]): { now: number; mean: number; most: number } {
  const sum = rates.reduce((all, rate) => all + rate, 0)
  return { now: rates.at(-1) ?? 0, mean: rates.length > 0 ? sum / rates.length : 0, most: Math.max(0, ...rates) }
}
