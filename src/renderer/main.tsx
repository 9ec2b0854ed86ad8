import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.css'
import './theme/global.css'
import { setNonce } from 'get-nonce'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApi } from './api.ts'
import { App } from './app.tsx'
import { browserAddress } from './stores/navigation.ts'
import { createStores } from './stores/stores.ts'
import { texts } from './texts/texts.ts'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { theme, variables } from './theme/theme.ts'

/** The nonce of this response: the only one under which the policy lets style elements through. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
setNonce(nonce)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <Appearance nonce={nonce}>
      {window.readur ? <App stores={createStores(createApi(window.readur), browserAddress(window))} /> : <NoBridge />}
    </Appearance>
  </StrictMode>,
)

/** Shown when the page runs outside of the application: nothing works without its preload script. */
function NoBridge() {
  return <p role="alert">{texts.components.noBridge}</p>
}

const colorSchemeManager = localStorageColorSchemeManager({ key: 'readur-migrate-appearance' })

/** Theme and colour scheme for all below: the system's until the user chooses another, which is then kept. */
function Appearance({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  )
}
