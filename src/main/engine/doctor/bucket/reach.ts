import type { ErrorCode } from '../../../../shared/errors.ts'
import { asMigrateError, MigrateError } from '../../errors.ts'
import { lateError, type Checkup, type Late } from '../checkup.ts'
import { clocksApart } from '../clocks.ts'
import type { BucketProbe, Certificate } from '../ports.ts'
import { blocking, failed, note, ok, warning, type CheckResult } from '../checkResult.ts'
import { corrected, orCorrected } from './address.ts'
import { policyToCopy } from './policy.ts'

/** S3 refuses requests whose time is further off than this. */
const mostSkewMs = 15 * 60_000
/** A clock that is further off will be too far off some day. */
const worthSayingMs = 60_000
const monthMs = 30 * 24 * 3_600_000

/** The way to the bucket, from its name to a first listing. False: there is nothing to go on with. */
export async function reachBucket(checkup: Checkup, probe: BucketProbe): Promise<boolean> {
  const late: Late = (seconds) => lateError('S3_UNREACHABLE', probe.address, seconds)
  const named = await checkup.run(
    'bucket.name',
    (signal) => orCorrected(probe, false, signal, () => name(probe, signal)),
    { late },
  )
  if (named?.value !== true) return false
  const shaken = await checkup.run(
    'bucket.tls',
    (signal) => orCorrected(probe, false, signal, async () => tls(await probe.handshake(signal), probe.address)),
    { late },
  )
  if (shaken?.value !== true) return false
  const time = await checkup.run('bucket.clock', async (signal) => clock(await probe.clockOffset(signal)), { late })
  if (!time || Math.abs(time.value) > mostSkewMs) return false

  const listed = await checkup.run(
    'bucket.addressing',
    (signal) => orCorrected(probe, null, signal, () => addressing(probe, signal)),
    { late },
  )
  if (!listed?.value) return false
  const { answer } = listed.value
  const known = await checkup.run('bucket.access', () => Promise.resolve(access(answer)))
  if (known?.value !== true) return false
  const there = await checkup.run('bucket.exists', () => Promise.resolve(exists(probe, answer)))
  if (there?.value !== true) return false
  const here = await checkup.run('bucket.region', (signal) => region(probe, answer, signal))
  if (here?.value === false) return false
  await checkup.run('bucket.list', () => Promise.resolve(listing(probe, answer)))
  return true
}

async function name(probe: BucketProbe, signal: AbortSignal): Promise<CheckResult<boolean>> {
  if (probe.proxy !== null) return ok(true, 'Looked up by the proxy', { evidence: [`Proxy: ${probe.proxy}`] })
  const addresses = await probe.resolve(signal)
  const host = probe.address.replace(/:\d+$/, '')
  return host.includes(addresses[0] ?? ' ')
    ? ok(true, 'IP address, no lookup needed')
    : ok(true, 'Found', { evidence: [`${host}: ${addresses.join(', ')}`] })
}

function tls(certificate: Certificate | null, address: string): CheckResult<boolean> {
  if (certificate === null) {
    const words = 'Keys are never sent, but documents can be read on the way. Use an https:// address over a network.'
    return /^(127\.|localhost:|\[::1\])/.test(address)
      ? ok(true, 'Open, on this computer.')
      : note(true, 'Open, and not encrypted.', { words })
  }
  const { protocol, issuer, validTo } = certificate
  const until = new Date(validTo).toISOString().slice(0, 10)
  const evidence = [`${protocol}, certificate of ${issuer}, valid until ${until}`]
  if (validTo - Date.now() < monthMs) {
    return warning(true, `The certificate ends on ${until}.`, { evidence, words: 'Renew it before a long run.' })
  }
  return ok(true, `${protocol}, trusted.`, { evidence })
}

function clock(offsetMs: number | null): CheckResult<number> {
  if (offsetMs === null) return note(0, 'The service doesn’t report its time.')
  const off = Math.abs(offsetMs)
  const words = 'Set this computer’s clock, for example by turning on network time.'
  const commands = [{ where: 'this computer' as const, text: 'timedatectl set-ntp true' }]
  const finding = clocksApart(offsetMs, 'the service’s')
  if (off > mostSkewMs) {
    const error = new MigrateError('S3_CLOCK_SKEW', { message: finding })
    return { ...failed(offsetMs, error, { words, commands }), finding }
  }
  if (off > worthSayingMs) return warning(offsetMs, finding, { words, commands })
  return ok(offsetMs, off < 1_500 ? 'In sync' : `${Math.round(off / 1_000)} s apart.`)
}

/** What came of the first listing: null, or why not. */
interface Listed {
  answer: MigrateError | null
}

/** Answers that may come of asking in the wrong way. */
const mayBeStyle = new Set<ErrorCode>(['S3_UNREACHABLE', 'S3_TLS', 'S3_NO_BUCKET', 'S3_REJECTED', 'S3_WRONG_SECRET'])
/** Answers that may come of asking at the wrong address. */
const mayBeAddress = new Set<ErrorCode>([...mayBeStyle, 'S3_SCHEME', 'S3_NOT_S3'])
/** After these there is nothing to say about keys and buckets. */
const noAnswer = new Set<ErrorCode>(['S3_UNREACHABLE', 'S3_TLS', 'S3_SCHEME', 'S3_NOT_S3'])
/** Nothing was asked of the service at all. */
const ofProxy = new Set<ErrorCode>(['PROXY_REFUSED', 'PROXY_UNREACHABLE'])

