import { copyable } from '../../../shared/shellWord.ts'
import { MigrateError } from '../errors.ts'
import { isOnS3 } from '../keys/readurKeys.ts'
import { locate } from '../plan/locate.ts'
import { mapText, MapProposals } from '../plan/proposals.ts'
import type { DocumentRow } from '../ports.ts'
import type { UploadsDeps } from './ports.ts'
import { failed, ok, warning, type Offer, type CheckResult } from './checkResult.ts'

const sampled = 50
/** Fewer documents may all have lost their files. */
const enoughToTell = 5
const shown = 5
/** The check may take seconds alone. */
const fewFailures = 5

/** Rows name paths of the container; that they are mapped right is proven by the files being there. */
export async function mapping(deps: UploadsDeps, signal: AbortSignal): Promise<CheckResult<null>> {
  const { uploads, database, prefixes } = deps
  const rows = await database.randomDocuments(sampled, signal)
  const local = rows.filter(({ filePath }) => !isOnS3(filePath))
  if (local.length === 0) {
    return ok(null, rows.length === 0 ? 'No documents' : 'All checked documents are on S3')
  }
  const { missing, elsewhere, maps, proposed } = await lookFor(deps, local, signal)
  const there = local.length - missing.length - elsewhere.length
  const finding = `Checked ${local.length} random documents: ${there === local.length ? 'all files found' : `${local.length - there} not found`}`
  const evidence = [
    ...prefixes.flatMap(({ stored, folder }) =>
      folder !== '' || stored === uploads.namedRoot ? [] : [`${stored} is ${uploads.label}`],
    ),
    ...deps.setting.maps.map((map) => `mapped: ${map}`),
    ...[...maps].map(([map, count]) => `${count} of them can be reached with the map ${map}`),
    ...[...missing, ...elsewhere].slice(0, shown),
  ]
  const offers = offersOf(proposed, deps.setting.maps)
  const words = [...maps.keys()].map((map) => copyable(map))
  const accept = `Accept ${words.length === 1 ? 'the map' : 'those of the maps'} that you know to be right: ${words.join(' and ')}. Nothing is mapped without that.`
  if (missing.length === local.length && missing.length >= enoughToTell) {
    const error = new MigrateError('UPLOADS_MISSING', { message: finding, subject: uploads.label })
    return failed(null, error, {
      evidence,
      offers,
      words:
        maps.size > 0
          ? `The paths of the documents are those of another place. ${accept}`
          : 'The paths of the documents point to a different folder. Choose that folder, or map the path in the container to it (/container/path=/host/path).',
    })
  }
  if (missing.length + elsewhere.length === 0) return ok(null, finding, { evidence })
  return warning(null, finding, {
    evidence,
    offers,
    words:
      maps.size > 0
        ? accept
        : 'The plan lists every document with a missing or misplaced file. They are left untouched.',
  })
}

interface Looked {
  /** Neither at their path nor at another one that Readur’s own files move to. */
  missing: string[]
  elsewhere: string[]
  /** Maps with which documents would be found, and how many of them. */
  maps: Map<string, number>
  /** Those of them that lead into the uploads folder. What is outside of it nobody allows but by writing its name. */
  proposed: Set<string>
}

async function lookFor(
  { uploads, prefixes }: UploadsDeps,
  rows: readonly DocumentRow[],
  signal: AbortSignal,
): Promise<Looked> {
  const proposals = new MapProposals(uploads, fewFailures)
  const looked: Looked = { missing: [], elsewhere: [], maps: new Map(), proposed: new Set() }
  for (const row of rows) {
    signal.throwIfAborted()
    const found = await locate(uploads, row.filePath, prefixes)
    if (found.found || found.code === 'FILE_UNREADABLE') continue
    const line = `${row.filePath}: ${found.message}`
    if (found.code === 'FILE_RECOVERABLE') {
      looked.elsewhere.push(line)
      continue
    }
    looked.missing.push(line)
    const isUnmapped = found.code === 'PATH_OUTSIDE' && found.source === null
    const proposal = isUnmapped ? await proposals.propose(row, signal) : null
    const own = proposal && mapText(proposal.prefix, uploads.namedRoot)
    if (own !== null) looked.proposed.add(own)
    const map = found.map ?? own
    if (map !== null) looked.maps.set(map, (looked.maps.get(map) ?? 0) + 1)
  }
  return looked
}

/** Each of them is accepted by itself, beside those that there are. */
const offersOf = (maps: ReadonlySet<string>, known: readonly string[]): Offer[] =>
  [...maps].map((map, at) => ({
    id: `set-map-${at + 1}`,
    label: 'Use this map',
    consequence: `The connection is saved with the map ${map}: paths that begin like its left side are looked for in the folder on its right side.`,
    action: { kind: 'set variable', name: 'READUR_UPLOADS_MAP', value: [...known, map].join(';') },
  }))
