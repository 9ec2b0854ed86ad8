import { describe, expect, it, vi } from 'vitest'
import { createApi, type Reply } from '../../../src/renderer/api.ts'
import { createDoctorStore } from '../../../src/renderer/stores/doctor.ts'
import { createDiscoveryStore } from '../../../src/renderer/stores/discovery.ts'
import { createDraftsStore, isChanged, newConnection } from '../../../src/renderer/stores/drafts.ts'
import { createNoticesStore } from '../../../src/renderer/stores/notices.ts'
import { createQuestionsStore } from '../../../src/renderer/stores/questions.ts'
import { createSshHostsStore } from '../../../src/renderer/stores/sshHosts.ts'
import { createStores } from '../../../src/renderer/stores/stores.ts'
import type { CheckupSnapshot } from '../../../src/shared/diagnostic.ts'
import { fakeAddress } from './fakeAddress.ts'
import { answer, errorOf, fakeMain, profile, refuse } from './fixtures.ts'
import { details, found, passed } from './profileFixtures.ts'

function setup() {
  const main = fakeMain()
  return { main, api: createApi(main.bridge) }
}

/** Lets all answers of the fake arrive. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const question = { id: 'q1', kind: 'password', server: 'ada@nas', attempt: 1 } as const

describe('drafts', () => {
  async function open(key = 'sandbox') {
    const { main, api } = setup()
    const store = createDraftsStore(api)
    await store.getState().open(key)
    const draft = () => {
      const one = store.getState().drafts[key]
      if (!one) throw new Error('There is no draft.')
      return one
    }
    return { main, store, draft, act: store.getState }
  }

  it('begin with the connection as it is kept, and are changed by what is typed', async () => {
    const { act, draft } = await open()
    expect(isChanged(draft())).toBe(false)
    act().change('sandbox', { bucket: 'other' })
    expect(isChanged(draft())).toBe(true)
    act().change('sandbox', { bucket: details.variables.S3_BUCKET_NAME ?? '' })
    expect(isChanged(draft())).toBe(false)
  })

  it('stay when the editor is left with changes, and go without', async () => {
    const { act, store } = await open()
    act().change('sandbox', { bucket: 'other' })
    act().close('sandbox')
    await act().open('sandbox')
    expect(store.getState().drafts.sandbox?.form.bucket).toBe('other')
    act().reset('sandbox')
    act().close('sandbox')
    expect(store.getState().drafts.sandbox).toBeUndefined()
  })

  it('are saved with what becomes of the secrets', async () => {
    const { act, main } = await open()
    act().change('sandbox', { name: 'New' })
    expect(await act().save('sandbox')).toBe('sandbox')
    expect(main.calls).toContainEqual([
      'profiles.update',
      'sandbox',
      { name: 'New', server: null, envFile: null, variables: details.variables },
      {},
    ])
  })

  it('of a new connection become one', async () => {
    const { act, main, store, draft } = await open(newConnection)
    const { secrets } = draft().form
    act().change(newConnection, {
      name: 'Mine',
      secrets: { ...secrets, POSTGRES_PASSWORD: { state: 'typed', value: 'x' } },
    })
    expect(await act().save(newConnection)).toBe('new-1')
    const created = main.calls.find(([channel]) => channel === 'profiles.create')
    expect(created).toMatchObject(['profiles.create', { name: 'Mine' }, { POSTGRES_PASSWORD: { set: 'x' } }])
    // It is in the editor as it is kept from now on.
    expect(Object.keys(store.getState().drafts)).toEqual(['new-1'])
  })

  it('lose nothing when they cannot be saved, and say why', async () => {
    const { act, main, draft } = await open()
    main.answers.profiles.update = () => refuse(errorOf('SETTING_INVALID', 'the disk is full'))
    act().change('sandbox', { bucket: 'other' })
    expect(await act().save('sandbox')).toBeNull()
    expect(draft()).toMatchObject({ saving: false, error: { message: 'the disk is full' }, form: { bucket: 'other' } })
  })

  it('take over what an env file says, without its secrets', async () => {
    const { main, api } = setup()
    main.answers.profiles.get = (id) => answer({ ...details, id, envFile: '/r.env', variables: {}, has: [] })
    main.answers.profiles.takeOver = () =>
      answer({ variables: details.variables, secrets: { POSTGRES_PASSWORD: 'token' } })
    const store = createDraftsStore(api)
    await store.getState().open('sandbox')
    await store.getState().takeOver('sandbox')
    expect(store.getState().drafts.sandbox?.form).toMatchObject({
      envFile: null,
      bucket: 'readur-documents',
      secrets: { POSTGRES_PASSWORD: { state: 'found', token: 'token', where: '/r.env' } },
    })
  })

  it('say why a connection cannot be read', async () => {
    const { main, api } = setup()
    main.answers.profiles.get = () => refuse(errorOf('PROFILE_NOT_FOUND', 'no such'))
    const store = createDraftsStore(api)
    await store.getState().open('x')
    expect(store.getState()).toMatchObject({ drafts: {}, error: { code: 'PROFILE_NOT_FOUND' } })
  })
})

describe('the check of a connection', () => {
  function open() {
    const { main, api } = setup()
    let count = 0
    const store = createDoctorStore(api, () => `t${(count += 1)}`)
    store.getState().listen()
    return { main, store, act: store.getState }
  }

  it('shows checks as they come, and ends with the outcome', async () => {
    const { main, store, act } = open()
    const ended = act().start('sandbox', 'run')
    main.emitCheckup({ checkupId: 't1', outcome: 'running', diagnostics: [] })
    main.emitCheckup({ ...passed('another'), outcome: 'failed' })
    expect(store.getState()).toMatchObject({ running: true, snapshot: { checkupId: 't1', outcome: 'running' } })
    await ended
    expect(store.getState()).toMatchObject({ running: false, profileId: 'sandbox', passed: ['sandbox'] })
  })

  it('passes over what an earlier one still says', async () => {
    const { main, store, act } = open()
    let late: (reply: Reply<CheckupSnapshot>) => void = () => undefined
    main.answers.doctor.start = (checkupId) =>
      checkupId === 't1' ? new Promise((done) => (late = done)) : answer(passed(checkupId))
    const first = act().start('one', 'run')
    await act().start('two', 'run')
    late({ ok: true, value: { ...passed('t1'), outcome: 'cancelled' } })
    await first
    expect(store.getState().snapshot).toMatchObject({ checkupId: 't2', outcome: 'passed' })
  })

  it('that does not pass any more is none that has passed', async () => {
    const { main, store, act } = open()
    await act().start('sandbox', 'run')
    main.answers.doctor.start = () => refuse(errorOf('SSH_CONFIG_INVALID', 'line 3'))
    await act().start('sandbox', 'run')
    expect(store.getState()).toMatchObject({ running: false, passed: [], error: { code: 'SSH_CONFIG_INVALID' } })
  })

  it('is cancelled, and cancelled when it is forgotten', async () => {
    const { main, store, act } = open()
    main.answers.doctor.start = () => new Promise(() => undefined)
    void act().start('sandbox', 'run')
    await act().cancel()
    act().forget()
    expect(main.calls.filter(([channel]) => channel === 'doctor.cancel')).toEqual([
      ['doctor.cancel', 't1'],
      ['doctor.cancel', 't1'],
    ])
    expect(store.getState()).toMatchObject({ running: false, profileId: null })
  })
})

describe('questions', () => {
  function open() {
    const { main, api } = setup()
    const store = createQuestionsStore(api)
    const end = store.getState().listen()
    return { main, store, end }
  }

  it('are shown, answered once, and gone', async () => {
    const { main, store, end } = open()
    main.emitQuestion({ question, withdrawn: null })
    expect(store.getState().question).toEqual(question)
    await Promise.all([store.getState().answer(['x']), store.getState().answer(['y'])])
    expect(main.calls).toEqual([['questions.answer', 'q1', ['x']]])
    expect(store.getState().question).toBeNull()
    end()
    main.emitQuestion({ question, withdrawn: null })
    expect(store.getState().question).toBeNull()
  })

  it('that are taken back say why, until that was read', () => {
    const { main, store } = open()
    main.emitQuestion({ question, withdrawn: null })
    main.emitQuestion({ question: null, withdrawn: 'The server hung up.' })
    main.emitQuestion({ question: null, withdrawn: null })
    expect(store.getState()).toMatchObject({ question: null, withdrawn: 'The server hung up.' })
    store.getState().dismiss()
    expect(store.getState().withdrawn).toBeNull()
  })

  it('are found again by a window that was reloaded', async () => {
    const { main, store } = open()
    main.answers.questions.current = () => answer({ question, withdrawn: null })
    await store.getState().refresh()
    expect(store.getState().question).toEqual(question)
  })
})

describe('settings that were found', () => {
  it('are forgotten on demand', async () => {
    const { main, api } = setup()
    const store = createDiscoveryStore(api)
    await store.getState().readText('services:')
    expect(main.calls).toEqual([['discovery.read', [{ name: null, text: 'services:' }]]])
    expect(store.getState()).toMatchObject({ found: [found], chosen: 0 })
    store.getState().forget()
    expect(store.getState().found).toBeNull()
  })

  it('are read where the files lie, or from their text when they lie nowhere', async () => {
    const { main, api } = setup()
    const store = createDiscoveryStore(api)
    const text = () => Promise.resolve('A=1')
    await store.getState().readFiles([{ name: '.env', path: '/srv/.env', text }])
    await store.getState().readFiles([{ name: '.env', path: '', text }])
    expect(main.calls).toEqual([
      ['discovery.readFiles', ['/srv/.env']],
      ['discovery.read', [{ name: '.env', text: 'A=1' }]],
    ])
  })

  it('are none when nothing was found, and it says why', async () => {
    const { main, api } = setup()
    main.answers.discovery.read = () => refuse(errorOf('READUR_NOT_FOUND', 'no Readur'))
    const store = createDiscoveryStore(api)
    await store.getState().readText('x')
    expect(store.getState()).toMatchObject({ found: null, reading: false, error: { code: 'READUR_NOT_FOUND' } })
  })

  it('stay unchanged when nobody chose a file; another Readur brings its own', async () => {
    const { main, api } = setup()
    main.answers.discovery.read = () => answer([found, { ...found, source: 'two', settings: [] }])
    const store = createDiscoveryStore(api)
    await store.getState().readText('x')
    await store.getState().chooseFile()
    expect(store.getState().found).toHaveLength(2)
    store.getState().choose(1)
    expect(store.getState().chosen).toBe(1)
  })
})

describe('hosts of the SSH configuration', () => {
  it('are resolved from the list, or asked for', async () => {
    const { main, api } = setup()
    const nothing = { user: null, port: null }
    const store = createSshHostsStore(api)
    await store.getState().load()
    await store.getState().resolve('nas', nothing)
    expect(store.getState().resolved).toMatchObject({ alias: 'nas', port: 2222 })
    await store.getState().resolve('other.example.org', nothing)
    expect(store.getState().resolved).toMatchObject({ alias: 'other.example.org', user: 'ada' })
    await store.getState().resolve('', nothing)
    expect(store.getState().resolved).toBeNull()
    expect(main.calls).toEqual([['ssh.hosts'], ['ssh.resolve', 'other.example.org', nothing]])
  })
})

describe('notices', () => {
  it('are one at a time, and act once', () => {
    const store = createNoticesStore()
    const run = vi.fn()
    store.getState().show('First')
    store.getState().show('Second', { label: 'Undo', run })
    expect(store.getState().notice).toMatchObject({ text: 'Second' })
    store.getState().act()
    store.getState().act()
    expect(run).toHaveBeenCalledOnce()
    expect(store.getState().notice).toBeNull()
  })
})

describe('flows of connections', () => {
  function open(hash = '#/') {
    const main = fakeMain()
    const stores = createStores(createApi(main.bridge), fakeAddress(hash))
    stores.begin()
    return { main, stores, notice: () => stores.notices.getState().notice }
  }

  it('an editor that is left with changes keeps them, and offers the way back', async () => {
    const { stores, notice } = open('#/connection/sandbox/settings')
    await stores.drafts.getState().open('sandbox')
    stores.drafts.getState().change('sandbox', { bucket: 'other' })
    stores.navigation.getState().go({ name: 'home' })
    expect(notice()?.text).toContain('“Sandbox”')
    stores.notices.getState().act()
    expect(stores.navigation.getState().screen).toEqual({
      name: 'connection',
      profileId: 'sandbox',
      tab: 'settings',
    })
    expect(stores.drafts.getState().drafts.sandbox?.form.bucket).toBe('other')
  })

  it('an editor that is left without changes says nothing', async () => {
    const { stores, notice } = open('#/connection/sandbox/settings')
    await stores.drafts.getState().open('sandbox')
    stores.navigation.getState().go({ name: 'home' })
    expect(notice()).toBeNull()
  })

  it('what a remedy has changed of a connection is in its form, beside what was typed there', async () => {
    const { stores, main } = open('#/connection/sandbox/settings')
    await stores.drafts.getState().open('sandbox')
    stores.drafts.getState().change('sandbox', { bucket: 'typed' })
    await stores.doctor.getState().start('sandbox', 'run')
    const variables = { ...details.variables, S3_REGION: 'eu-central-1' }
    main.answers.profiles.get = (id) => answer({ ...details, id, variables })
    await stores.doctor.getState().perform('set-region', 'bucket')
    await settle()
    expect(stores.drafts.getState().drafts.sandbox?.form).toMatchObject({ region: 'eu-central-1', bucket: 'typed' })
  })

  it('a text that is pasted anywhere leads to a new connection, and stays in the one that is edited', async () => {
    const { stores } = open('#/')
    stores.takePasted('services:')
    expect(stores.navigation.getState().screen).toEqual({ name: 'new' })
    stores.navigation.getState().go({ name: 'connection', profileId: 'sandbox', tab: 'settings' })
    stores.takePasted('services:')
    await settle()
    expect(stores.navigation.getState().screen).toEqual({ name: 'connection', profileId: 'sandbox', tab: 'settings' })
  })

  it('files that are dropped lead to a new connection, exports are added, state files are offered to be imported', async () => {
    const { stores, main, notice } = open()
    const file = (name: string, text: string) => ({ name, path: `/d/${name}`, text: () => Promise.resolve(text) })
    stores.takeDropped([file('compose.yml', '')])
    expect(stores.navigation.getState().screen).toEqual({ name: 'new' })
    expect(main.calls).toContainEqual(['discovery.readFiles', ['/d/compose.yml']])
    const text = '{ "format": "readur-migrate profiles" }'
    stores.takeDropped([file('exported.json', text)])
    await settle()
    expect(main.calls).toContainEqual(['profiles.import', text])
    expect(notice()?.text).toContain('“From afar”')
    stores.takeDropped([file('migration_state.json', '{}')])
    await settle()
    expect(stores.importing.getState()).toMatchObject({ opened: true, path: '/d/migration_state.json' })
  })

  it('an order about a connection that is refused says why, and the list stays', async () => {
    const { stores, main } = open()
    await settle()
    main.answers.profiles.remove = () => refuse(errorOf('SETTING_INVALID', 'the file is damaged'))
    expect(await stores.profiles.getState().remove('sandbox')).toBeNull()
    expect(stores.profiles.getState()).toMatchObject({ profiles: [profile], error: { message: 'the file is damaged' } })
  })
})
