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
/** Saves without a check. */
const save = () => fireEvent.keyDown(document.body, { key: 's', ctrlKey: true })
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
    fireEvent.keyDown(document.body, { key: 's', ctrlKey: true })
    await waitFor(() => expect(document.activeElement).toBe(port))
    expect(called(main, 'profiles.update')).toEqual([])
  })

  it('does not take a name that another connection has', async () => {
    const { main } = await open(null)
    await waitFor(() => expect(called(main, 'profiles.list')).not.toEqual([]))
    type('Name', 'Sandbox')
    save()
    expect(await screen.findByText('Another connection already has this name.')).toBeTruthy()
  })

  it('saves what is there without a check, complete or not, shows the connection and says so', async () => {
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
    expect(called(main, 'doctor.start')).toEqual([])
    expect(stores.navigation.getState().screen).toMatchObject({ name: 'connection', tab: 'overview' })
  })

  it('takes the API key that a test through Readur and a validation need', async () => {
    const { main } = await open('sandbox')
    type('Readur’s address in the browser (optional)', 'https://readur.example.org')
    type('Administrator’s API key (optional)', 'planted')
    save()
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
    save()
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
    save()
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
    save()
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
    save()
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
    save()
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
    save()
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
    save()
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
    save()
    await waitFor(() => expect(called(main, 'profiles.create')).not.toEqual([]))
    expect(called(main, 'profiles.create')[0]?.[1]).toMatchObject({
      variables: { S3_ENDPOINT_URL: 'https://s3.us-west-004.backblazeb2.com', S3_REGION: 'us-west-004' },
    })
  })
})

describe('Save and check', () => {
  it('asks for what is missing first, and leads there', async () => {
    const { main } = await open(null)
    type('Name', 'Mine')
    fireEvent.click(button('Save and check'))
    await waitFor(() => expect(document.activeElement).toBe(field('Folder on this computer')))
    for (const words of ['Enter the uploads folder.', 'Enter the name of the bucket.', 'Enter the secret key.']) {
      expect(screen.getByText(words)).toBeTruthy()
    }
    expect(called(main, 'profiles.create')).toEqual([])
    expect(called(main, 'doctor.start')).toEqual([])
  })

  it('saves, folds what passed into one line for each area, and offers the plan', async () => {
    const { main } = await open('sandbox')
    type('Bucket', 'other')
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true })
    const panel = within(await screen.findByRole('region', { name: 'Check' }))
    expect(await panel.findByText('Ready to migrate: 5 checks passed')).toBeTruthy()
    expect(called(main, 'profiles.update')[0]?.[2]).toMatchObject({ variables: { S3_BUCKET_NAME: 'other' } })
    expect(called(main, 'doctor.start')[0]?.slice(2)).toEqual(['sandbox', { depth: 'run' }])
    expect(panel.getByText('Database: 2 checks passed').closest('details')?.open).toBe(false)
    fireEvent.click(panel.getByRole('button', { name: 'Make a plan' }))
    await waitFor(() => expect(called(main, 'runs.plan')).not.toEqual([]))
  })

  it('of a new connection ends in that connection, with its check beside its form', async () => {
    const { main } = await open(null, (main) => {
      main.answers.profiles.list = () => answer([{ ...profile, id: 'new-1', name: 'As kept' }])
    })
    type('Name', 'Mine')
    type('Folder on this computer', '/srv/uploads')
    type('Bucket', 'docs')
    type('Access key', 'id')
    type('Secret key', 'planted')
    fireEvent.click(button('Save and check'))
    const panel = within(await screen.findByRole('region', { name: 'Check' }))
    expect(await panel.findByText('Ready to migrate: 5 checks passed')).toBeTruthy()
    expect(called(main, 'doctor.start')[0]?.[2]).toBe('new-1')
    type('Bucket', 'docs-2')
    expect(panel.getByText('The settings have changed since this check.')).toBeTruthy()
    expect(panel.queryByRole('button', { name: 'Make a plan' })).toBeNull()
  })

  it('says first what stands in the way, and leads to its field; raw words are behind details', async () => {
    const error = errorOf('DB_BAD_CREDENTIALS', 'password authentication failed')
    await open('sandbox', (main) => {
      main.answers.doctor.start = (checkupId) => {
        const [first, ...rest] = passed(checkupId).diagnostics
        if (!first) throw new Error('There are checks.')
        const remedy = { words: error.remedy, commands: [], actions: [] }
        const failed = { ...first, severity: 'blocking' as const, finding: `${error.title}.`, remedy, error }
        return answer({ checkupId, outcome: 'failed', diagnostics: [failed, ...rest] })
      }
    })
    fireEvent.click(button('Save and check'))
    const panel = within(await screen.findByRole('region', { name: 'Check' }))
    const verdict = await panel.findByRole('status')
    await waitFor(() => expect(verdict.textContent).toBe(error.title))
    expect(panel.getByText(error.remedy)).toBeTruthy()
    const raw = panel.getByText('password authentication failed')
    expect(raw.closest('details')?.open).toBe(false)
    expect(panel.getByRole('button', { name: 'Copy error', hidden: true })).toBeTruthy()
    fireEvent.click(panel.getByRole('button', { name: 'Go to field' }))
    await waitFor(() => expect(document.activeElement).toBe(button('Replace password')))
  })

  it('can be cancelled while it goes on', async () => {
    const { main } = await open('sandbox', (main) => {
      main.answers.doctor.start = () => new Promise(() => undefined)
    })
    fireEvent.click(button('Save and check'))
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
    expect(main.calls.at(-1)?.[0]).toBe('doctor.cancel')
  })
})

