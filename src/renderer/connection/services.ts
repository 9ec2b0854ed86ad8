import { texts } from '../texts/texts.ts'

/** What storage services differ in. `address`: where it stands is the user's own; elsewhere it follows from the rest. */
export const serviceIds = ['aws', 'minio', 'b2', 'r2', 'wasabi', 'idrive', 'garage', 'ceph', 'other'] as const
export type ServiceId = (typeof serviceIds)[number]

export interface StorageService {
  label: string
  /** What is asked for beside bucket and keys. */
  asks: 'region' | 'account' | 'address'
  /** The region to begin with; empty where there is no usual one. */
  region: string
  /** Regions to choose from. */
  regions: readonly string[]
  /** What an address looks like; elsewhere how it is put together. */
  pattern: string
  pathStyle: boolean
  /** One line about what is particular, or null. */
  hint: string | null
}

const awsRegions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-central-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'eu-south-1',
  'eusc-de-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
]

export const services: Record<ServiceId, StorageService> = {
  aws: {
    label: texts.connection.amazonS3,
    asks: 'region',
    region: 'us-east-1',
    regions: awsRegions,
    pattern: '',
    pathStyle: false,
    hint: null,
  },
  minio: {
    label: texts.connection.minio,
    asks: 'address',
    region: 'us-east-1',
    regions: [],
    pattern: 'https://minio.example.org:9000',
    pathStyle: true,
    hint: texts.connection.minioHint,
  },
  b2: {
    label: texts.connection.backblazeB2,
    asks: 'region',
    region: '',
    regions: [
      'us-west-000',
      'us-west-001',
      'us-west-002',
      'us-west-004',
      'us-east-005',
      'eu-central-003',
      'ca-east-006',
    ],
    pattern: 'https://s3.{region}.backblazeb2.com',
    pathStyle: true,
    hint: texts.connection.backblazeHint,
  },
  r2: {
    label: texts.connection.cloudflareR2,
    asks: 'account',
    region: 'auto',
    regions: [],
    pattern: 'https://{account}.r2.cloudflarestorage.com',
    pathStyle: true,
    hint: texts.connection.r2Hint,
  },
  wasabi: {
    label: texts.connection.wasabi,
    asks: 'region',
    region: '',
    regions: [
      'us-east-1',
      'us-east-2',
      'us-central-1',
      'us-west-1',
      'eu-central-1',
      'eu-central-2',
      'eu-west-1',
      'eu-west-2',
      'ap-northeast-1',
      'ap-southeast-1',
    ],
    pattern: 'https://s3.{region}.wasabisys.com',
    pathStyle: true,
    hint: null,
  },
  idrive: {
    label: texts.connection.idriveE2,
    asks: 'region',
    region: '',
    regions: [
      'us-east-1',
      'us-southeast-1',
      'us-central-1',
      'us-midwest-1',
      'us-southwest-1',
      'us-west-1',
      'us-west-2',
      'us-west-3',
      'ca-east-1',
      'eu-central-1',
      'eu-central-2',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'eu-west-4',
    ],
    pattern: 'https://s3.{region}.idrivee2.com',
    pathStyle: true,
    hint: texts.connection.idriveHint,
  },
  garage: {
    label: texts.connection.garage,
    asks: 'address',
    region: 'garage',
    regions: [],
    pattern: 'http://garage.example.org:3900',
    pathStyle: true,
    hint: texts.connection.garageHint,
  },
  ceph: {
    label: texts.connection.ceph,
    asks: 'address',
    region: 'us-east-1',
    regions: [],
    pattern: 'https://rgw.example.org:7480',
    pathStyle: true,
    hint: texts.connection.cephHint,
  },
  other: {
    label: texts.connection.other,
    asks: 'address',
    region: 'us-east-1',
    regions: [],
    pattern: 'https://s3.example.org',
    pathStyle: true,
    hint: texts.connection.otherHint,
  },
}

/** The address of a service whose address follows from region or account; what is not known yet stays in braces. */
export function endpointOf(id: ServiceId, { region, account }: { region: string; account: string }): string {
  return services[id].pattern
    .replace('{region}', region === '' ? '{region}' : region)
    .replace('{account}', account === '' ? '{account}' : account)
}

/** Which service an address is of, and what it says. */
export function serviceAt(endpoint: string, region: string): { service: ServiceId; region: string; account: string } {
  const address = endpoint.trim().replace(/\/$/, '')
  if (address === '') return { service: 'aws', region, account: '' }
  if (address === 'https://s3.wasabisys.com') return { service: 'wasabi', region: 'us-east-1', account: '' }
  for (const service of serviceIds) {
    if (services[service].asks === 'address') continue
    const found = addressOf(services[service].pattern).exec(address)?.groups
    if (found) return { service, region: found.region ?? services[service].region, account: found.account ?? '' }
  }
  const port = URL.canParse(address) ? new URL(address).port : ''
  if (region === 'garage' || port === '3900') return { service: 'garage', region, account: '' }
  if (port === '9000') return { service: 'minio', region, account: '' }
  if (port === '7480') return { service: 'ceph', region, account: '' }
  return { service: 'other', region, account: '' }
}

/** Matches the addresses that a pattern makes. */
function addressOf(pattern: string): RegExp {
  const literal = pattern.replaceAll('.', '\\.')
  const named = literal.replace('{region}', '(?<region>[a-z0-9-]+)').replace('{account}', '(?<account>[a-z0-9.]+)')
  return new RegExp(`^${named}$`)
}
