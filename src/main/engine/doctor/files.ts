import { isPlain } from '../../../shared/plainText.ts'
import { quoted } from '../../../shared/shellWord.ts'
import { posix } from 'node:path'
import type { RemedyCommand } from '../../../shared/diagnostic.ts'
import type { ListedFile } from '../ports.ts'
import type { Checkup } from './checkup.ts'
import type { UploadsDeps } from './ports.ts'
import type { FolderProbe, Ownership } from './ports.ts'
import { modeOf } from './account.ts'
import { note, ok, warning, type CheckResult } from './checkResult.ts'

/** Names that are looked at; a folder with more is not read to its end. */
const mostNames = 20_000
/** Files that are opened, by kind. */
const openedEach = 40
const shown = 5
const limitMs = 60_000

interface Closed {
  path: string
  reason: string
}

/** What the names in the folder show. */
interface Survey {
  names: number
  isWhole: boolean
  /** Files by the folder that they lie in: documents, thumbnails and so on. */
  classes: Map<string, { count: number; sample: string[] }>
  /** What could not be looked at, with the reason. */
  closed: Closed[]
  linksOut: string[]
  linksIn: number
  special: string[]
}

/** Files and links of the folder, as far as a bounded look shows them. */
export async function checkFiles(checkup: Checkup, deps: UploadsDeps): Promise<void> {
  if (!checkup.plans('uploads.readable')) return
  const known = await checkup.run(
    'uploads.readable',
    async (signal) => {
      const survey = await surveyOf(deps, signal)
      return { ...(await readable(deps, survey, signal)), value: survey }
    },
    { limitMs },
  )
  if (known) await checkup.run('uploads.links', () => Promise.resolve(links(known.value)))
  else checkup.skip('uploads.links')
}

async function surveyOf({ uploads }: UploadsDeps, signal: AbortSignal): Promise<Survey> {
  const survey: Survey = {
    names: 0,
    isWhole: true,
    classes: new Map(),
    closed: [],
    linksOut: [],
    linksIn: 0,
    special: [],
  }
  for await (const page of uploads.list(signal)) {
    for (const it of page) add(survey, it)
    if (survey.names >= mostNames) return { ...survey, isWhole: false }
  }
  return survey
}

function add(survey: Survey, it: ListedFile): void {
  survey.names += 1
  switch (it.kind) {
    case 'file': {
      const name = it.path.includes('/') ? (it.path.split('/')[0] ?? '') : '(root)'
      const known = survey.classes.get(name) ?? { count: 0, sample: [] }
      known.count += 1
      // Every file has the same chance to be opened, however many there are.
      const place = known.sample.length < openedEach ? known.sample.length : Math.floor(Math.random() * known.count)
      if (place < openedEach) known.sample[place] = it.path
      survey.classes.set(name, known)
      return
    }
    case 'link':
      if (it.target === null) survey.linksOut.push(it.path)
      else survey.linksIn += 1
      return
    case 'special':
      survey.special.push(`${it.path} (${it.what})`)
      return
    case 'unreadable':
      survey.closed.push({ path: it.path, reason: it.reason })
  }
}

async function readable(deps: UploadsDeps, survey: Survey, signal: AbortSignal): Promise<CheckResult<null>> {
  const closed = [...survey.closed]
  let opened = 0
  for (const { sample } of survey.classes.values()) {
    for (const path of sample) {
      signal.throwIfAborted()
      opened += 1
      const facts = await deps.uploads.inspect(path)
      if (facts.kind === 'unreadable') closed.push({ path, reason: facts.reason })
    }
  }
  const counts = [...survey.classes].map(([name, { count }]) => `${name}: ${count.toLocaleString('en')} files`)
  const evidence = survey.isWhole
    ? counts
    : [`the first ${survey.names.toLocaleString('en')} names of a larger folder`, ...counts]
  if (closed.length === 0) return ok(null, `${opened} random files of all kinds can be read`, { evidence })
  const fixes = await fixesFor(deps.probe, closed.slice(0, shown), signal)
  return warning(null, `${closed.length} of ${opened + survey.closed.length} checked files can’t be read.`, {
    evidence: [...fixes.map(({ said }) => said), ...evidence],
    words:
      'Give your account permission to read them, or run this program as their owner. The commands need administrator rights; Readur can still read its own files.',
    commands: fixes.flatMap(({ command }) => (command === null ? [] : [command])),
  })
}

/** Who owns what cannot be read, and the command that helps. */
async function fixesFor(
  probe: FolderProbe,
  closed: readonly Closed[],
  signal: AbortSignal,
): Promise<{ said: string; command: RemedyCommand | null }[]> {
  const [folder, { uid }] = await Promise.all([probe.ownership('documents', signal), probe.account(signal)])
  return Promise.all(
    closed.map(async ({ path, reason }) => {
      const owner = await probe.ownership(path, signal)
      if (owner === null) return { said: `${path}: ${reason}`, command: null }
      const said = `${path}: owner ${owner.uid}:${owner.gid}, mode ${modeOf(owner)}`
      // On a terminal such a name shows another command than the one that is copied.
      if (!isPlain(path)) return { said, command: null }
      return { said, command: { where: 'the server' as const, text: fixFor(probe.root, path, { owner, folder, uid }) } }
    }),
  )
}

/** No link is followed: as root, whoever may write to the folder could turn the command against any file. */
function fixFor(
  root: string,
  path: string,
  { owner, folder, uid }: { owner: Ownership; folder: Ownership | null; uid: number | null },
): string {
  const full = quoted(posix.join(root, path))
  const right = folder && (folder.uid !== owner.uid || folder.gid !== owner.gid)
  const chown = right ? `sudo chown -h ${folder.uid}:${folder.gid} ${full} && ` : ''
  // An account that is not the owner gets in as the group or as anybody; who it is decides the owner of the server.
  const mode = `u+rX,g+rX${uid !== null && (uid === owner.uid || uid === folder?.uid) ? '' : ',o+rX'}`
  return `${chown}sudo find ${full} -maxdepth 0 ! -type l -exec chmod ${mode} {} +`
}

function links({ linksOut, linksIn, special, isWhole, names }: Survey): CheckResult<null> {
  const bound = isWhole ? [] : [`the first ${names.toLocaleString('en')} names of a larger folder`]
  const inside = linksIn > 0 ? [`${linksIn} links that stay inside, which are followed`] : []
  if (linksOut.length + special.length === 0) {
    return inside.length > 0
      ? note(null, 'Only links within the folder', { evidence: [...inside, ...bound] })
      : ok(null, 'None.', { evidence: bound })
  }
  return warning(
    null,
    `${counted(linksOut.length, 'link')} out or to nowhere, ${counted(special.length, 'special file')}.`,
    {
      evidence: [...linksOut.slice(0, shown), ...special.slice(0, shown), ...inside, ...bound],
      words:
        'They are never followed or opened, so documents behind them are excluded. Replace each link with the file itself, or mount the folder it leads to.',
    },
  )
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
