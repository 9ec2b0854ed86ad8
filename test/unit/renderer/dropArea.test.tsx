// @vitest-environment happy-dom
import { act, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { answer } from './fixtures.ts'
import { renderApp } from './renderApp.tsx'

/** What the window gets of a file that is dragged or dropped. */
function drag(kind: 'dragover' | 'drop', name: string, text = ''): Event {
  const event = new Event(kind, { bubbles: true, cancelable: true })
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [new File([text], name)] } })
  act(() => void document.body.dispatchEvent(event))
  return event
}

describe('a file that is dropped', () => {
  it('at home becomes a new connection, filled from where it lies', async () => {
    const { main } = renderApp('', (main) => (main.answers.profiles.list = () => answer([])))
    await screen.findByRole('heading', { name: 'Welcome' })
    drag('dragover', 'docker-compose.yml')
    expect(screen.getByText('Drop docker-compose.yml, .env, a state file or exported connections')).toBeTruthy()
    expect(drag('drop', 'docker-compose.yml').defaultPrevented).toBe(true)
    expect(await screen.findByText(/settings filled in from/)).toBeTruthy()
    expect(main.calls).toContainEqual(['discovery.readFiles', ['/dropped/docker-compose.yml']])
    // Named already, for who has no better name.
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('My Readur')
    // The next thing to say: on which computer that Readur runs.
    const here = screen.getByRole('radio', { name: /^This computer/ })
    await waitFor(() => expect(document.activeElement).toBe(here))
  })

  it('at home is imported when it holds exported connections', async () => {
    const { main } = renderApp()
    await screen.findByRole('heading', { name: 'Sandbox', level: 1 })
    const text = '{ "format": "readur-migrate profiles" }'
    drag('drop', 'readur-connections.json', text)
    expect((await screen.findByText(/^Added: “From afar”/)).textContent).toContain('passwords before you use them')
    expect(main.calls).toContainEqual(['profiles.import', text])
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('in the editor is looked through, unless it is a state file, which is none of its business', async () => {
    const { main, stores } = renderApp('#/connection')
    await screen.findByLabelText('Name')
    drag('drop', 'migration_state.json')
    await waitFor(() => expect(stores.importing.getState()).toMatchObject({ opened: true }))
    act(() => stores.importing.getState().close())
    drag('drop', '.env')
    expect(await screen.findByText(/settings filled in from/)).toBeTruthy()
    expect(main.calls.filter(([channel]) => channel === 'discovery.readFiles')).toEqual([
      ['discovery.readFiles', ['/dropped/.env']],
    ])
  })
})
