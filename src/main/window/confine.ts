import type { App, Session, WebContents } from 'electron'
import { addressOf, isOurPage, type PageSource } from './pageSource.ts'

/** Port 0 is nobody's: what goes there goes nowhere. */
const deadProxy = { mode: 'fixed_servers', proxyRules: 'http://127.0.0.1:0', proxyBypassRules: '<-loopback>' } as const

/**
 * Keeps whatever is shown on our page: no navigation, no other windows, no webviews, no downloads. Must be called before
 * the app is ready; holds for each web contents that there will ever be.
 */
export function confine(app: App, source: PageSource): void {
  // The page needs no other server, so names of servers mean nothing to it.
  if (source.devServer === null) app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.on('web-contents-created', (_event, contents) => keepOnOurPage(contents, source))
}

function keepOnOurPage(contents: WebContents, source: PageSource): void {
  const stay = (event: { preventDefault: () => void; url: string }): void => {
    if (!isOurPage(event.url, source)) event.preventDefault()
  }
  // Of every frame, the main one included.
  contents.on('will-frame-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // Neither content policy nor proxy speak for its datagrams.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  // An empty page is shown without asking any of the above.
  contents.on('did-navigate', (_event, url) => {
    if (!isOurPage(url, source)) void contents.loadURL(addressOf(source))
  })
}

/** Cuts the pages of a session off from every network, and denies them all that they could ask for. */
export async function isolate(session: Session, source: PageSource): Promise<void> {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  // The page that a developer works on comes from a server.
  if (source.devServer !== null) return
  session.webRequest.onBeforeRequest(({ url, resourceType }, decide) => {
    // A page that goes elsewhere is stopped above. Here, an error would take its place.
    const isWanted = resourceType === 'mainFrame' || /^(data|blob):/.test(url) || isOurPage(url, source)
    decide({ cancel: !isWanted })
  })
  await session.setProxy(deadProxy)
}
