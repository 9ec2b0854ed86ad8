import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.css'
import './theme/global.css'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApi } from './api.ts'
import { App } from './app.tsx'
import { NoBridge } from './components/noBridge.tsx'
import { Appearance } from './theme/appearance.tsx'
import { browserAddress } from './stores/navigation.ts'
import { createStores } from './stores/stores.ts'

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