describe('where an address holds', () => {
  const hint = () => screen.queryByRole('note')?.textContent ?? null

  it('is said of names that only containers know, with the one that holds here', async () => {
    await open(null)
    fireEvent.click(screen.getByRole('radio', { name: 'MinIO' }))
    type('Address', 'http://minio:9000')
    expect(hint()).toContain('“minio” may be a name that only containers know.')
    fireEvent.click(button('Use http://127.0.0.1:9000'))
    expect(field('Address').value).toBe('http://127.0.0.1:9000')
    expect(hint()).toBeNull()
    type('Address', 'http://minio:9000')
    fireEvent.click(screen.getByRole('radio', { name: /^A server, over SSH/ }))
    fireEvent.change(section('Where Readur runs').field('Host'), { target: { value: 'box' } })
    fireEvent.click(await screen.findByRole('button', { name: 'Use http://box:9000' }))
    expect(field('Address').value).toBe('http://box:9000')
    fireEvent.change(section('Database').field(/^Host/), { target: { value: 'db' } })
    expect(hint()).toContain('“db” may be a name that only containers know')
  })

  it('is said of this computer’s own address where Readur is on a server', async () => {
    await open(null)
    fireEvent.click(screen.getByRole('radio', { name: 'MinIO' }))
    type('Address', 'http://127.0.0.1:9000')
    expect(hint()).toBeNull()
    fireEvent.click(screen.getByRole('radio', { name: /^A server, over SSH/ }))
    expect(hint()).toContain('127.0.0.1 is this computer here, not the server.')
    expect(screen.getByText(/Reached from this computer, which carries the documents/)).toBeTruthy()
  })

  it('search of a server that is not named yet says what it needs', async () => {
    await open(null)
    fireEvent.click(screen.getByRole('radio', { name: /^A server, over SSH/ }))
    expect(button('Search server').hasAttribute('disabled')).toBe(true)
    expect(screen.getByText('Enter the server’s host first.')).toBeTruthy()
  })
})

describe('Readur’s own settings', () => {
  const paste = (target: Element, text: string) =>
    act(() => {
      const event = new Event('paste', { bubbles: true, cancelable: true })
      Object.assign(event, { clipboardData: { getData: () => text } })
      target.dispatchEvent(event)
    })

  it('that are pasted anywhere fill the fields, which say where each is from until it is edited', async () => {
    const { main } = await open(null)
    paste(field('Bucket'), 'services:\n  readur:\n')
    expect(await screen.findByText('docker-compose.yml:31')).toBeTruthy()
    expect(called(main, 'discovery.read')[0]?.[1]).toEqual([{ name: null, text: 'services:\n  readur:\n' }])
    expect(section('Database').field(/^Host/).value).toBe('127.0.0.1')
    expect(section('Database').field('Port').value).toBe('5433')
    expect(field('Name').value).toBe('My Readur')
    expect(screen.getByText('Found in .env:3')).toBeTruthy()
    expect(screen.getByText('.env was not found.')).toBeTruthy()
    expect(screen.getByText(/those of the computer that Docker runs on/)).toBeTruthy()
    // The next thing to say: which computer that is.
    await waitFor(() => expect(document.activeElement?.getAttribute('value')).toBe('here'))
    fireEvent.click(button('172.18.0.2:5432 (docker-compose.yml:28)'))
    expect(section('Database').field(/^Host/).value).toBe('172.18.0.2')
    fireEvent.change(section('Database').field(/^Host/), { target: { value: '10.0.0.1' } })
    expect(screen.queryByText('docker-compose.yml:28')).toBeNull()
    fireEvent.click(button('Undo'))
    expect(screen.queryByText('Found in .env:3')).toBeNull()
    expect(section('Database').field(/^Host/).value).toBe('10.0.0.1')
  })

  it('that were found are all saved: there is nothing beside the form', async () => {
    const { main } = await open(null)
    paste(field('Bucket'), 'services:\n  readur:\n')
    await screen.findByText('docker-compose.yml:31')
    save()
    await waitFor(() => expect(called(main, 'profiles.create')).not.toEqual([]))
    expect(called(main, 'profiles.create')[0]?.slice(1)).toMatchObject([
      { variables: { POSTGRES_PORT: '5433', POSTGRES_DB: 'readur' } },
      { POSTGRES_PASSWORD: { take: '00000000-0000-4000-8000-000000000001' } },
    ])
  })

  it('that differ from what a field holds are a choice of two in it, and are not saved past it', async () => {
    const { main } = await open('sandbox')
    paste(field('Bucket'), 'services:\n  readur:\n')
    const choices = await screen.findAllByRole('group', { name: 'Two values were found' })
    const [address, secret] = choices.map((choice) => within(choice))
    expect(address?.getByText('docker-compose.yml:31 has “127.0.0.1:5433”.')).toBeTruthy()
    expect(section('Database').field('Port').value).toBe('54321')
    save()
    expect(await screen.findAllByText('Choose which value to use.')).toHaveLength(2)
    expect(called(main, 'profiles.update')).toEqual([])
    if (address) fireEvent.click(address.getByRole('button', { name: 'Use it' }))
    expect(section('Database').field('Port').value).toBe('5433')
    if (secret) fireEvent.click(secret.getByRole('button', { name: 'Keep mine' }))
    save()
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.[2]).toMatchObject({ variables: { POSTGRES_PORT: '5433' } })
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
    fireEvent.click(button('Fill in'))
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
    save()
    await waitFor(() => expect(called(main, 'profiles.update')).not.toEqual([]))
    expect(called(main, 'profiles.update')[0]?.slice(2)).toMatchObject([
      { envFile: null, variables: { S3_BUCKET_NAME: 'readur-documents' } },
      { S3_SECRET_ACCESS_KEY: { take: 'token' } },
    ])
  })
})
