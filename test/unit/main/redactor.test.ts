import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Redactor } from '../../../src/main/runs/support/redact.ts'

const clean = (text: string, secrets: readonly string[] = []): Promise<string> =>
  new Redactor(secrets).clean(text, () => Promise.resolve())

/** Numbers that look random, and are the same each time. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('the redactor knows by its shape', () => {
  it.each([
    ['postgres://u:secret-of-others@h/d', 'postgres://u:***@h/d'],
    ['a postgres://u:p@ss@w@h/d, b://x:y@z', 'a postgres://u:***@h/d, b://x:***@z'],
    ['"postgres:\\/\\/u:abc@h\\/d"', '"postgres:\\/\\/u:***@h\\/d"'],
    ['S3_SECRET_ACCESS_KEY=abc/def+ghi', 'S3_SECRET_ACCESS_KEY=***'],
    ['PASSWORD=a, b;c & d', 'PASSWORD=***'],
    ['  - PASSWORD=a b # comment', '  - PASSWORD=*** # comment'],
    ['["PGPASSWORD=a, b;c", "x"]', '["PGPASSWORD=***", "x"]'],
    ['{"password": "a \'b\' c", "port": 1}', '{"password": "***", "port": 1}'],
    ['{"password": "a\\"b\\\\", "port": 1}', '{"password": "***", "port": 1}'],
    ['"{\\"password\\":\\"a\\\\\\"b\\",\\"port\\":1}"', '"{\\"password\\":\\"***\\",\\"port\\":1}"'],
    ['"say: password=\\"abc def\\""', '"say: password=\\"***\\""'],
    ['"say: password=\\"abc def"', '"say: password=\\"***"'],
    ['{"token": null, "secret": true, "tokens": 15}', '{"token": null, "secret": true, "tokens": 15}'],
    ['Authorization: Bearer abc.def', 'Authorization: ***'],
    ["curl -H 'Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b' x", "curl -H 'Authorization: ***' x"],
    ['sent bearer abcdef0123456789', 'sent bearer ***'],
    ['{"set-cookie": "a=b; c", "x": 1}', '{"set-cookie": "***", "x": 1}'],
    ['GET /x?X-Amz-Signature=0123abc&y=1', 'GET /x?X-Amz-Signature=***&y=1'],
    ['<SecretAccessKey>abc def</SecretAccessKey>', '<SecretAccessKey>***</SecretAccessKey>'],
    ['psql --password abc --host h', 'psql --password *** --host h'],
    ['psql --password --host h', 'psql --password --host h'],
    ["tool --secret-key='a b' x", "tool --secret-key='***' x"],
    ["{ password => 'x y', port => 1 }", "{ password => '***', port => 1 }"],
    ["ALTER ROLE u PASSWORD 'it''s'; SELECT 1", "ALTER ROLE u PASSWORD '***'; SELECT 1"],
    ["password := E'it\\'s';", "password := E'***';"],
    ["run PGPASSWORD='it'\\''s a' psql", "run PGPASSWORD='***' psql"],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', '***'],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nx', '***\nx'],
    ['a -----BEGIN OPENSSH PRIVATE KEY-----\nabc\nno end', 'a ***'],
  ])('%s', async (text, cleaned) => {
    expect(await clean(text)).toBe(cleaned)
  })

  it('and leaves what holds no secret as it is', async () => {
    const text =
      'Nothing lies at “documents/a.pdf”. 500 keys, 3 tokens were read; key documents/u/2024/05/x.pdf\nhttp://h:80/a'
    expect(await clean(text, ['secret-value', '', 'x'])).toBe(text)
  })
})

describe('of a secret that is known no piece is left, however it is written', () => {
  const json = (text: string): string => JSON.stringify(text).slice(1, -1)
  const percent = (text: string): string =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const html = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const wrapped = (text: string, every: number, by: string): string =>
    text.match(new RegExp(`[^]{1,${every}}`, 'g'))?.join(by) ?? ''

  const encodings: Record<string, (secret: string) => string> = {
    'as it is': (it) => it,
    'in capital letters': (it) => it.toUpperCase(),
    JSON: json,
    'JSON in JSON': (it) => json(json(it)),
    'JSON in JSON in JSON': (it) => json(json(json(it))),
    'JSON of Go': (it) => json(it).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003E'),
    'JSON with all as units': (it) =>
      Array.from({ length: it.length }, (_, at) => `\\u${it.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
    address: encodeURIComponent,
    form: (it) => new URLSearchParams({ it }).toString().slice(3),
    'address twice': (it) => encodeURIComponent(encodeURIComponent(it)),
    'address, all of it': percent,
    'address twice, all of it': (it) => percent(percent(it)),
    'address in JSON': (it) => json(encodeURIComponent(it)),
    HTML: html,
    'HTML in numbers': (it) => Array.from(it, (sign) => `&#${sign.codePointAt(0)};`).join(''),
    'HTML in hex': (it) => Array.from(it, (sign) => `&#x${sign.codePointAt(0)?.toString(16)};`).join(''),
    'HTML in JSON': (it) => json(html(it)),
    SQL: (it) => `'${it.replaceAll("'", "''")}'`,
    'SQL with escapes': (it) => `E'${it.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
    'bytea in escape form': (it) =>
      [...Buffer.from(it)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    shell: (it) => `'${it.replaceAll("'", `'\\''`)}'`,
    'shell with double quotes': (it) => `'${it.replaceAll("'", `'"'"'`)}'`,
    'bytes of Python': (it) => [...Buffer.from(it)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    hex: (it) => Buffer.from(it).toString('hex'),
    base64,
    'base64 for addresses': (it) => Buffer.from(it).toString('base64url'),
    'base64 behind one byte': (it) => base64(`x${it}`),
    'base64 behind two bytes': (it) => base64(`xx${it}yy`),
    'base64 in lines': (it) => wrapped(base64(`somebody:${it}, and more of it`), 8, '\n'),
    'base64 in lines of Windows': (it) => wrapped(base64(`x${it}`), 19, '\r\n  '),
    'base64 in lines, in JSON': (it) => json(wrapped(base64(`xx${it}`), 12, '\n')),
    'base64 of an address': (it) => base64(`u:${encodeURIComponent(it)}`),
    'base64 of JSON': (it) => base64(`{"password":"${json(it)}"}`),
    'base64 in an address': (it) => encodeURIComponent(base64(it)),
    '--password': (it) => `--password ${it}`,
    'password =>': (it) => `password => '${it}'`,
  }

  const fixed = [
    `p@ss:w/rd %"'$é+`,
    'wJalrXUtnFEMI/K7MDENG+bPxRfiCY=',
    'correct horse battery staple',
    'a&b<c>d&amp;e"f',
    'back\\slash\\\\and\\n',
    `it's "quoted" 'twice'`,
    'Grüße 漢字 😀 zusammen',
    '100%25 sure %41bc',
    '__under--score__and-dash',
    'tab\tand line\nbreak',
  ]
  const signs = 'abcXYZ019 !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~éß漢'
  const random = numbersFrom(20_261_122)
  const drawn = Array.from({ length: 60 }, () =>
    Array.from(
      { length: 8 + Math.floor(random() * 40) },
      () => Array.from(signs)[Math.floor(random() * Array.from(signs).length)],
    ).join(''),
  )

  /** Pieces of six signs that say something: of letters, digits and the like. */
  const piecesOf = (text: string): string[] =>
    Array.from({ length: Math.max(0, text.length - 5) }, (_, at) => text.slice(at, at + 6)).filter((piece) =>
      /[^\s'"\\+%&#;=-]{4}/.test(piece),
    )

  /** What base64 in a text says, wherever it begins and however it is wrapped. */
  const decodedFrom = (text: string): string[] => {
    const plain = text
      .replace(/\\[nr]|\s|%0[AD]/g, '')
      .replaceAll('%2B', '+')
      .replaceAll('%2F', '/')
    return [...plain.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([run]) =>
      [0, 1, 2, 3].map((skip) =>
        Buffer.from(run.slice(skip).replaceAll('-', '+').replaceAll('_', '/'), 'base64').toString(),
      ),
    )
  }

  it.each(Object.entries(encodings))('%s', async (name, encode) => {
    for (const secret of [...fixed, ...drawn]) {
      const written = encode(secret)
      const around = { at: '2026-11-22', line: 'before # after', port: 5432 }
      const cleaned = await clean(
        JSON.stringify(around).replace('#', () => written),
        [secret],
      )
      const forms = [
        secret,
        encodeURIComponent(secret),
        json(secret),
        name.startsWith('pass') || name.startsWith('--') ? '' : written,
      ]
      const texts = name.includes('base64') ? decodedFrom(cleaned) : [cleaned]
      for (const piece of new Set(forms.flatMap(piecesOf))) {
        const place = texts.find((text) => text.includes(piece))
        expect(place, `${secret}, written ${written}, has left ${piece} in ${cleaned}`).toBeUndefined()
      }
      expect(cleaned).toContain('2026-11-22')
      expect(cleaned).toContain('5432')
    }
  })

  it('at the seam of two pieces of work', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY='
    for (let at = 128 * 1024 - 80; at < 128 * 1024 + 3; at += 7) {
      const text = `${'.......\n'.repeat(at / 8 + 1).slice(-at)}${wrapped(base64(`x${secret}`), 10, '\n')}`
      expect((await clean(text, [secret])).replace(/[.\n]/g, '').length).toBeLessThan(10)
    }
  })

  it('short ones wherever they stand, longer ones before those that they hold', async () => {
    expect(await clean('abc xabcx {"a":"ABC"}', ['abc'])).toBe('*** x***x {"a":"***"}')
    expect(await clean('abcdefgh', ['abc', 'abcdefgh'])).toBe('***')
    expect(await clean('ab', ['ab', 'a', ''])).toBe('ab')
  })
})

