import type { Container } from './container.ts'

/** `registry:5000/group/name` of `registry:5000/group/name:tag@sha256:…`, in small letters. */
export function repositoryOf(image: string): string {
  const untagged = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  return untagged.toLowerCase()
}

const nameOf = (image: string): string => repositoryOf(image).split('/').at(-1) ?? ''

export const isReadurImage = (image: string): boolean => nameOf(image) === 'readur'

/** Variables that only Readur has. */
const ownVariables = [
  'UPLOAD_PATH',
  'WATCH_FOLDER',
  'USER_WATCH_BASE_DIR',
  'ENABLE_PER_USER_WATCH',
  'ALLOWED_FILE_TYPES',
  'FILE_STABILITY_CHECK_MS',
  'OCR_LANGUAGE',
  'CONCURRENT_OCR_JOBS',
  'OCR_TIMEOUT_SECONDS',
]
const isReadurWord = /(^|[^a-z])readur($|[^a-z])/

/** How likely it is Readur; 0 when it is not. */
export function readurScore(container: Container): number {
  const { image, environment, service, name } = container
  const known = ownVariables.filter((it) => environment.has(it)).length
  if (image !== null) {
    if (isPostgres(container) || s3ServerOf(container) !== null) return 0
    if (isReadurImage(image)) return 100 + known
  }
  const isNamed = service === 'readur' || name === 'readur'
  const isLikeIt = (image !== null && isReadurWord.test(nameOf(image))) || isReadurWord.test(service ?? name)
  const score = known * 2 + (isNamed ? 4 : isLikeIt ? 2 : 0)
  return score >= 4 ? score : 0
}

const postgresName =
  /(^|[-_])(postgres|postgresql|postgis|pgvector|pgvecto-rs|timescaledb|timescaledb-ha|spilo)($|[-_\d])/
const aroundPostgres = /(exporter|backup|admin|bouncer|pool|operator)/

export function isPostgres({ image }: Pick<Container, 'image'>): boolean {
  if (image === null) return false
  const name = nameOf(image)
  return postgresName.test(name) && !aroundPostgres.test(name)
}

interface S3Server {
  /** Port of its S3 API in the container. */
  port: string
  region: string | null
  accessKey: readonly string[]
  secretKey: readonly string[]
  buckets: readonly string[]
}

const minio: S3Server = {
  port: '9000',
  region: null,
  accessKey: ['MINIO_ROOT_USER', 'MINIO_ACCESS_KEY'],
  secretKey: ['MINIO_ROOT_PASSWORD', 'MINIO_SECRET_KEY'],
  buckets: ['MINIO_DEFAULT_BUCKETS'],
}
const unknownKeys = { region: null, accessKey: [], secretKey: [], buckets: [] }
const s3Servers = new Map<string, S3Server>([
  ['minio', minio],
  ['garage', { ...unknownKeys, port: '3900', region: 'garage' }],
  ['rustfs', { ...unknownKeys, port: '9000', accessKey: ['RUSTFS_ACCESS_KEY'], secretKey: ['RUSTFS_SECRET_KEY'] }],
  ['seaweedfs', { ...unknownKeys, port: '8333' }],
  ['localstack', { ...unknownKeys, port: '4566' }],
  ['versitygw', { ...unknownKeys, port: '7070', accessKey: ['ROOT_ACCESS_KEY'], secretKey: ['ROOT_SECRET_KEY'] }],
])

/** The S3 service that a container holds, when it is one that is known. */
export function s3ServerOf({ image }: Pick<Container, 'image'>): S3Server | null {
  return image === null ? null : (s3Servers.get(nameOf(image)) ?? null)
}
