import type { Container } from './container.ts'
import { addressOf } from './databaseUrl.ts'
import { isKnown, lookUp } from './environment.ts'
import type { Findings } from './findings.ts'
import { waysTo } from './reach.ts'

const defaultPort = '8000'

/** Where Readur is opened in a browser: by its published port, or as a proxy or a login service is told. */
export function findWebAddress(readur: Container, findings: Findings): void {
  const { environment, origin, labels } = readur
  const redirect = lookUp(environment, 'OIDC_REDIRECT_URI')
  if (redirect && isKnown(redirect.text) && URL.canParse(redirect.text)) {
    const { origin: address, protocol } = new URL(redirect.text)
    if (/^https?:$/.test(protocol)) findings.addVariable('readurUrl', redirect, address)
  }
  for (const [name, rule] of labels) {
    const host = /^traefik\.http\.routers\.[^.]+\.rule$/.test(name) ? /Host\(`([\w.-]+)`/.exec(rule)?.[1] : undefined
    if (host === undefined) continue
    findings.add('readurUrl', { value: `https://${host}`, origin: { ...origin, variable: name }, confidence: 'likely' })
  }
  for (const { how, host, port, origin } of waysTo(readur, portOf(readur), readur)) {
    const confidence = how === 'container address' ? 'guess' : 'likely'
    const value = `http://${addressOf(host, port)}`
    findings.add('readurUrl', { value, origin, confidence, onServer: true })
  }
}

function portOf({ environment }: Container): string {
  const address = lookUp(environment, 'SERVER_ADDRESS')?.text
  const port = address === undefined ? lookUp(environment, 'SERVER_PORT')?.text : address.split(':').at(-1)
  return port !== undefined && /^\d+$/.test(port) ? port : defaultPort
}
