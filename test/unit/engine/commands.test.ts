import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { assertRuns, type Commands } from '../../../src/main/engine/commands.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'

const lost = (): MigrateError => new MigrateError('SSH_LOST', { message: 'It ended without saying how.', scope: 'run' })

/** An account whose first programs end unheard, and whose others repeat what they are told. */
function accountWhere({ unheard }: { unheard: number }): Commands & { started: number } {
  return {
    label: 'server',
    started: 0,
    start(argv) {
      this.started += 1
      const isUnheard = this.started <= unheard
      const stdout = new PassThrough()
      stdout.end(isUnheard ? '' : (argv[1] ?? ''))
      const ended = isUnheard ? Promise.reject(lost()) : Promise.resolve({ code: 0, stderr: '' })
      ended.catch(() => undefined)
      return Promise.resolve({ stdin: new PassThrough(), stdout, ended, kill: () => undefined })
    },
  }
}

it('asks an account again whose first program ended unheard: the connection may have been lost just then', async () => {
  const account = accountWhere({ unheard: 1 })
  await assertRuns(account, new AbortController().signal)
  expect(account.started).toBe(2)
})

it('takes an account for one that runs no programs when they end unheard twice, as with SFTP alone', async () => {
  await expect(assertRuns(accountWhere({ unheard: 9 }), new AbortController().signal)).rejects.toMatchObject({
    code: 'COMMANDS_REFUSED',
    message: 'The account on server runs no programs: It ended without saying how.',
  })
})
