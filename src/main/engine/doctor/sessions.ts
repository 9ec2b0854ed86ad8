import type { Checkup } from './checkup.ts'
import type { DatabaseDeps } from './ports.ts'
import type { BlockedSession, DatabaseCondition, DatabaseSession } from './ports.ts'
import { note, ok, warning, type Offer, type CheckResult } from './checkResult.ts'

/** Connections that a run takes at the same time. */
const ownConnections = 3
const longTransactionMs = 5 * 60_000
/** A statement over many rows takes some seconds on a small server. */
const shortTimeoutMs = 10_000

/** What other sessions do that would be in the way. */
export async function checkSessions(checkup: Checkup, { condition, timeoutMs }: DatabaseDeps): Promise<void> {
  await checkup.run('database.connections', async (signal) => connections(await condition.connections(signal)))
  await checkup.run('database.locks', async (signal) => locks(await condition.blocked(signal)))
  await checkup.run('database.transactions', async (signal) =>
    transactions(await condition.longTransactions(longTransactionMs, signal)),
  )
  await checkup.run('database.timeout', () => Promise.resolve(timeout(timeoutMs)))
}

function connections({
  used,
  most,
  reserved,
  byName,
}: Awaited<ReturnType<DatabaseCondition['connections']>>): CheckResult<null> {
  const free = most - reserved - used
  const finding = `${used} of ${most} in use.`
  if (free >= ownConnections) return ok(null, finding, { evidence: byName })
  return warning(null, finding, {
    evidence: [`${reserved} are kept for administrators`, ...byName],
    words: `A run takes up to ${ownConnections}, Readur up to 50. Close what is not needed, or raise max_connections and restart PostgreSQL.`,
    commands: [{ where: 'the database', text: `ALTER SYSTEM SET max_connections = ${most + 50};` }],
  })
}

function locks(blocked: readonly BlockedSession[]): CheckResult<null> {
  if (blocked.length === 0) return ok(null, 'None.')
  const waiting = new Set(blocked.map(({ pid }) => pid))
  // Who waits too is freed by the end of whom it waits for.
  const roots = new Map<number, DatabaseSession>()
  for (const { blockers } of blocked) for (const it of blockers) if (!waiting.has(it.pid)) roots.set(it.pid, it)
  const evidence = blocked.flatMap((it) => [
    `pid ${it.pid} (${whose(it)}) has waited ${seconds(it.waitingMs)} for pid ${it.blockers.map(({ pid }) => pid).join(', ')}: ${it.query}`,
    ...it.blockers.map(
      (by) =>
        `pid ${by.pid} (${whose(by)}) is ${by.state || 'at work'} since ${seconds(by.transactionMs)}: ${by.query}`,
    ),
  ])
  return warning(null, `${blocked.length} session${blocked.length === 1 ? ' waits' : 's wait'} for a lock.`, {
    evidence: [...new Set(evidence)],
    words:
      'A run waits a few seconds for a locked document, then reports it as failed. Wait for the other session, or end it; its uncommitted changes are lost.',
    offers: [...roots.values()].map(endOffer),
    commands: [...roots.values()].map(({ pid }) => ({
      where: 'the database' as const,
      text: `SELECT pg_terminate_backend(${pid});`,
    })),
  })
}

const endOffer = (it: DatabaseSession): Offer => ({
  id: `end-session-${it.pid}`,
  label: `End session ${it.pid}`,
  consequence: `The session with pid ${it.pid} of ${whose(it)} is ended, if it still is the one that began at ${it.startedAt}. It has been ${it.state || 'at work'} for ${seconds(it.transactionMs)}, and what it has not committed is rolled back. Its statement: ${it.query}`,
  action: { kind: 'end session', pid: it.pid, startedAt: it.startedAt },
})

function transactions(long: readonly DatabaseSession[]): CheckResult<null> {
  if (long.length === 0) return ok(null, 'None.')
  return note(null, `${long.length} for more than ${longTransactionMs / 60_000} minutes.`, {
    evidence: long.map(
      (it) => `pid ${it.pid} (${whose(it)}), ${it.state}, for ${seconds(it.transactionMs)}: ${it.query}`,
    ),
    words:
      'While they last, the database can’t reuse freed space, so it grows. They are otherwise harmless unless they hold locks.',
  })
}

function timeout(timeoutMs: number): CheckResult<null> {
  const finding = `${timeoutMs / 1_000} s.`
  const evidence = ['applies to connecting and to each statement; lost connections are retried separately']
  if (timeoutMs >= shortTimeoutMs) return ok(null, finding, { evidence })
  return warning(null, finding, {
    evidence,
    words: 'This is short for a busy server. Set the statement timeout to 60 seconds or more.',
  })
}

function whose({ user, application, client }: DatabaseSession): string {
  const from = client ?? 'the server itself'
  return `${user}${application === '' ? '' : `, ${application}`}, from ${from}`
}

function seconds(milliseconds: number): string {
  const all = Math.round(milliseconds / 1_000)
  return all < 120 ? `${all} s` : `${Math.round(all / 60)} min`
}
