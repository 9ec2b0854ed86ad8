// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, type FakeMain, profile, refuse } from './fixtures.ts'
import { details, passed } from './profileFixtures.ts'
import { renderApp } from './renderApp.tsx'

const inputs = { selector: 'input, textarea, select' }
const field = (label: string | RegExp) => screen.getByLabelText<HTMLInputElement>(label, inputs)
const type = (label: string | RegExp, value: string) => fireEvent.change(field(label), { target: { value } })
const button = (name: string | RegExp) => screen.getByRole('button', { name })
/** Fields of one part of the form. */
function section(name: string) {
  const region = within(screen.getByRole('region', { name: new RegExp(`^${name}`) }))
  return {
    ...region,
    field: (label: string | RegExp) => region.getByLabelText<HTMLInputElement>(label, inputs),
    hasField: (label: string | RegExp) => region.queryByLabelText(label, inputs) !== null,
  }
}

async function open(profileId: string | null, prepare?: (main: FakeMain) => void) {
  const opened = renderApp(profileId === null ? '#/connection' : `#/connection/${profileId}`, prepare)
  await screen.findByLabelText('Name')
  return opened
}

const called = ({ calls }: FakeMain, channel: string) => calls.filter(([name]) => name === channel)

describe('the editor of a connection', () => {
  it('begins with Readur’s own defaults, so that little has to be typed', async () => {
    await open(null)
    expect(screen.getByRole('heading', { level: 1, name: 'New connection' })).toBeTruthy()
    const database = section('Database')
    expect(database.field('Port').value).toBe('5432')
    expect(database.field('User').value).toBe('readur')
    expect(field('Path inside Readur (UPLOAD_PATH)').value).toBe('/app/uploads')
  })

  it('shows what is kept, and of secrets that they are', async () => {
    await open('sandbox')
    expect(field('Bucket').value).toBe('readur-documents')
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'MinIO' }).checked).toBe(true)
    for (const name of ['Password', 'Secret key']) {
      expect(within(screen.getByRole('group', { name })).getByText('Saved')).toBeTruthy()
    }
  })

  it('says what is wrong beside its field once it was left, and saves nothing of it', async () => {
    const { main } = await open('sandbox')
    const port = section('Database').field('Port')
    fireEvent.change(port, { target: { value: '99999' } })
    expect(screen.queryByText('Enter a number from 1 to 65535.')).toBeNull()
    fireEvent.blur(port)
    expect(screen.getByText('Enter a number from 1 to 65535.')).toBeTruthy()
    fireEvent.click(button('Save'))
    await waitFor(() => expect(document.activeElement).toBe(port))
    expect(called(main, 'profiles.update')).toEqual([])
  })

  it('does not take a name that another connection has', async () => {
    const { main } = await open(null)
    await waitFor(() => expect(called(main, 'profiles.list')).not.toEqual([]))
    type('Name', 'Sandbox')
    fireEvent.click(button('Save'))
    expect(await screen.findByText('Another connection already has this name.')).toBeTruthy()
  })

  it('saves what is there, complete or not, shows the connection and says so', async () => {
    const { main, stores } = await open(null)
    type('Name', 'Mine')
    type('Secret key', 'planted')
    fireEvent.keyDown(document.body, { key: 's', ctrlKey: true })
    expect(await screen.findByText('“Mine” added')).toBeTruthy()
    expect(called(main, 'profiles.create')[0]).toMatchObject([
      'profiles.create',
      { name: 'Mine', variables: { POSTGRES_USER: 'readur' } },
      { S3_SECRET_ACCESS_KEY: { set: 'planted' } },
    ])
    expect(stores.navigation.getState().screen).toMatchObject({ name: 'connection', tab: 'overview' })
  })

  it('takes the API key that a test through Readur and a validation need', async () => {
    const { main } = await open('sandbox')
    type('Readur’s address in the browser (optional)', 'https://readur.example.org')
    type('Administrator’s API key (optional)', 'planted')
    fireEvent.click(button('Save'))
    await screen.findByText('“Sandbox” saved')
    expect(called(main, 'profiles.update')[0]).toMatchObject([
      'profiles.update',
      'sandbox',
      { variables: { READUR_URL: 'https://readur.example.org' } },
      { READUR_TOKEN: { set: 'planted' } },
    ])
  })

  it('loses nothing when it cannot be saved, and says why', async () => {
    await open('sandbox', (main) => {
      main.answers.profiles.update = () => refuse(errorOf('SETTING_INVALID', 'The disk is full.'))
    })
    type('Bucket', 'other')
    fireEvent.click(button('Save'))
    expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.')
    expect(field('Bucket').value).toBe('other')
  })

  it('goes back to what is kept when the changes are discarded', async () => {
    await open('sandbox')
    expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull()
    type('Bucket', 'other')
    fireEvent.click(button('Discard changes'))
    expect(field('Bucket').value).toBe('readur-documents')
  })

  it('replaces a secret, keeps it when nothing was typed, and forgets it on demand', async () => {
    const { main } = await open('sandbox')
    fireEvent.click(button('Replace password'))
    const input = field('Password')
    await waitFor(() => expect(document.activeElement).toBe(input))
    fireEvent.change(input, { target: { value: 'new' } })
    fireEvent.change(input, { target: { value: '' } })
    fireEvent.blur(input)
    expect(within(screen.getByRole('group', { name: 'Password' })).getByText('Saved')).toBeTruthy()
    fireEvent.click(button('Forget secret key'))
    expect(screen.getByText('Will be deleted when you save')).toBeTruthy()
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.[3]).toEqual({ S3_SECRET_ACCESS_KEY: { forget: true } })
  })

  it('says where secrets are not kept for good', async () => {
    await open(null, (main) => (main.answers.profiles.keepsSecrets = () => answer(false)))
    expect(await screen.findByText(/kept in memory/)).toBeTruthy()
  })

  it('says why a connection cannot be read, and reads it again', async () => {
    const { main } = renderApp('#/connection/sandbox', (main) => {
      main.answers.profiles.get = () => refuse(errorOf('PROFILE_NOT_FOUND', 'There is no such profile.'))
    })
    const alert = await screen.findByRole('alert')
    main.answers.profiles.get = (id) => answer({ ...details, id })
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByLabelText('Name')).toBeTruthy()
  })
})

