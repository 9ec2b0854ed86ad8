import { secretParameters } from '../../shared/postgresAddress.ts'
import type { Container } from './container.ts'
import { addressOf, parseDatabaseUrl } from './databaseUrl.ts'
import type { DatabaseAccess } from './discovered.ts'
import { isKnown, lookUp, whyUnset, type Environment, type Variable } from './environment.ts'
import type { Findings } from './findings.ts'
import { reachOf, waysTo, type Way } from './reach.ts'
import { isPostgres } from './recognise.ts'

const defaultPort = '5432'

/** Where Readur's variables say that its database is, and which of them says so. */
interface Target {
  host: string
  port: string
  from: Variable
}

/**
 * Takes name, user and password of the database from Readur's variables, as Readur does: DATABASE_URL before POSTGRES_*.
 * Host and port are handed back: they may hold in a container only.
 */
export function readDatabase(environment: Environment, findings: Findings): Target | null {
  const url = lookUp(environment, 'DATABASE_URL')
  const target = url ? fromUrl(url, environment, findings) : fromParts(environment, findings)
  if (target === null || (isKnown(target.host) && isKnown(target.port))) return target
  findings.explain('databaseAddress', whyUnset(target.from))
  return null
}

function fromUrl(url: Variable, environment: Environment, findings: Findings): Target | null {
  const parts = parseDatabaseUrl(url.text)
  // Readur does not read the others as long as DATABASE_URL is set. They often hold the same.
  addLogin(environment, findings, 'guess')
  if (parts === null) {
    const why = isKnown(url.text)
      ? 'DATABASE_URL cannot be read as an address. In a password, / ? # @ % are written %2F %3F %23 %40 %25.'
      : whyUnset(url)
    for (const name of ['databaseAddress', 'databaseName', 'databaseUser', 'databasePassword'] as const) {
      findings.explain(name, why)
    }
    return null
  }
  findings.addVariable('databaseUser', url, parts.user ?? '')
  findings.addVariable('databaseName', url, parts.name ?? '')
  findings.addVariable('databasePassword', url, parts.password ?? '')
  findings.addVariable('databaseTls', url, parts.tls ?? '')
  findings.addVariable('databaseParameters', url, parts.parameters ?? '')
  if (secretParameters.some((name) => new RegExp(`[?&]${name}=`).test(url.text))) {
    findings.note(
      `DATABASE_URL has the parameter ${secretParameters.join(', ')}, which was left out: it is a secret that no connection keeps.`,
      'Use the file itself instead: `readur-migrate connections add NAME FILE`.',
    )
  }
  return parts.host === undefined ? null : { host: parts.host, port: parts.port ?? defaultPort, from: url }
}

function fromParts(environment: Environment, findings: Findings): Target | null {
  const host = lookUp(environment, 'POSTGRES_HOST')
  if (!host) return null
  addLogin(environment, findings, 'certain')
  for (const [setting, name] of [
    ['databaseName', 'POSTGRES_DB'],
    ['databaseUser', 'POSTGRES_USER'],
  ] as const) {
    const origin = { ...host.origin, variable: name, default: true } as const
    if (!environment.has(name)) findings.add(setting, { value: 'readur', origin, confidence: 'likely' })
  }
  const port = lookUp(environment, 'POSTGRES_PORT')
  const from = {
    ...host,
    unset: [...host.unset, ...(port?.unset ?? [])],
    assumed: host.assumed || port?.assumed === true,
  }
  return { host: host.text, port: port?.text ?? defaultPort, from }
}

/** POSTGRES_DB, _USER and _PASSWORD, which Readur and the image of PostgreSQL call by the same names. */
function addLogin(environment: Environment, findings: Findings, confidence: 'certain' | 'guess'): void {
  const user = lookUp(environment, 'POSTGRES_USER')
  const name = lookUp(environment, 'POSTGRES_DB')
  // Blanks around it belong to a password.
  const password = environment.get('POSTGRES_PASSWORD')
  if (user) findings.addVariable('databaseUser', user, user.text, confidence)
  if (name) findings.addVariable('databaseName', name, name.text, confidence)
  if (password) findings.addVariable('databasePassword', password, password.text, confidence)
}