describe('what a text costs', () => {
  const secrets = Array.from({ length: 20 }, (_, at) => randomBytes(24).toString(at % 2 === 0 ? 'hex' : 'base64'))
  /** Signs looked at in all, and at most without a pause. */
  async function costOf(text: string): Promise<{ steps: number; most: number }> {
    let steps = 0
    let most = 0
    await new Redactor(secrets).clean(text, (some) => {
      steps += some
      most = Math.max(most, some)
      return Promise.resolve()
    })
    return { steps, most }
  }

  const texts: [string, string][] = [
    ['one word', 'password'],
    ['letters', 'a'],
    ['names and signs', 'password='],
    ['names and quotes', 'password="'],
    ['escaped quotes', 'password=\\"'],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['escapes of escapes', '%25'],
    ['units', '\\u005c'],
    ['entities', '&amp;'],
    ['entities that do not end', '&'],
    ['addresses', '://a:'],
    ['schemes', 'https:'],
    ['signs of addresses', '@:'],
    ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'],
    ['beginnings of tokens', 'eyJ-'],
    ['parts of tokens', 'eyJ.'],
    ['blanks after a name', 'token '],
    ['blanks', ' '],
    ['headers', 'authorization: '],
    ['elements', '<token>'],
    ['lines', '\n'],
    ['options', '--password '],
    ['base64', 'QUJD'],
    ['beginnings of a secret', (secrets[0] ?? '').slice(0, -1)],
  ]

  it.each(texts)('grows as its length does, and is paid in parts: %s', async (_name, part) => {
    const of = (length: number) => costOf(part.repeat(Math.ceil(length / part.length)))
    const [half, whole] = [await of(256 * 1024), await of(512 * 1024)]
    expect(whole.steps).toBeLessThan(2.2 * half.steps)
    expect(whole.steps).toBeLessThan(40 * 1024 * 1024)
    expect(whole.most).toBeLessThan(12 * 1024 * 1024)
  })

  it('is cut off in one line, and says so', async () => {
    const cleaned = await clean(`first\n${'x'.repeat(100_000)}\nlast`)
    expect(cleaned).toMatch(/^first\nx{65536} … 34464 more characters of this line were left out\nlast$/)
  })
})