describe('a server over SSH', () => {
  it('is chosen among the hosts of ~/.ssh/config, with what they stand for', async () => {
    const { main } = await open(null)
    fireEvent.click(screen.getByRole('radio', { name: /^A server, over SSH/ }))
    const server = section('Where Readur runs')
    const host = server.field('Host')
    fireEvent.focus(host)
    fireEvent.click(host)
    const option = await screen.findByRole('option', { name: /^nas/, hidden: true })
    expect(option.textContent).toContain('ada@nas.example.org:2222, via bastion')
    expect(screen.getByRole('option', { name: /^old/, hidden: true }).textContent).toContain('ProxyCommand')
    fireEvent.click(option)
    expect(await server.findByText(/Resolves to ada@nas.example.org:2222.*id_nas/)).toBeTruthy()
    expect(server.field('Port').placeholder).toBe('2222')
    expect(section('Database').getByText(/127.0.0.1 is the server itself/)).toBeTruthy()
    fireEvent.change(field('Name'), { target: { value: 'Far' } })
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.create')).not.toEqual([]))
    expect(called(main, 'profiles.create')[0]?.[1]).toMatchObject({
      server: { host: 'nas', port: null, user: null, keyFiles: [], jumps: [] },
    })
  })

  it('that is typed at once goes into its fields', async () => {
    await open(null)
    fireEvent.click(screen.getByRole('radio', { name: /^A server, over SSH/ }))
    const server = section('Where Readur runs')
    fireEvent.change(server.field('Host'), { target: { value: 'ada@nas.local:2200' } })
    fireEvent.blur(server.field('Host'))
    expect(server.field('Host').value).toBe('nas.local')
    expect(server.field('User').value).toBe('ada')
    expect(server.field('Port').value).toBe('2200')
  })

  it('is reached through a program only once exactly its command was allowed', async () => {
    const { main } = await open('sandbox', (main) => {
      const server = { host: 'tunnel', port: null, user: null, keyFiles: [], jumps: [], proxyCommand: 'nc old 22' }
      main.answers.profiles.get = (id) => answer({ ...details, id, server })
    })
    const box = await screen.findByRole<HTMLInputElement>('checkbox', { name: 'Allow nc tunnel 22' })
    expect(box.checked).toBe(false)
    fireEvent.click(box)
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.[2]).toMatchObject({ server: { proxyCommand: 'nc tunnel 22' } })
  })

  it('keeps no agreement to a command that nobody ticked: not by saving, not as the command changes, nor once it is unticked', async () => {
    const { main } = await open('sandbox', (main) => {
      const server = { host: 'tunnel', port: null, user: null, keyFiles: [], jumps: [] }
      main.answers.profiles.get = (id) => answer({ ...details, id, server })
      main.answers.ssh.resolve = (alias, { port }) =>
        answer({
          ...{ alias, problem: null, host: alias, port: port ?? 22, user: 'ada', keys: [], jumps: [] },
          proxyCommand: `nc ${alias} ${port ?? 22}`,
        })
    })
    const box = (command: string) => screen.findByRole<HTMLInputElement>('checkbox', { name: `Allow ${command}` })
    const server = section('Where Readur runs')
    expect((await box('nc tunnel 22')).checked).toBe(false)
    fireEvent.change(server.field('User'), { target: { value: 'ada' } })
    fireEvent.click(await box('nc tunnel 22'))
    expect((await box('nc tunnel 22')).checked).toBe(true)
    fireEvent.change(server.field('Port'), { target: { value: '2222' } })
    expect((await box('nc tunnel 2222')).checked).toBe(false)
    fireEvent.change(server.field('Port'), { target: { value: '' } })
    expect((await box('nc tunnel 22')).checked).toBe(true)
    fireEvent.click(await box('nc tunnel 22'))
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.[2]).toMatchObject({ server: { user: 'ada' } })
    expect(JSON.stringify(called(main, 'profiles.update'))).not.toContain('nc tunnel')
  })

  it('may sign with ssh-rsa only where that was ticked for this very server', async () => {
    const { main } = await open('sandbox', (main) => {
      const server = { host: 'nas', port: null, user: null, keyFiles: [], jumps: [] }
      main.answers.profiles.get = (id) => answer({ ...details, id, server })
    })
    const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Allow ssh-rsa', hidden: true })
    expect(box.checked).toBe(false)
    fireEvent.click(box)
    fireEvent.change(section('Where Readur runs').field('Host'), { target: { value: 'other' } })
    expect(box.checked).toBe(false)
    fireEvent.click(box)
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.[2]).toMatchObject({ server: { host: 'other', allowsSshRsa: true } })
  })

  it('has key files and jump hosts in an order', async () => {
    const { main } = await open('sandbox', (main) => {
      main.answers.profiles.get = (id) =>
        answer({ ...details, id, server: { host: 'nas', port: null, user: null, keyFiles: [], jumps: [] } })
      main.answers.files.choose = () => answer('/home/ada/.ssh/id_nas')
    })
    fireEvent.click(button('Choose a key file…'))
    expect((await screen.findByLabelText<HTMLInputElement>('key file 1')).value).toBe('/home/ada/.ssh/id_nas')
    for (const [at, jump] of ['one', 'me@two:22', ''].entries()) {
      fireEvent.click(button('Add a jump host'))
      fireEvent.change(await screen.findByLabelText(`jump host ${at + 1}`), { target: { value: jump } })
    }
    fireEvent.click(button('Remove jump host 1'))
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.[2]).toMatchObject({
      server: { keyFiles: ['/home/ada/.ssh/id_nas'], jumps: ['me@two:22'] },
    })
  })
})

