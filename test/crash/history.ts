import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { allItems } from '../../src/main/engine/journal/items.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import type { ItemResult } from '../../src/sandbox/expectations.ts'
import type { RunSummary } from '../../src/shared/run.ts'
import type { RunKind } from '../../src/shared/runKind.ts'

/** What a user sees of the runs, to decide how to go on. Nothing that is checked rests on it alone. */
export class History {
  readonly #runs: RunFolder
  #seen = new Set<string>()

  constructor(home: string) {
    const dir = join(home, 'runs')
    mkdirSync(dir, { recursive: true })
    this.#runs = new RunFolder(dir)
  }

  /** From here on `latest` leaves out the runs that there are. */
  turnPage(): void {
    this.#seen = new Set(this.#runs.ids())
  }

  /** The run of a kind that was begun and is not done, or is done; null when there is none that got so far. */
  latest(kind: RunKind): RunSummary | null {
    const found = [...this.#runs.summaries()].filter((run) => run.kind === kind && !this.#seen.has(run.runId))
    return found.find(({ status }) => !['planning', 'planned', 'not started'].includes(status)) ?? null
  }

  summary(runId: string): RunSummary {
    return this.#runs.summary(runId)
  }

  /** Documents that a repair has saved before it deleted their rows. */
  savedDocuments(): Set<string> {
    const row = z.array(z.object({ id: z.string() }))
    const ids = this.#runs
      .ids()
      .flatMap((run) =>
        this.#runs.with(run, ({ query }) =>
          row
            .parse(
              query
                .prepare(`SELECT json_extract(data, '$.documentId') AS id FROM journal WHERE step = 'row-saved'`)
                .all(),
            )
            .map(({ id }) => id),
        ),
      )
    return new Set(ids)
  }

  /** Every item of a run with its outcome. */
  results(runId: string): ItemResult[] {
    return this.#runs.with(runId, (store) =>
      Array.from(allItems(store), ({ state, ...item }) => ({ ...item, outcome: state })),
    )
  }
}
