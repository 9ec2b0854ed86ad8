import { hostOf, portOf } from '../../shared/webAddress.ts'
import { readurStorage } from '../../shared/readurStorage.ts'
import { isCurrentReadur } from '../../shared/readurVersion.ts'
import type { Container } from './container.ts'
import { addressOf } from './databaseUrl.ts'
import type { SettingName } from './discovered.ts'
import { isKnown, lookUp, lookUpFirst, whyUnset, type Environment, type Variable } from './environment.ts'
import type { Findings } from './findings.ts'
import { reachOfUrl, waysFrom, waysTo } from './reach.ts'
import { s3ServerOf } from './recognise.ts'
import { versionOf } from './version.ts'

/** Variables of each setting: those that Readur reads, then those that only look like it. */
const names: readonly [SettingName, readonly string[], readonly string[]][] = [
  ['s3Bucket', ['S3_BUCKET_NAME'], ['S3_BUCKET']],
  ['s3Region', ['S3_REGION'], ['AWS_REGION', 'AWS_DEFAULT_REGION']],
  ['s3AccessKey', ['S3_ACCESS_KEY_ID'], ['AWS_ACCESS_KEY_ID']],
  ['s3SecretKey', ['S3_SECRET_ACCESS_KEY'], ['AWS_SECRET_ACCESS_KEY']],
]

/**
 * Takes bucket, keys and so on from Readur's variables, as this version of it reads them. The endpoint, which may hold in
 * a container only, is handed back.
 */
export function readStorage(
  environment: Environment,
  findings: Findings,
  version: string | null = null,
): Endpoint | null {
  for (const [setting, own, alike] of names) {
    const found = lookUpFirst(environment, ...own)
    if (found) findings.addVariable(setting, found)
    for (const name of alike) {
      const guess = lookUp(environment, name)
      if (guess) findings.addVariable(setting, guess, guess.text, 'guess')
    }
  }
  // What stands for a variable that nobody sets says nothing.
  const known = (name: string): string | undefined => {
    const text = environment.get(name)?.text
    return text !== undefined && isKnown(text) ? text : undefined
  }
  const { backend, endpoint, pathStyle, remarks } = readurStorage(
    known,
    version === null ? null : isCurrentReadur(version),
  )
  for (const { message, remedy } of remarks) findings.note(message, remedy)
  if (backend === 's3') findings.note('This Readur is set to S3 already: what it takes in now goes into the bucket.')
  const style = pathStyle && environment.get(pathStyle.variable)
  if (style) findings.addVariable('s3PathStyle', style, String(pathStyle.value))
  return readEndpoint(environment, findings, endpoint?.variable)
}

interface Endpoint {
  url: URL
  from: Variable
}

function readEndpoint(environment: Environment, findings: Findings, name: string | undefined): Endpoint | null {
  const first = environment.get('S3_ENDPOINT_URL')
  if (first && !isKnown(first.text)) {
    findings.explain('s3Endpoint', whyUnset(first))
    return null
  }
  const from = name === undefined ? undefined : lookUp(environment, name)
  if (name === undefined || !from) {
    const second = environment.get('S3_ENDPOINT')
    if (first === undefined && second && !isKnown(second.text)) findings.explain('s3Endpoint', whyUnset(second))
    return null
  }
  const url = URL.canParse(from.text) ? new URL(from.text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    findings.explain('s3Endpoint', `${name} cannot be read as an address that begins with https:// or http://.`)
    return null
  }
  if (url.username + url.password + url.search + url.hash !== '') {
    findings.note(`${name} holds more than an address. The rest was left out.`)
  }
  url.username = url.password = url.search = url.hash = ''
  return { url, from }
}

const textOf = (url: URL): string => url.href.replace(/\/$/, '')

/** Finds the bucket of this Readur, or offers the storage service that stands beside it. */
export function findStorage(readur: Container, all: readonly Container[], findings: Findings): void {
  const endpoint = readStorage(readur.environment, findings, versionOf(readur))
  if (endpoint) addEndpoint(endpoint, readur, all, findings)
  else offerServer(readur, all, findings)
}

function addEndpoint({ url, from }: Endpoint, readur: Container, all: readonly Container[], findings: Findings): void {
  const reach = reachOfUrl(url, readur, all)
  const ways = waysFrom(reach)
  for (const way of ways) {
    const isSure = way.how !== 'container address' && !from.assumed
    const value = textOf(new URL(url.pathname, `${url.protocol}//${addressOf(way.host, way.port)}`))
    const confidence = isSure ? 'certain' : 'likely'
    findings.add('s3Endpoint', { value, origin: from.origin, confidence, onServer: true })
  }
  if (reach.how === 'cluster') noteInCluster(textOf(url), reach.host, findings)
  else if (ways.length > 0) noteServerOnly(textOf(url), findings)
  else if (reach.how === 'direct' || reach.how === 'nowhere') findings.addVariable('s3Endpoint', from, textOf(url))
  else
    noteInside(
      reach.how === 'container' ? reach.by.name : `${hostOf(url)}, in Readur’s container,`,
      portOf(url),
      findings,
    )
}

function noteInside(what: string, port: string, findings: Findings): void {
  findings.explain('s3Endpoint', `The storage service (${what}) can be reached on Docker’s network only.`)
  findings.note(
    `The storage service (${what}) can be reached on Docker’s network only: it publishes no port ${port}.`,
    'Publish the port, so that this program reaches the bucket that Readur uses.',
  )
}

function noteInCluster(inside: string, host: string, findings: Findings): void {
  findings.explain('s3Endpoint', `“${host}” is a service of the cluster, which only its pods reach.`)
  findings.note(
    `Readur calls the storage service ${inside}, which can be reached in the cluster only.`,
    'Use the address that its ingress or load balancer has, or forward a port with `kubectl port-forward`.',
  )
}

function noteServerOnly(inside: string, findings: Findings): void {
  findings.note(
    `Readur calls the storage service ${inside}. The address that was found for it holds on the server.`,
    'Where this program runs on another computer, put the name of the server in its place.',
  )
}

/** Readur is not set to S3 yet: a storage service on the same server is offered. */
function offerServer(readur: Container, all: readonly Container[], findings: Findings): void {
  for (const container of all) {
    const server = s3ServerOf(container)
    if (!server) continue
    const { environment, origin } = container
    for (const way of waysTo(container, server.port, readur)) {
      const value = `http://${addressOf(way.host, way.port)}`
      findings.add('s3Endpoint', { value, origin: way.origin, confidence: 'guess', onServer: true })
    }
    if (server.region !== null) findings.add('s3Region', { value: server.region, origin, confidence: 'guess' })
    const buckets = lookUpFirst(environment, ...server.buckets)
    for (const bucket of buckets?.text.split(',', 5) ?? []) {
      // A policy may follow the name.
      if (buckets) findings.addVariable('s3Bucket', buckets, bucket.trim().replace(/:.*$/, ''), 'guess')
    }
    const key = lookUpFirst(environment, ...server.accessKey)
    const secret = lookUpFirst(environment, ...server.secretKey)
    if (key) findings.addVariable('s3AccessKey', key, key.text, 'guess')
    if (secret) findings.addVariable('s3SecretKey', secret, secret.text, 'guess')
  }
}
