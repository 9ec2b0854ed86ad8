import { execArguments, parseContainer } from '../../../shared/container.ts'
import type { RemedyCommand } from '../../../shared/diagnostic.ts'
import {
  inDocker,
  keepUploadsFirst,
  readurStateWords,
  uploadsInsideWords,
  type ReadurState,
  type UploadsInside,
} from '../../../shared/readurState.ts'
import { quoted } from '../../../shared/shellWord.ts'
import { asMigrateError } from '../errors.ts'
import type { DocumentRow, ReadurDatabase, ReadurServer } from '../ports.ts'
import { throughReadur, type DocumentAnswer } from '../verify/throughReadur.ts'
import type { Checkup } from './checkup.ts'
import { checkReadurVersion, type ReadurAbout } from './checkReadurSettings.ts'
import { blocking, failed, note, ok, warning, type CheckResult } from './checkResult.ts'

interface ReadurDeps {
  /** Null where nobody said at which address. */
  readur: ReadurServer | null
  database: Pick<ReadurDatabase, 'randomDocuments'>
  /** Where it stores, as far as that can be found out. */
  readurState: (signal: AbortSignal) => Promise<ReadurState>
  about: Pick<ReadurAbout, 'version'>
}

const sampled = 8
const documentsLimitMs = 60_000
const shown = 5

/** Whether Readur is well, where it stores, and whether its users get the documents that they have uploaded. */
export async function checkReadur(
  checkup: Checkup,
  deps: ReadurDeps,
  databaseIsThere: () => Promise<boolean>,
): Promise<void> {
  const { readur, database, readurState, about } = deps
  // Looking at where it stores may show what its container was made of.
  const version = (): Promise<void> => checkReadurVersion(checkup, readur?.version ?? about.version)
  const stores = async (): Promise<void> => {
    const found = await checkup.run('readur.storage', async (signal) => {
      const state = await readurState(signal)
      return { ...storage(state), value: state }
    })
    if (found) await checkup.run('readur.uploads', () => Promise.resolve(uploadsVerdict(found.value)))
    else checkup.skip('readur.uploads')
    await version()
  }
  if (!readur) {
    if (await databaseIsThere()) {
      await stores()
      return
    }
    await version()
    checkup.skip('readur')
    return
  }
  const isReached = await reach(checkup, readur)
  if (!(await databaseIsThere())) {
    await version()
    checkup.skip('readur')
    return
  }
  await stores()
  if (isReached) await checkDocuments(checkup, readur, database)
  else checkup.skip('readur')
}

/** Whether it answers at all. */
async function reach(checkup: Checkup, readur: ReadurServer): Promise<boolean> {
  const reached = await checkup.run('readur.reach', async (signal) => {
    try {
      const { version } = await readur.health(signal)
      return ok(true, version === null ? 'Readur answers' : `Readur answers, version ${version}`)
    } catch (error) {
      signal.throwIfAborted()
      const known = asMigrateError(error)
      return warning(false, 'Readur can’t be reached.', {
        evidence: [known.message],
        words:
          'Migrating works without it, but checks through Readur don’t. Check Readur’s address and that Readur is running.',
        error: known,
      })
    }
  })
  return reached?.value === true
}

/** Whether its users get the documents that they have uploaded. */
async function checkDocuments(checkup: Checkup, readur: ReadurServer, database: ReadurDeps['database']): Promise<void> {
  if (!readur.hasToken) {
    await checkup.run('readur.documents', () =>
      Promise.resolve(
        note(null, 'Not tried: no API key set', {
          words: 'Add an administrator’s API key to download and compare documents.',
        }),
      ),
    )
    return
  }
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
async function notNeeded(signal: AbortSignal, work: () => Promise<CheckResult<null>>): Promise<CheckResult<null>> {
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

const switchFirst = (state: ReadurState): string =>
  state.uploadsInside
    ? `${keepUploadsFirst(state.uploadsInside)} After that, copy the documents to S3, switch Readur, and then the documents.`
    : `Copy first, then set Readur to S3 (S3_ENABLED=true, this bucket and endpoint) and restart it ${inDocker}, then switch the documents: before that, its users can’t open documents that were switched.`

function storage(state: ReadurState): CheckResult<null> {
  const finding = readurStateWords(state)
  if (state.at === 'bucket') return ok(null, finding)
  return (state.at === 'unknown' ? note : warning)(null, finding, { words: switchFirst(state) })
}

/** New settings recreate the container, and that deletes what no mount holds: worse than any outage. */
function uploadsVerdict({ at, uploadsInside }: ReadurState): CheckResult<null> {
  if (!uploadsInside) return ok(null, 'Nothing says that they are deleted with its container.')
  const finding = uploadsInsideWords(uploadsInside)
  if (at === 'bucket') {
    const words = 'Move all documents to S3, and check the run, before anything stops or recreates this container.'
    return warning(null, finding, { words })
  }
  return blocking(null, finding, { words: keepUploadsFirst(uploadsInside), commands: copyOut(uploadsInside) })
}

/** How the folder comes out of the container, and what mounts it. */
function copyOut({ container, path, lostWith }: UploadsInside): RemedyCommand[] {
  const address = parseContainer(container)
  if (address === null || !/^[\w./-]+$/.test(path)) return []
  const archive = (program: string): string =>
    `mkdir readur-uploads && ${[program, ...execArguments(address, ['tar', '-C', path, '-cf', '-', '.'])].map(quoted).join(' ')} | tar -C readur-uploads -xpf -`
  if (address.runtime === 'kubernetes') return [{ where: 'the server', text: archive('kubectl') }]
  const { runtime, name } = address
  const copy =
    lostWith === 'memory'
      ? archive(runtime)
      : `${runtime} stop ${name} && ${runtime} cp -a ${name}:${path} ./readur-uploads`
  return [
    { where: 'the server', text: copy },
    { where: 'the server', text: `volumes:\n  - ./readur-uploads:${path}` },
  ]
}

/** `user`: whose token it is, if not an administrator's; others' documents are not shown to it. */
function documents(answers: readonly DocumentAnswer[], user: string | null): CheckResult<null> {
  if (answers.length === 0) return ok(null, 'No documents')
  const same = answers.filter(({ result }) => result !== 'refused' && result !== 'differs')
  const turned = answers.filter(({ result }) => result === 'reencoded').length
  const bad = answers.flatMap((it) => {
    if (it.result === 'differs')
      return [`document ${it.document.id}: ${it.size} bytes, SHA-256 ${it.sha256}, not what was uploaded`]
    return it.result === 'refused' ? [it.error.message] : []
  })
  const finding = `${same.length} of ${answers.length} random documents match their upload`
  const evidence = [
    ...bad.slice(0, shown),
    ...(turned > 0 ? [`${turned} are images that Readur has turned upright after hashing them`] : []),
  ]
  if (bad.length === 0) return ok(null, finding, { evidence })
  return warning(null, finding, {
    evidence,
    words:
      user === null
        ? 'Look at these documents in Readur, and into its log. A plan shows where their files are.'
        : `The token is of “${user}”, who sees own documents alone: use one of an administrator. Else look into Readur’s log.`,
  })
}
