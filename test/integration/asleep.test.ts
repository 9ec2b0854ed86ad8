import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Step } from '../../src/main/engine/journal/entries.ts'
import { startProxy } from '../services/proxy.ts'
import { World, type Spawned } from './world.ts'

/**
 * A process that is stopped in the middle, like a laptop that is closed: its session ends, another computer works on the
 * same Readur meanwhile, then it wakes. Whatever it was about to remove or move, no document may get out of reach.
 */

const documents = 40
/** So large that reading them back takes a while. */
const largeBytes = 300_000
const few = 6

let here: World
let there: World
beforeEach(async () => {
  here = await World.bulk(documents)
})
afterEach(async () => {
  await there.close()
  await here.close()
})

const idOf = ({ report }: { report: { runId: string | null } }): string => report.runId ?? ''

/** Stops it as soon as it has written this step, and ends its session as a server does that hears nothing from it. */
async function putToSleep(child: Spawned, step: Step): Promise<void> {
  await child.reached(step)
  await endSessions(child)
}

async function endSessions(child: Spawned): Promise<void> {
  child.kill('SIGSTOP')
  await here.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = x'52656164'::int AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
}

async function wake(child: Spawned): Promise<{ code: unknown; err: string }> {
  child.kill('SIGCONT')
  return await child.ended
}

/** Documents that are neither a local file nor an object. */
async function outOfReach(): Promise<string[]> {
  return await here.brokenPointers()
}

describe('who sleeps through the loss of the lock', () => {
  it.each(['remove-intent', 'restore-intent', 'removed'] as const)(
    'in a rollback, at “%s”, removes nothing that another computer has migrated meanwhile',
    async (step) => {
      const migrated = await here.run('migrate')
      there = await here.otherComputer()
      const sleeper = here.spawn('rollback', idOf(migrated), '--yes')
      await putToSleep(sleeper, step)
      expect(await there.run('migrate')).toMatchObject({ code: 0 })
      await wake(sleeper)
      expect(await outOfReach()).toEqual([])
    },
  )

  it('in a rollback that undoes a failed run, leaves what the other computer has migrated', async () => {
    there = await here.otherComputer()
    const refused = here.expectations.at(-1)?.rowId ?? ''
    await here.query(
      `ALTER TABLE documents ADD CONSTRAINT refused CHECK (file_path NOT LIKE 's3://%' OR id <> '${refused}')`,
    )
    const sleeper = here.spawn('migrate', '--enable-rollback', '--batch-size', '10')
    await putToSleep(sleeper, 'remove-intent')
    await there.run('migrate')
    await wake(sleeper)
    expect(await outOfReach()).toEqual([])
  })

  it.each([
    ['free', []],
    ['the deletion of what was set aside', ['--delete-quarantine']],
  ])(
    'in %s, while it reads objects back, takes no file that another computer has given its row back',
    async (_, more) => {
      await here.close()
      here = await World.bulk(few, largeBytes)
      const migrated = await here.run('migrate')
      if (more.length > 0) await here.run('free', idOf(migrated), '--yes')
      there = await here.otherComputer()
      // Rows were looked at and are local again when the bytes of the objects arrive.
      const proxy = await startProxy(Number(new URL(here.s3.endpoint).port), { delayMs: 400 })
      const slow = await here.throughPort(proxy.port)
      try {
        const sleeper = slow.spawn('free', idOf(migrated), ...more, '--yes')
        await sleeper.reached('started')
        await new Promise<void>((resolve) => proxy.atBytes(largeBytes, resolve))
        await endSessions(sleeper)
        const back = await there.run('rollback', idOf(migrated), '--yes')
        expect(back.report.restored).toBe(few)
        await wake(sleeper)
        expect(await outOfReach()).toEqual([])
      } finally {
        await proxy.close()
        await slow.close()
      }
    },
  )

  it('in a repair that removes objects, leaves one whose row came back', async () => {
    await here.run('migrate')
    await here.query(`CREATE TABLE kept AS SELECT * FROM documents`)
    await here.query(`DELETE FROM documents`)
    await here.call('audit', '--settle', '0', '--json', '--env-file', here.envFile)
    there = await here.otherComputer()
    const sleeper = here.spawn('repair', here.latest?.runId ?? '', '--remove-objects', '--yes')
    await putToSleep(sleeper, 'object-saved')
    await here.query(`INSERT INTO documents SELECT * FROM kept`)
    await wake(sleeper)
    expect(await outOfReach()).toEqual([])
  })
})
