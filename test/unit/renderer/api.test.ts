import { describe, expect, it } from 'vitest'
import { createApi } from '../../../src/renderer/api.ts'
import { fakeMain, profile, snapshot } from './fixtures.ts'

describe('createApi', () => {
  it('hands calls and answers through', async () => {
    const main = fakeMain()
    expect(await createApi(main.bridge).profiles.list()).toEqual({ ok: true, value: [profile] })
    await createApi(main.bridge).runs.stop('run-1', 'now')
    expect(main.calls).toEqual([['profiles.list'], ['runs.stop', 'run-1', 'now']])
  })

  it('turns a rejected call into error data', async () => {
    const main = fakeMain()
    main.answers.runs.current = () => Promise.reject(new Error('No handler registered'))
    expect(await createApi(main.bridge).runs.current()).toMatchObject({
      ok: false,
      error: { code: 'INTERNAL', message: 'No handler registered' },
    })
  })

  it('subscribes until told otherwise', () => {
    const main = fakeMain()
    const heard: string[] = []
    const end = createApi(main.bridge).on('run.snapshot', ({ runId }) => heard.push(runId))
    main.emit(snapshot)
    end()
    main.emit(snapshot)
    expect(heard).toEqual(['run-1'])
  })
})
