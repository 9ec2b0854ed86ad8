// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer, errorOf, finished, profile, refuse, rolledBack } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

const lists = (calls: unknown[][]) => calls.filter(([channel]) => channel === 'runs.list').map(([, query]) => query)

describe('history', () => {
  it('has a row for every run: when, what, of whom, how it ended, how much', async () => {
    renderApp(
      '#/history',
      (main) => (main.answers.runs.list = () => answer({ runs: [rolledBack, finished], next: null })),
    )
    const table = await screen.findByRole('table', { name: 'Runs' })
    const [, rollback, migration] = within(table).getAllByRole('row')
    for (const text of ['Rollback', 'Sandbox', 'readur-documents', 'Completed', '298 of 298', '162.9 MB', '41 s']) {
      expect(rollback?.textContent).toContain(text)
    }
    for (const text of ['Migration', 'Completed with failures', '298 of 318', '312 documents']) {
      expect(migration?.textContent).toContain(text)
    }
  })

  it('says of a run that was rolled back what it had done', async () => {
    const undone = { ...finished, status: 'rolled back', committed: 0, restored: 298 } as const
    renderApp('#/history', (main) => (main.answers.runs.list = () => answer({ runs: [undone], next: null })))
    const table = await screen.findByRole('table', { name: 'Runs' })
    expect(table.textContent).toContain('298 of 318')
    expect(table.textContent).toContain('298 rolled back')
  })

  it('folds plans that were never started into one line, unless they are looked for', async () => {
    const plans = (['planned', 'not started'] as const).map((status, at) => ({
      ...finished,
      runId: `run-${at + 5}`,
      status,
    }))
    renderApp('#/history', (main) => {
      main.answers.runs.list = () => answer({ runs: [finished, ...plans], next: null })
    })
    const table = await screen.findByRole('table', { name: 'Runs' })
    expect(within(table).getAllByRole('button', { name: /^Open the run of/ })).toHaveLength(1)
    expect(screen.getByText('2 plans were never started').closest('details')).toHaveProperty('open', false)
    fireEvent.change(screen.getByLabelText('Result'), { target: { value: 'planned' } })
    await waitFor(() => expect(screen.queryByText('2 plans were never started')).toBeNull())
    expect(screen.getAllByRole('button', { name: /^Open the run of/ })).toHaveLength(3)
  })

  it('opens a run, which leads back to it', async () => {
    renderApp('#/history', (main) => {
      main.answers.runs.list = () => answer({ runs: [finished], next: null })
      main.answers.runs.get = () => answer(finished)
    })
    fireEvent.click(await screen.findByRole('button', { name: /^Open the run of .*: Migration/ }))
    expect(await screen.findByRole('heading', { name: 'Migration completed with failures' })).toBeTruthy()
    fireEvent.click(within(screen.getByRole('main')).getByRole('button', { name: 'History' }))
    expect(await screen.findByRole('heading', { name: 'History' })).toBeTruthy()
  })

  it('is reached from everywhere, by the sidebar and by keys', async () => {
    renderApp('#/')
    fireEvent.click(within(screen.getByRole('navigation', { name: 'Places' })).getByRole('button', { name: 'History' }))
    expect(await screen.findByRole('heading', { name: 'History' })).toBeTruthy()
    fireEvent.keyDown(document.body, { key: 'Escape' })
    expect(await screen.findByRole('heading', { name: 'Sandbox', level: 1 })).toBeTruthy()
    fireEvent.keyDown(document.body, { key: 'H', ctrlKey: true, shiftKey: true })
    expect(await screen.findByRole('heading', { name: 'History' })).toBeTruthy()
  })

  it('says what to do where there is no run yet', async () => {
    renderApp('#/history')
    expect(await screen.findByRole('heading', { name: 'No runs yet' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Go to connections' }))
    expect(await screen.findByRole('heading', { name: 'Sandbox', level: 1 })).toBeTruthy()
  })

  it('is narrowed by kind, result and words, and widened again', async () => {
    const { main } = renderApp('#/history', (main) => {
      main.answers.runs.list = ({ filter }) => answer({ runs: filter ? [] : [finished], next: null })
    })
    fireEvent.change(await screen.findByLabelText('Connection'), { target: { value: profile.id } })
    fireEvent.change(await screen.findByLabelText('Kind'), { target: { value: 'rollback' } })
    fireEvent.change(screen.getByLabelText('Result'), { target: { value: 'interrupted' } })
    fireEvent.change(screen.getByLabelText(/^Search runs/), { target: { value: 'cold' } })
    await waitFor(() =>
      expect(lists(main.calls).at(-1)).toEqual({
        offset: 0,
        limit: 25,
        filter: { profileId: profile.id, kinds: ['rollback'], statuses: ['interrupted'], text: 'cold' },
      }),
    )
    expect(await screen.findByRole('heading', { name: 'No matching runs' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Show all runs' }))
    expect(await screen.findByRole('table', { name: 'Runs' })).toBeTruthy()
    expect(screen.getByLabelText(/^Search runs/)).toHaveProperty('value', '')
  })

  it('has the search under Ctrl+F', async () => {
    renderApp('#/history')
    const field = await screen.findByLabelText(/^Search runs/)
    fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true })
    expect(document.activeElement).toBe(field)
  })

  it('is paged', async () => {
    renderApp('#/history', (main) => {
      main.answers.runs.list = ({ offset, limit }) =>
        answer({
          runs: Array.from({ length: Math.min(limit, 30 - offset) }, (_, n) => ({
            ...finished,
            runId: `run-${offset + n}`,
          })),
          next: offset + limit < 30 ? offset + limit : null,
        })
    })
    const pages = await screen.findByRole('navigation', { name: 'Pages: Runs' })
    fireEvent.click(within(pages).getByRole('button', { name: 'Next' }))
    expect(await within(pages).findByText('Page 2')).toBeTruthy()
    expect(screen.getAllByRole('button', { name: /^Open the run of/ })).toHaveLength(5)
  })

  it('says why it cannot be read', async () => {
    renderApp('#/history', (main) => (main.answers.runs.list = () => refuse(errorOf('INTERNAL', 'permission denied'))))
    const alerts = await screen.findAllByRole('alert')
    expect(alerts[0]?.textContent).toContain('permission denied')
  })
})

describe('importing a state file', () => {
  const open = async () => {
    fireEvent.click(await screen.findByRole('button', { name: 'Import a state file…' }))
    return screen.findByRole('dialog', { name: 'Import a state file' })
  }

  it('asks for the file, and for the connection where there are several', async () => {
    const { main } = renderApp('#/history', (main) => {
      main.answers.profiles.list = () => answer([profile, { ...profile, id: 'other', name: 'Other' }])
      main.answers.runs.chooseStateFile = () => answer({ path: '/home/ada/migration_state.json' })
    })
    const dialog = await open()
    expect(within(dialog).getByRole('button', { name: 'Import' }).hasAttribute('disabled')).toBe(true)
    fireEvent.click(within(dialog).getByRole('button', { name: 'Choose…' }))
    expect(await within(dialog).findByText('/home/ada/migration_state.json')).toBeTruthy()
    fireEvent.change(within(dialog).getByLabelText('Connection'), { target: { value: 'other' } })
    main.answers.runs.get = () => answer({ ...finished, kind: 'import', status: 'completed' })
    fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }))
    expect(await screen.findByRole('heading', { name: 'Import completed' })).toBeTruthy()
    expect(main.calls).toContainEqual(['runs.import', 'other', '/home/ada/migration_state.json'])
  })

  it('says why a file is refused, and stays', async () => {
    renderApp('#/history', (main) => {
      main.answers.runs.chooseStateFile = () => answer({ path: '/home/ada/holiday.json' })
      main.answers.runs.import = () => refuse(errorOf('STATE_FILE_INVALID', 'It holds no state.'))
    })
    const dialog = await open()
    fireEvent.click(within(dialog).getByRole('button', { name: 'Choose…' }))
    await within(dialog).findByText('/home/ada/holiday.json')
    fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }))
    expect((await within(dialog).findByRole('alert')).textContent).toContain('It holds no state.')
  })

  it('takes the file that the platform asks to open, at the start and later', async () => {
    const { main } = renderApp('#/', (main) => {
      main.answers.runs.takeOpenedStateFile = () => answer({ path: '/home/ada/first.json' })
    })
    await screen.findByText('/home/ada/first.json')
    main.answers.runs.takeOpenedStateFile = () => answer({ path: '/home/ada/second.json' })
    act(() => main.emitStateFile())
    await screen.findByText('/home/ada/second.json')
  })

  it('takes a file that is dropped on any screen, and no other kind', async () => {
    renderApp('#/')
    const drop = (...names: string[]) => {
      const event = new Event('drop', { bubbles: true, cancelable: true })
      Object.assign(event, { dataTransfer: { files: names.map((name) => new File(['{}'], name)) } })
      fireEvent(window, event)
    }
    drop('photo.jpg')
    expect(screen.queryByRole('dialog')).toBeNull()
    drop('photo.jpg', 'migration_state.JSON')
    const dialog = await screen.findByRole('dialog', { name: 'Import a state file' })
    expect(within(dialog).getByText('/dropped/migration_state.JSON')).toBeTruthy()
  })
})
