import { Tabs } from '@mantine/core'
import type { RunSnapshot } from '../../../shared/run.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'
import classes from './runActivity.module.css'
import { RunFailures } from './runFailures.tsx'
import { LogLines } from '../../components/run/runLog.tsx'

/** What a run says as it goes: its log, and what has failed by cause. */
export function RunActivity({ runId, log, counts }: Pick<RunSnapshot, 'runId' | 'log' | 'counts'>) {
  return (
    <section className={classes.panel} aria-label={texts.run.logAndFailures}>
      <Tabs defaultValue="log" keepMounted={false}>
        <Tabs.List aria-label={texts.run.logAndFailures}>
          <Tabs.Tab value="log">{texts.run.log}</Tabs.Tab>
          <Tabs.Tab value="failures">
            {texts.run.failures}
            {counts.failed > 0 && ` (${formatNumber(counts.failed)})`}
          </Tabs.Tab>
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
