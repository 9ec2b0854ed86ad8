import { isAbsolute } from 'node:path/posix'
import { ownVariables } from '../../shared/discovery.ts'
import { readDatabase } from './database.ts'
import { addressOf } from './databaseUrl.ts'
import type { Discovered } from './discovered.ts'
import { isKnown, lookUp, variable, type Environment } from './environment.ts'
import { largestText, parseEnvText } from './envText.ts'
import { Findings } from './findings.ts'
import { notFound, unreadable } from './refusal.ts'
import { readStorage } from './storage.ts'

/** Variables of which at least one is there when the text is Readur's. */
const telling = [
  'DATABASE_URL',
  'POSTGRES_HOST',
  'UPLOAD_PATH',
  'S3_BUCKET_NAME',
  'S3_ENDPOINT_URL',
  'S3_ACCESS_KEY_ID',
]

/**
 * The settings in a text of `.env` form, or in a database address alone. Addresses are taken to hold where Readur runs.
 * Throws DISCOVERY_UNREADABLE and READUR_NOT_FOUND.
 */
export function discoverEnvText(text: string, file?: string): Discovered {
  const source = file ?? 'the pasted text'
  if (text.length > largestText) throw unreadable(source, 'it is too large for settings.')
  const findings = new Findings()
  const environment = environmentOf(text, file, findings)
  if (!telling.some((it) => environment.has(it))) throw notFound(source)

  addDatabase(environment, findings)
  addOwn(environment, findings)
  addUploads(environment, findings)
  const endpoint = readStorage(environment, findings)
  if (endpoint) findings.addVariable('s3Endpoint', endpoint.from, endpoint.url.href.replace(/\/$/, ''))
  const container = { network: null, name: null, isRunning: null }
  return findings.conclude({ source, database: null, uploads: null, storing: null, ...container })
}

function environmentOf(text: string, file: string | undefined, findings: Findings): Environment {
  const trimmed = text.trim()
  if (/^postgres(ql)?:\/\/\S+$/i.test(trimmed)) {
    return new Map([
      ['DATABASE_URL', variable(trimmed, { ...(file !== undefined && { file }), variable: 'DATABASE_URL' })],
    ])
  }
  const { variables, badLines } = parseEnvText(text, file)
  if (badLines.length > 0) {
    findings.note(
      `Lines that aren’t variables were left out: ${badLines.slice(0, 10).join(', ')}${badLines.length > 10 ? ' …' : ''}.`,
      'Compose refuses such a file. Look for a quote that is not closed.',
    )
  }
  return variables
}

function addDatabase(environment: Environment, findings: Findings): void {
  const target = readDatabase(environment, findings)
  if (!target) return
  const { host, port, from } = target
  const isServiceName = host !== 'localhost' && !/[.:/]/.test(host)
  const confidence = isServiceName ? 'guess' : from.assumed ? 'likely' : 'certain'
  findings.add('databaseAddress', { value: addressOf(host, port), origin: from.origin, confidence })
  if (!isServiceName) return
  findings.explain(
    'databaseAddress',
    `“${host}” looks like the name of a Compose service, which holds in its network only.`,
  )
  findings.note(
    `The database is called “${host}”, which looks like the name of a Compose service.`,
    'Import the docker-compose.yml beside this file, or search the server.',
  )
}

const ownSettings = Object.entries(ownVariables) as [keyof typeof ownVariables, string][]

function addOwn(environment: Environment, findings: Findings): void {
  // DATABASE_URL goes before all of POSTGRES_*.
  const isWhole = lookUp(environment, 'DATABASE_URL') !== undefined
  for (const [setting, name] of ownSettings) {
    const found = lookUp(environment, name)
    if (found && !(isWhole && name.startsWith('POSTGRES_'))) findings.addVariable(setting, found)
  }
}

function addUploads(environment: Environment, findings: Findings): void {
  const path = lookUp(environment, 'UPLOAD_PATH')
  if (!path) return
  findings.addVariable('uploadsContainer', path)
  if (!isKnown(path.text)) return
  // Without a container the folder is that of the server; /app is Readur's folder in its image.
  const isInImage = path.text.startsWith('/app/')
  if (isAbsolute(path.text) && !isInImage) findings.addVariable('uploadsHost', path, path.text, 'guess')
  findings.explain(
    'uploadsHost',
    isAbsolute(path.text)
      ? `${path.text} may be a folder in Readur’s container.`
      : `${path.text} is relative to the folder that Readur is started in.`,
  )
}