describe('the bucket', () => {
  it.each([
    ['Amazon S3', ['Region'], ['Address', 'Account ID']],
    ['MinIO', ['Address', 'Region'], ['Account ID']],
    ['Backblaze B2', ['Region'], ['Address']],
    ['Cloudflare R2', ['Account ID'], ['Address', 'Region']],
    ['Wasabi', ['Region'], ['Address']],
    ['IDrive e2', ['Region'], ['Address']],
    ['Garage', ['Address', 'Region'], []],
    ['Ceph', ['Address', 'Region'], []],
    ['Other', ['Address', 'Region', /^Path-style/], []],
  ] as const)('of %s asks for what it needs, and for nothing else', async (service, asked, notAsked) => {
    await open(null)
    fireEvent.click(screen.getByRole('radio', { name: service }))
    const bucket = section('Bucket')
    for (const label of asked) expect(bucket.hasField(label)).toBe(true)
    for (const label of notAsked) expect(bucket.hasField(label)).toBe(false)
  })

  it('has the address that follows from the region', async () => {
    const { main } = await open(null)
    type('Name', 'B2')
    fireEvent.click(screen.getByRole('radio', { name: 'Backblaze B2' }))
    fireEvent.change(section('Bucket').field('Region'), { target: { value: 'us-west-004' } })
    expect(screen.getByText('https://s3.us-west-004.backblazeb2.com')).toBeTruthy()
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.create')).not.toEqual([]))
    expect(called(main, 'profiles.create')[0]?.[1]).toMatchObject({
      variables: { S3_ENDPOINT_URL: 'https://s3.us-west-004.backblazeb2.com', S3_REGION: 'us-west-004' },
    })
  })
})