/** Finds the database of this Readur, and how it is reached from the server. */
export function findDatabase(readur: Container, all: readonly Container[], findings: Findings): DatabaseAccess | null {
  const target = readDatabase(readur.environment, findings)
  if (!target) {
    guessDatabase(readur, all, findings)
    return null
  }
  const reach = reachOf(target.host, target.port, readur, all)
  switch (reach.how) {
    case 'direct':
    case 'server': {
      const { origin, assumed } = target.from
      const value = addressOf(reach.host, reach.port)
      const found = { value, origin, confidence: assumed ? 'likely' : 'certain' } as const
      findings.add('databaseAddress', reach.how === 'server' ? { ...found, onServer: true } : found)
      return reach.how
    }
    case 'container':
      if (isPostgres(reach.by)) addLogin(reach.by.environment, findings, 'guess')
      return addContainer(reach.by, reach.ways, target.port, findings)
    case 'cluster':
      addForwarded(reach.host, reach.port, target.from, findings)
      return null
    case 'itself':
    case 'nowhere':
      noteNowhere(reach.how, target.host, findings)
      return null
  }
}

/** Every way to the database: the ports that its container publishes, and its addresses. */
function addContainer(by: Container, ways: readonly Way[], port: string, findings: Findings): DatabaseAccess {
  addWays(ways, findings)
  if (by.running === false) {
    findings.explain('databaseAddress', `The container ${by.name} does not run.`)
    findings.note(`PostgreSQL (${by.name}) does not run.`, 'Start it, then search again.')
  }
  const [best] = ways
  if (!best) {
    if (by.running !== false) noteInside(by, port, findings)
    return 'Docker network only'
  }
  if (best.how === 'container address') {
    findings.note(
      `PostgreSQL (${by.name}) publishes no port. Its address ${best.host} on Docker’s network can be reached on the server, or through SSH; it changes when the container is made anew.`,
      `For an address that stays, publish the port to the server alone: ports: ["127.0.0.1:${port}:${port}"].`,
    )
  }
  return best.how
}

function addWays(ways: readonly Way[], findings: Findings, weakest?: 'guess'): void {
  for (const { how, host, port, origin, assumed } of ways) {
    const confidence = weakest ?? (how === 'container address' || assumed ? 'likely' : 'certain')
    findings.add('databaseAddress', { value: addressOf(host, port), origin, confidence, onServer: true })
  }
}

function noteInside(by: Container, port: string, findings: Findings): void {
  const isPublished = by.ports.some((it) => it.containerPort === port)
  const message = isPublished
    ? `PostgreSQL (${by.name}) publishes its port at a number that Docker picks, or that a variable holds which is not known.`
    : `PostgreSQL (${by.name}) can be reached on Docker’s network only: it publishes no port.`
  findings.explain('databaseAddress', message)
  findings.note(
    message,
    isPublished
      ? `\`docker compose port ${by.service ?? by.name} ${port}\` names it; or search the running server.`
      : `Publish the port to the server alone: ports: ["127.0.0.1:${port}:${port}"], then \`docker compose up -d\`. Or search the running server: the address of the container can be used through SSH.`,
  )
}

/** What `kubectl port-forward` makes of a service of the cluster. */
function addForwarded(host: string, port: string, from: Variable, findings: Findings): void {
  const [service = host, namespace] = host.split('.')
  const where = namespace === undefined ? '' : `--namespace=${namespace} `
  findings.add('databaseAddress', { value: addressOf('127.0.0.1', port), origin: from.origin, confidence: 'guess' })
  findings.explain('databaseAddress', `“${host}” is a service of the cluster, which only its pods reach.`)
  findings.note(
    `PostgreSQL (${host}) can be reached in the cluster only.`,
    `Forward a port where this program, or the SSH server, can reach it: \`kubectl ${where}port-forward service/${service} ${port}:${port}\`. The address is then 127.0.0.1:${port}.`,
  )
}

function noteNowhere(how: 'itself' | 'nowhere', host: string, findings: Findings): void {
  if (how === 'itself') {
    findings.explain(
      'databaseAddress',
      `Readur is told ${host}, which inside of its container is the container itself.`,
    )
    return
  }
  findings.explain('databaseAddress', `“${host}” is none of the containers that were looked at.`)
  findings.note(
    `The database “${host}” is none of the containers that were looked at. Perhaps it belongs to another Compose project, on a network that both share.`,
    'Search the server itself, or import the Compose file that holds the database.',
  )
}

/** Readur's variables do not say where its database is: what looks like one is offered. */
function guessDatabase(readur: Container, all: readonly Container[], findings: Findings): void {
  const found = all.filter(isPostgres)
  const server =
    found.find((it) => it.service !== null && readur.dependsOn.includes(it.service)) ??
    found.find((it) => it.networks.some((network) => readur.networks.includes(network)))
  if (!server) return
  addWays(waysTo(server, defaultPort, readur), findings, 'guess')
  addLogin(server.environment, findings, 'guess')
}
