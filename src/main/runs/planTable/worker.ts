import { parentPort } from 'node:worker_threads'
import { errorData } from '../../engine/errors.ts'
import { PlanTable } from './planTable.ts'
import type { PlanTableRequest, PlanTableReply } from './planTables.ts'

/** A plan that nobody has asked about for so long is closed: its file must not be held for ever. */
const closeAfterMs = 30_000

/** Reads plans in a thread of its own: sorting a million rows takes seconds, in which the window has to go on. */
let open: { path: string; table: PlanTable } | null = null
let timer: NodeJS.Timeout | undefined

function close(): void {
  open?.table.close()
  open = null
}

function tableOf(path: string): PlanTable {
  if (open?.path !== path) {
    close()
    open = { path, table: new PlanTable(path) }
  }
  clearTimeout(timer)
  timer = setTimeout(close, closeAfterMs).unref()
  return open.table
}

function answer({ path, ask }: PlanTableRequest): unknown {
  const table = tableOf(path)
  switch (ask.what) {
    case 'rows':
      return table.rows(ask.list, ask.from, ask.limit)
    case 'item':
      return table.item(ask.seq)
    case 'facets':
      return table.facets()
  }
}

parentPort?.on('message', (request: PlanTableRequest) => {
  const reply = (rest: Omit<PlanTableReply, 'id'>): void => parentPort?.postMessage({ id: request.id, ...rest })
  try {
    reply({ value: answer(request) })
  } catch (error) {
    close()
    reply({ error: errorData(error) })
  }
})
