import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ShellListing } from '../../../src/main/adapters/uploads/remote/shellListing.ts'
import { ShellSession } from '../../../src/main/adapters/uploads/remote/shellSession.ts'
import type { RunningCommand } from '../../../src/main/engine/commands.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'

const lost = (why: string): MigrateError => new MigrateError('CONTAINER_LOST', { message: why, scope: 'run' })

/** A program that says whatever it is made to, until it is killed. */
function program() {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()]
  let isKilled = false
  const running: RunningCommand = {
    stdin: stdin.resume(),
    stdout,
    ended: new Promise(() => undefined),
    kill: () => {
      isKilled = true
    },
  }
  return { running, stdout, isKilled: () => isKilled }
}

describe('a shell whose answer does not end', () => {
  it('is ended', async () => {
    const { running, stdout, isKilled } = program()
    const session = new ShellSession(running, 60_000, lost)
    const answer = session.run('stat -c %s x').catch((error: unknown) => error)
    for (let said = 0; !isKilled(); said += 65_536) {
      expect(said).toBeLessThan(32 * 1024 ** 2)
      if (!stdout.write(Buffer.alloc(65_536, 'x'))) await new Promise(setImmediate)
    }
    expect(await answer).toMatchObject({ code: 'CONTAINER_LOST', message: 'it answers with more than 16 MiB' })
    expect(session.isOpen).toBe(false)
  })
})

describe('a listing without a beginning of a line', () => {
  it('is lost, and not taken for its end', async () => {
    const { running, stdout } = program()
    const listing = await ShellListing.open(() => Promise.resolve(running), '/uploads', lost)
    const next = listing.next().catch((error: unknown) => error)
    stdout.write('x'.repeat(300 * 1024))
    expect(await next).toMatchObject({ code: 'CONTAINER_LOST', message: 'a listing is not understood' })
  })
})
