import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach } from 'vitest'
import { createApi } from '../../../src/renderer/api.ts'
import { App } from '../../../src/renderer/app.tsx'
import { createStores } from '../../../src/renderer/stores/stores.ts'
import { fakeAddress } from './fakeAddress.ts'
import { type FakeMain, fakeMain } from './fixtures.ts'

afterEach(cleanup)

/** Goes to a view of what is shown. */
export const openTab = async (name: RegExp): Promise<unknown> =>
  fireEvent.click(await screen.findByRole('tab', { name }))

/** The whole window over a fake main process, opened at an address. */
export function renderApp(hash = '', prepare: (main: FakeMain) => void = () => undefined) {
  const main = fakeMain()
  prepare(main)
  const stores = createStores(createApi(main.bridge), fakeAddress(hash))
  render(
    <MantineProvider env="test">
      <App stores={stores} />
    </MantineProvider>,
  )
  return { main, stores }
}