async function addressing(probe: BucketProbe, signal: AbortSignal): Promise<CheckResult<Listed | null>> {
  const wording = (pathStyle: boolean): string => (pathStyle ? 'the bucket in the path' : 'the bucket in the host name')
  const answer = await list(probe, probe.pathStyle, signal)
  const value = { answer }
  if (answer !== null && ofProxy.has(answer.code)) throw answer
  if (answer === null || !mayBeAddress.has(answer.code)) return ok(value, `With ${wording(probe.pathStyle)}.`)
  if (mayBeStyle.has(answer.code) && (await list(probe, !probe.pathStyle, signal)) === null) {
    const setting = probe.pathStyle ? 'false' : 'true'
    return {
      ...blocking(value, `The service wants ${wording(!probe.pathStyle)}.`, {
        evidence: [`${wording(probe.pathStyle)}: ${answer.message}`],
        words: `Set path style to ${setting}.`,
        commands: [{ where: 'this computer', text: `S3_FORCE_PATH_STYLE=${setting}` }],
        offers: [
          {
            id: 'set-path-style',
            label: `Set path style to ${setting}`,
            consequence: `The connection is saved with path style ${setting}.`,
            action: { kind: 'set variable', name: 'S3_FORCE_PATH_STYLE', value: setting },
          },
        ],
      }),
      error: answer,
    }
  }
  if (noAnswer.has(answer.code)) throw answer
  const elsewhere = await corrected(probe, answer, signal)
  return elsewhere ? { ...elsewhere, value: null } : ok(value, `With ${wording(probe.pathStyle)}.`)
}

const list = (probe: BucketProbe, pathStyle: boolean, signal: AbortSignal): Promise<MigrateError | null> =>
  probe.tryListing(pathStyle, signal).then(
    () => null,
    (error: unknown) => {
      signal.throwIfAborted()
      return asMigrateError(error)
    },
  )

/** The service knows the key and has compared the secret. */
const keyIsKnown = new Set<ErrorCode>(['S3_NO_BUCKET', 'S3_ACCESS_DENIED', 'S3_WRONG_REGION'])

function access(answer: MigrateError | null): CheckResult<boolean> {
  if (answer === null || keyIsKnown.has(answer.code)) return ok(true, 'Accepted')
  return failed(false, answer)
}

function exists(probe: BucketProbe, answer: MigrateError | null): CheckResult<boolean> {
  const { bucket, region } = probe
  if (answer?.code === 'S3_ACCESS_DENIED') return note(true, 'The service doesn’t say whether the bucket exists.')
  if (answer?.code !== 'S3_NO_BUCKET') return ok(true, `“${bucket}” found`)
  return failed(false, answer, {
    words: 'Create the bucket, or correct its name: it must be the one that Readur uses.',
    commands: [{ where: 'this computer', text: `aws s3 mb s3://${bucket} --region ${region}` }],
    offers: [
      {
        id: 'create-bucket',
        label: 'Create the bucket',
        consequence: `The bucket “${bucket}” is created at ${probe.address}, in the region ${region}, owned by this access key.`,
        action: { kind: 'create bucket', region },
      },
    ],
  })
}

async function region(
  probe: BucketProbe,
  answer: MigrateError | null,
  signal: AbortSignal,
): Promise<CheckResult<boolean>> {
  const actual = await probe.location(signal).catch((error: unknown) => {
    signal.throwIfAborted()
    return asMigrateError(error)
  })
  const place = actual instanceof MigrateError ? null : actual
  if (answer?.code !== 'S3_WRONG_REGION' && (!probe.isAws || place === null || place === probe.region)) {
    if (actual instanceof MigrateError) {
      return note(true, 'The service doesn’t report it.', { evidence: [actual.message] })
    }
    return ok(true, place === null ? 'Not used by this service' : `In “${place}”`)
  }
  const words = place === null ? 'Set the region to the bucket’s region.' : `Set the region to ${place}.`
  const error = answer ?? new MigrateError('S3_WRONG_REGION', { message: `The bucket is in “${place ?? ''}”.` })
  if (place === null) return failed(false, error, { words })
  return failed(false, error, {
    words,
    commands: [{ where: 'this computer', text: `S3_REGION=${place}` }],
    offers: [
      {
        id: 'set-region',
        label: `Set the region to ${place}`,
        consequence: `The connection is saved with the region ${place}.`,
        action: { kind: 'set variable', name: 'S3_REGION', value: place },
      },
    ],
  })
}

function listing(probe: BucketProbe, answer: MigrateError | null): CheckResult<null> {
  if (answer === null) return ok(null, 's3:ListBucket allowed')
  if (answer.code !== 'S3_ACCESS_DENIED') return failed(null, answer)
  return failed(null, answer, {
    words: `The key lacks s3:ListBucket on “${probe.bucket}”. Readur needs it too: without it, it stores locally and says nothing. Give the key’s user this policy, and look for a bucket policy that denies it.`,
    commands: [policyToCopy(probe)],
  })
}
