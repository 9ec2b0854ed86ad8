import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { discoverCompose } from '../../../../src/main/discovery/compose.ts'
import { describeOrigin, type Discovered } from '../../../../src/main/discovery/discovered.ts'
import { discoverContainers } from '../../../../src/main/discovery/dockerInspect.ts'
import { discoverEnvText } from '../../../../src/main/discovery/dotEnv.ts'
import { Secret } from '../../../../src/main/discovery/secret.ts'
import { toVariables } from '../../../../src/main/discovery/variables.ts'
import { errorData } from '../../../../src/main/engine/errors.ts'
import { files } from './support.ts'

/** Everything that could end up on a screen, in a log or in another process. */
function shown(value: unknown): string {
  return [
    JSON.stringify(value),
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    inspect(structuredClone(value), { depth: Infinity, showHidden: true }),
    JSON.stringify(structuredClone(value)),
    String(value),
  ].join('\n')
}

const shownAll = (all: readonly Discovered[]): string =>
  all
    .flatMap((it) => [
      shown(it),
      ...[...Object.values(it.settings), ...Object.values(it.secrets)].flatMap((one) => [
        String(one.value),
        describeOrigin(one.origin),
        ...one.alternatives.map(({ value }) => String(value)),
      ]),
    ])
    .join('\n')

/** What was found, or the error that came of it. */
async function outcome(
  act: () => Promise<Discovered[]> | Discovered[],
): Promise<{ text: string; found: Discovered[] }> {
  try {
    const found = await act()
    return { text: shownAll(found), found }
  } catch (error) {
    return { text: `${JSON.stringify(errorData(error))}\n${inspect(error, { depth: Infinity })}`, found: [] }
  }
}

describe('a secret', () => {
  const secret = new Secret('opensesame')

  it('prints masked, and is revealed on request', () => {
    expect(secret.reveal()).toBe('opensesame')
    expect(String(secret)).toBe('••••')
    expect(shown({ secret, list: [secret], map: new Map([['a', secret]]) })).not.toContain('opensesame')
    expect(JSON.stringify(Object.assign({}, secret))).toBe('{}')
  })

  it('is compared without being shown', () => {
    expect(secret.equals(new Secret('opensesame'))).toBe(true)
    expect(secret.equals(new Secret('other'))).toBe(false)
  })
})

/** Repeatable, so that a failure can be looked at. */
function random(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return (state >>> 0) % below
  }
}
const signs = 'abcXYZ0123456789-_.~!@#$%^&*()+={}[]|:;,.<>?/ `'

/**
 * A password such as people have, with signs that mean something to URLs, YAML, shells and .env files. Digits before a
 * slash look like a port.
 */
function password(pick: (below: number) => number): string {
  const middle = Array.from({ length: 4 + pick(10) }, () => signs[pick(signs.length)]).join('')
  const start = pick(2) === 0 ? `${pick(100)}${'/?#:@'[pick(5)] ?? ''}` : 'Zq'
  return `${start}${middle.trim()}Tail${pick(1_000_000)}`
}

/** A text in every form in which a part of it could give it away. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  ...secret.split(/[/@#?: ]/).filter((it) => it.length > 6),
  ...(/Tail\d+$/.exec(secret) ?? []),
]

describe('no secret that was planted is shown', () => {
  it.each(Array.from({ length: 150 }, (_, index) => index + 1))('seed %i', async (seed) => {
    const pick = random(seed)
    const [db, s3, jwt, admin, minio, oidc] = Array.from({ length: 6 }, () => password(pick)) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    // Half of them are written as they should be, half as people write them.
    const inUrl = seed % 2 === 0 ? encodeURIComponent(db) : db
    const single = (text: string) => `'${text}'`
    const doubleYaml = (text: string) => JSON.stringify(text.replaceAll('$', '$$$$'))
    const variables: Record<string, string> = {
      DATABASE_URL: `postgresql://readur:${inUrl}@postgres:5432/readur`,
      POSTGRES_PASSWORD: db,
      UPLOAD_PATH: '/app/uploads',
      JWT_SECRET: jwt,
      ADMIN_PASSWORD: admin,
      OIDC_CLIENT_SECRET: oidc,
      S3_SECRET_ACCESS_KEY: s3,
      S3_ENDPOINT_URL: `https://user:${encodeURIComponent(s3)}@s3.example`,
      AWS_SECRET_ACCESS_KEY: minio,
    }
    const dotEnv = Object.entries(variables)
      .map(([name, value]) => `${name}=${single(value)}`)
      .join('\n')
    const direct = Object.entries(variables)
      .map(([name, value]) => `      ${name}: ${doubleYaml(value)}`)
      .join('\n')
    const composeText = (environment: string) =>
      [
        'services:',
        '  readur:',
        '    image: readur/readur',
        environment,
        '  postgres:',
        '    image: postgres',
        '    environment:',
        `      POSTGRES_PASSWORD: ${doubleYaml(db)}`,
        '  minio:',
        '    image: minio/minio',
        `    environment: [${doubleYaml(`MINIO_ROOT_PASSWORD=${minio}`)}]`,
      ].join('\n')
    const containers = [
      {
        Id: 'a'.repeat(64),
        Name: '/readur',
        Config: { Image: 'readur/readur', Env: Object.entries(variables).map((it) => it.join('=')) },
        HostConfig: {},
        NetworkSettings: {},
      },
      {
        Id: 'b'.repeat(64),
        Name: '/postgres',
        Config: { Image: 'postgres', Env: [`POSTGRES_PASSWORD=${db}`] },
        HostConfig: {},
        NetworkSettings: {},
      },
    ]

    const outcomes = await Promise.all([
      outcome(() => discoverCompose(composeText(`    environment:\n${direct}`), files())),
      outcome(() => discoverCompose(composeText('    env_file: secret.env'), files({ 'secret.env': dotEnv }))),
      outcome(() =>
        discoverCompose(
          composeText(
            '    environment:\n      DATABASE_URL: postgres://u:${POSTGRES_PASSWORD}@postgres/d\n      S3_SECRET_ACCESS_KEY: ${S3_SECRET_ACCESS_KEY}',
          ),
          files({ '.env': dotEnv }),
        ),
      ),
      // A quote that is missing, a line that is broken.
      outcome(() => discoverCompose(composeText(`    environment:\n${direct.replace('"', '')}`), files())),
      outcome(() => [discoverEnvText(dotEnv)]),
      outcome(() => [discoverEnvText(dotEnv.replaceAll("'", ''))]),
      outcome(() => [discoverEnvText(dotEnv.replace("'", ''))]),
      outcome(() => [discoverEnvText(`postgresql://readur:${inUrl}@db.example/readur`)]),
      outcome(() => discoverContainers(JSON.stringify(containers))),
      outcome(() => discoverContainers(JSON.stringify(containers).slice(0, -20))),
    ])
    for (const { text } of outcomes) {
      for (const secret of [db, s3, jwt, admin, minio, oidc]) {
        for (const form of formsOf(secret)) expect(text).not.toContain(form)
      }
    }
    // And yet they were found.
    const [fromCompose, fromFile] = outcomes
    for (const found of [fromCompose.found[0], fromFile.found[0]]) {
      expect(found && toVariables(found).S3_SECRET_ACCESS_KEY).toBe(s3)
      if (seed % 2 === 0) expect(found?.secrets.databasePassword?.value.reveal()).toBe(db)
    }
  })
})