describe('a test from the editor', () => {
  it('asks for what is missing first, and leads there', async () => {
    const { main } = await open(null)
    fireEvent.click(button('Test connection'))
    await waitFor(() => expect(document.activeElement).toBe(field('Folder on this computer')))
    for (const words of ['Enter the uploads folder.', 'Enter the name of the bucket.', 'Enter the secret key.']) {
      expect(screen.getByText(words)).toBeTruthy()
    }
    // It needs no name.
    expect(screen.queryByText('Enter a name for the connection.')).toBeNull()
    expect(called(main, 'connection.test')).toEqual([])
  })

  it('shows each step, and marks the parts of the form', async () => {
    const { main } = await open('sandbox')
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true })
    expect(await screen.findByText('PostgreSQL 16.4')).toBeTruthy()
    expect(screen.getByRole('region', { name: /^Database Reached/ })).toBeTruthy()
    expect(called(main, 'connection.test')[0]?.[2]).toBe('sandbox')
    const steps = within(screen.getByRole('list', { name: 'Test steps' }))
    expect(steps.getAllByRole('img', { name: 'done' })).toHaveLength(5)
    type('Bucket', 'other')
    expect(screen.getByText('Settings have changed since this test. Test again.')).toBeTruthy()
    expect(screen.getByRole('region', { name: /^Database$/ })).toBeTruthy()
  })

  it('shows the step that failed with its error, remedy and code, to be copied', async () => {
    const error = errorOf('DB_BAD_CREDENTIALS', 'password authentication failed')
    await open('sandbox', (main) => {
      main.answers.connection.test = (checkupId) => {
        const [first, ...rest] = passed(checkupId).diagnostics
        if (!first) throw new Error('There are steps.')
        const remedy = { words: error.remedy, commands: [], actions: [] }
        const failed = { ...first, severity: 'blocking' as const, finding: `${error.title}.`, remedy, error }
        return answer({ checkupId, outcome: 'failed', diagnostics: [failed, ...rest] })
      }
    })
    fireEvent.click(button('Test connection'))
    const panel = within(screen.getByRole('region', { name: 'Connection test' }))
    expect(await panel.findByText('password authentication failed')).toBeTruthy()
    expect(panel.getByText(error.remedy)).toBeTruthy()
    expect(panel.getByText('DB_BAD_CREDENTIALS')).toBeTruthy()
    expect(panel.getByRole('button', { name: 'Copy error' })).toBeTruthy()
    expect(panel.getByText('Failed – Database: Connection and login.')).toBeTruthy()
    expect(screen.getByRole('region', { name: /^Database Failed/ })).toBeTruthy()
  })

  it('can be cancelled while it goes on', async () => {
    const { main } = await open('sandbox', (main) => {
      main.answers.connection.test = () => new Promise(() => undefined)
    })
    fireEvent.click(button('Test connection'))
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel test' }))
    expect(main.calls.at(-1)?.[0]).toBe('connection.cancel')
  })
})

