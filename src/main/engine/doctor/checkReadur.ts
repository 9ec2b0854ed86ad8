import { asMigrateError } from '../errors.ts'
import { isOnS3 } from '../plan/keys.ts'
import type { DocumentRow, ReadurDatabase, ReadurServer } from '../ports.ts'
import { throughReadur, type DocumentAnswer } from '../verify/throughReadur.ts'
import type { Checkup } from './checkup.ts'
import { failed, note, ok, warning, type Verdict } from './verdict.ts'

export interface ReadurDeps {
  /** Null where nobody said at which address. */
  readur: ReadurServer | null
  database: Pick<ReadurDatabase, 'randomDocuments'>
  /** Where Readur's own variables tell it to store; null where nothing is known of it. */
  storage: 's3' | 'local' | null
}

const sampled = 8
const tried = 40
const documentsLimitMs = 60_000
const shown = 5

/** Whether Readur is well, where it stores, and whether its users get the documents that they have uploaded. */
export async function checkReadur(
  checkup: Checkup,
  deps: ReadurDeps,
  databaseIsThere: () => Promise<boolean>,
): Promise<void> {
  const { readur, database } = deps
  if (!readur) {
    if (!checkup.plans('readur.storage')) return
    if (await databaseIsThere()) await checkup.run('readur.storage', (signal) => withoutToken(deps, signal))
    else checkup.skip('readur')
    return
  }
  const reached = await checkup.run('readur.reach', async (signal) => {
    try {
      const { version } = await readur.health(signal)
      return ok(true, version === null ? 'It is well.' : `It is well, version ${version}.`)
    } catch (error) {
      signal.throwIfAborted()
      const known = asMigrateError(error)
      return warning(false, 'It cannot be asked.', {
        evidence: [known.message],
        words: 'A migration does not need it; the checks through Readur do. Check READUR_URL, and that Readur runs.',
        error: known,
      })
    }
  })
  if (reached?.value !== true || !(await databaseIsThere())) {
    checkup.skip('readur')
    return
  }
  if (!readur.hasToken) {
    await checkup.run('readur.storage', (signal) => withoutToken(deps, signal))
    await checkup.run('readur.documents', () =>
      Promise.resolve(
        note(null, 'Not tried: there is no token.', {
          words: 'With an API key of an administrator (READUR_TOKEN), documents are downloaded and compared.',
        }),
      ),
    )
    return
  }
  await checkup.run('readur.storage', (signal) =>
    notNeeded(signal, async () => {
      const rows = await database.randomDocuments(tried, signal)
      const onS3 = rows.filter(({ filePath }) => isOnS3(filePath)).slice(0, 1)
      return storage(deps, rows, await answersOf(readur, onS3, signal))
    }),
  )
  await checkup.run(
    'readur.documents',
    (signal) =>
      notNeeded(signal, async () => {
        const { isAdmin, name } = await readur.whoAmI(signal)
        const rows = await database.randomDocuments(sampled, signal)
        return documents(await answersOf(readur, rows, signal), isAdmin ? null : name)
      }),
    { limitMs: documentsLimitMs },
  )
}

/** A migration does not need Readur to answer: what fails here is in nobody's way. */
async function notNeeded(signal: AbortSignal, work: () => Promise<Verdict<null>>): Promise<Verdict<null>> {
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    return { ...failed(null, asMigrateError(error)), severity: 'warning' }
  }
}

async function answersOf(
  readur: ReadurServer,
  rows: readonly DocumentRow[],
  signal: AbortSignal,
): Promise<DocumentAnswer[]> {
  const answers: DocumentAnswer[] = []
  for await (const answer of throughReadur(readur, rows, signal)) answers.push(answer)
  return answers
}

const switchFirst =
  'Set Readur to S3 (S3_ENABLED=true, the same bucket and endpoint as here) and restart it before rows are switched: until then its users get errors for documents that are on S3. Copy first with --copy-only, switch Readur, then cutover.'

async function withoutToken({ storage: set, database }: ReadurDeps, signal: AbortSignal): Promise<Verdict<null>> {
  if (set === 's3') return ok(null, 'Its settings say: on S3.')
  const rows = await database.randomDocuments(tried, signal)
  const onS3 = rows.filter(({ filePath }) => isOnS3(filePath)).length
  const evidence = [`${onS3} of ${rows.length} documents chosen at random are on S3`]
  if (set === null)
    return note(null, 'Not known: its settings say nothing of it here.', { evidence, words: switchFirst })
  const finding = onS3 === 0 ? 'Its settings say: locally.' : 'Its settings say: locally, and documents are on S3.'
  return warning(null, finding, { evidence, words: switchFirst })
}

/** A document on S3 that Readur hands out is the proof; its settings are a hint. */
function storage(
  { storage: set }: ReadurDeps,
  rows: readonly DocumentRow[],
  [answer]: readonly DocumentAnswer[],
): Verdict<null> {
  const settings =
    set === null ? 'its settings are not known here' : `its settings say: ${set === 's3' ? 'S3' : 'local'}`
  if (answer === undefined) {
    const evidence = [settings, `${rows.length} documents chosen at random, none of them on S3`]
    return set === 's3'
      ? ok(null, 'On S3.', { evidence })
      : (set === 'local' ? warning : note)(null, 'It cannot be seen before a document is on S3.', {
          evidence,
          words: switchFirst,
        })
  }
  if (answer.result === 'refused') {
    return warning(null, 'Readur does not hand out what is on S3.', {
      evidence: [settings, answer.error.message],
      words: `${switchFirst} If it is on S3 already: it must use this very bucket and endpoint, and may list it; else it silently stores locally.`,
      error: answer.error,
    })
  }
  return ok(null, 'On S3: it hands out a document from there.', {
    evidence: [settings, `document ${answer.document.id}`],
  })
}

/** `user`: whose token it is, if not an administrator's; others' documents are not shown to it. */
function documents(answers: readonly DocumentAnswer[], user: string | null): Verdict<null> {
  if (answers.length === 0) return ok(null, 'There are no documents.')
  const same = answers.filter(({ result }) => result !== 'refused' && result !== 'differs')
  const turned = answers.filter(({ result }) => result === 'reencoded').length
  const bad = answers.flatMap((it) => {
    if (it.result === 'differs')
      return [`document ${it.document.id}: ${it.size} bytes, SHA-256 ${it.sha256}, not what was uploaded`]
    return it.result === 'refused' ? [it.error.message] : []
  })
  const finding = `${same.length} of ${answers.length} documents chosen at random are what was uploaded.`
  const evidence = [
    ...bad.slice(0, shown),
    ...(turned > 0 ? [`${turned} are images that Readur has turned upright after hashing them`] : []),
  ]
  if (bad.length === 0) return ok(null, finding, { evidence })
  return warning(null, finding, {
    evidence,
    words:
      user === null
        ? 'Look at these documents in Readur, and into its log. The command plan says where their files are.'
        : `The token is of “${user}”, who sees own documents alone: use one of an administrator. Else look into Readur’s log.`,
  })
}
