import { Tabs } from '@mantine/core'
import type { RunSnapshot } from '../../../shared/run.ts'
import { formatNumber } from '../../format/number.ts'
import classes from './runActivity.module.css'
import { RunFailures } from './runFailures.tsx'
import { LogLines } from './runLog.tsx'

/** What a run says as it goes: its log, and what has failed by cause. */
export function RunActivity({ runId, log, counts }: Pick<RunSnapshot, 'runId' | 'log' | 'counts'>) {
  return (
    <section className={classes.panel} aria-label="Log and failures">
      <Tabs defaultValue="log" keepMounted={false}>
        <Tabs.List aria-label="Log and failures">
          <Tabs.Tab value="log">Log</Tabs.Tab>
          <Tabs.Tab value="failures">Failures{counts.failed > 0 && ` (${formatNumber(counts.failed)})`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="log" tabIndex={-1}>
          <LogLines lines={log} />
        </Tabs.Panel>
        <Tabs.Panel value="failures" className={classes.failures} tabIndex={0}>
          <RunFailures runId={runId} failed={counts.failed} />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}