describe('Readur’s own settings', () => {
  const paste = (target: Element, text: string) =>
    act(() => {
      const event = new Event('paste', { bubbles: true, cancelable: true })
      Object.assign(event, { clipboardData: { getData: () => text } })
      target.dispatchEvent(event)
    })

  it('that are pasted anywhere are shown with the place that they stand at, and taken into the form', async () => {
    const { main } = await open(null)
    paste(field('Bucket'), 'services:\n  readur:\n')
    const panel = within(await screen.findByRole('region', { name: 'Settings found' }))
    expect(called(main, 'discovery.read')[0]?.[1]).toEqual([{ name: null, text: 'services:\n  readur:\n' }])
    expect(panel.getByText(/line 31, service postgres, ports; valid only on the server itself/)).toBeTruthy()
    expect(panel.getByText('found, hidden')).toBeTruthy()
    expect(panel.getByText('.env was not found.')).toBeTruthy()
    fireEvent.change(panel.getByLabelText('Database address', inputs), { target: { value: '1' } })
    fireEvent.change(panel.getByLabelText('Which bucket should the documents go to?'), { target: { value: 'docs' } })
    fireEvent.click(panel.getByRole('radio', { name: 'a server, over SSH' }))
    fireEvent.click(panel.getByRole('button', { name: 'Apply settings' }))
    expect(section('Database').field(/^Host/).value).toBe('172.18.0.2')
    expect(field('Bucket').value).toBe('docs')
    expect(screen.getByText('Found in .env, line 3, POSTGRES_PASSWORD')).toBeTruthy()
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /^A server, over SSH/ }).checked).toBe(true)
    fireEvent.click(button('Undo'))
    expect(field('Bucket').value).toBe('')
  })

  it('that are no settings go where they are pasted', async () => {
    const { main } = await open(null)
    paste(field('Bucket'), 'my-bucket')
    expect(called(main, 'discovery.read')).toEqual([])
  })

  it('are pasted into a field of their own by who prefers that; what is not found is said', async () => {
    await open(null, (main) => {
      main.answers.discovery.read = () => refuse(errorOf('READUR_NOT_FOUND', 'There is no Readur in the pasted text.'))
    })
    fireEvent.click(button('Paste text'))
    type('Readur’s settings as text', 'A=1')
    fireEvent.click(button('Find settings'))
    expect((await screen.findByRole('alert')).textContent).toContain('There is no Readur in the pasted text.')
    expect(screen.queryByLabelText('Readur’s settings as text')).toBeNull()
  })

  it('in a file stay there, or are kept here instead', async () => {
    const { main } = await open('sandbox', (main) => {
      main.answers.profiles.get = (id) => answer({ ...details, id, envFile: '/srv/readur.env', variables: {}, has: [] })
      main.answers.profiles.list = () => answer([{ ...profile, source: '/srv/readur.env' }])
      main.answers.profiles.takeOver = () =>
        answer({ variables: details.variables, secrets: { S3_SECRET_ACCESS_KEY: 'token' } })
    })
    expect(screen.getByText('/srv/readur.env')).toBeTruthy()
    expect(screen.queryByRole('region', { name: /^Bucket/ })).toBeNull()
    fireEvent.click(button('Store these settings here instead'))
    expect((await screen.findByLabelText<HTMLInputElement>('Bucket', inputs)).value).toBe('readur-documents')
    fireEvent.click(button('Save'))
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.slice(2)).toMatchObject([
      { envFile: null, variables: { S3_BUCKET_NAME: 'readur-documents' } },
      { S3_SECRET_ACCESS_KEY: { take: 'token' } },
    ])
  })
})
