import {
  bytesFor,
  emptyLot,
  finding,
  keyFor,
  otherUser,
  placeFor,
  sha256,
  user,
  uuid,
  type Lot,
  type Row,
} from './lot.ts'

/** A sound document and its row; a fault changes it. */
interface Sound extends Lot {
  n: number
  row: Row
  bytes: Buffer
}

type Fault = (it: Sound) => void

const says = (it: Sound, code: string): void => void it.expected.push(finding(code, 'document', it.id))
const alsoSays = (it: Lot, code: string, about: 'file' | 'object', name: string): void =>
  void it.expected.push(finding(code, about, name))
const moveTo = (it: Sound, path: string): void => {
  it.files.delete(placeFor(it.id))
  it.files.set(path, it.bytes)
}
const store = (it: Sound, bytes: Buffer): void => void it.files.set(placeFor(it.id), bytes)
const other = (bytes: Buffer): Buffer => Buffer.from(bytes).reverse()
const shorter = (bytes: Buffer): Buffer => bytes.subarray(0, 32)

/** Only reading it shows that. */
function damagedBytes(it: Sound): void {
  store(it, other(it.bytes))
  says(it, 'HASH_MISMATCH')
}

/** Of documents whose row names a local file; each befalls one of a hundred. */
const localFaults: readonly Fault[] = [
  (it) => {
    it.files.clear()
    says(it, 'FILE_MISSING')
  },
  (it) => {
    moveTo(it, `documents/renamed ${it.n}.txt`)
    says(it, 'FILE_RECOVERABLE')
  },
  (it) => {
    it.row.path = `/app/uploads/${it.id}.txt`
    says(it, 'FILE_RECOVERABLE')
  },
  (it) => {
    moveTo(it, `quarantine/earlier/${it.n}.txt`)
    says(it, 'FILE_SET_ASIDE')
  },
  (it) => {
    it.files.clear()
    it.objects.set(keyFor(it.id), { bytes: it.bytes, mark: 'ours' })
    says(it, 'FILE_ON_S3')
    alsoSays(it, 'OBJECT_SPARE', 'object', keyFor(it.id))
  },
  (it) => {
    const twin = uuid(1, it.n)
    it.files = new Map([[placeFor(twin), it.bytes]])
    it.rows.push({ ...it.row, id: twin, userId: otherUser, path: `/app/uploads/${placeFor(twin)}` })
    says(it, 'FILE_TWIN')
  },
  (it) => {
    store(it, Buffer.alloc(0))
    says(it, 'FILE_EMPTY')
  },
  (it) => {
    store(it, shorter(it.bytes))
    says(it, 'HASH_MISMATCH')
  },
  damagedBytes,
  (it) => {
    it.files.clear()
    it.row.path = `/app/uploads/../../etc/${it.n}`
    says(it, 'PATH_OUTSIDE')
  },
  (it) => {
    it.row.path = `/app/uploads/../../etc/${it.n}`
    says(it, 'PATH_OUTSIDE')
    alsoSays(it, 'FILE_UNNAMED', 'file', placeFor(it.id))
  },
  (it) => {
    it.files.clear()
    it.row.path = ''
    says(it, 'PATH_EMPTY')
  },
  (it) => {
    it.files.set(placeFor(it.id), null)
    says(it, 'FILE_NOT_REGULAR')
  },
  (it) => {
    it.row.mime = 'image/jpeg'
    store(it, shorter(it.bytes))
    says(it, 'IMAGE_REENCODED')
  },
  (it) => {
    const second = uuid(2, it.n)
    it.rows.push({ ...it.row, id: second, userId: otherUser, sha256: null })
    says(it, 'FILE_SHARED')
    it.expected.push(finding('FILE_SHARED', 'document', second))
  },
  (it) => {
    const copy = `documents/copy of ${it.n}.txt`
    it.files.set(copy, it.bytes)
    alsoSays(it, 'FILE_DUPLICATE', 'file', copy)
  },
  (it) => {
    const image = `processed_images/${it.id}_processed.png`
    it.files.set(image, it.bytes)
    alsoSays(it, 'FILE_DERIVED', 'file', image)
  },
  (it) => {
    const path = `processed_images/${it.id}_processed_1700000000.png`
    it.images.push({ id: uuid(3, it.n), documentId: it.id, userId: user, path: `/app/uploads/${path}` })
    it.expected.push(finding('FILE_MISSING', 'processed_image', uuid(3, it.n)))
  },
  (it) => {
    it.objects.set(keyFor(it.id), { bytes: it.bytes, mark: 'ours' })
    alsoSays(it, 'OBJECT_SPARE', 'object', keyFor(it.id))
  },
  // No fault: found through a folder that is a link.
  (it) => void (it.row.path = `/app/uploads/older/${it.id}.txt`),
]

/** Of documents whose row points at S3. */
const bucketFaults: readonly Fault[] = [
  (it) => {
    it.objects.clear()
    says(it, 'OBJECT_MISSING')
  },
  (it) => {
    it.objects.clear()
    it.files.set(placeFor(it.id), it.bytes)
    says(it, 'OBJECT_RECOVERABLE')
  },
  (it) => {
    it.objects.set(keyFor(it.id), { bytes: shorter(it.bytes), mark: 'ours' })
    says(it, 'OBJECT_DAMAGED')
  },
  (it) => {
    const second = uuid(4, it.n)
    it.rows.push({ ...it.row, id: second, userId: otherUser, sha256: null })
    says(it, 'OBJECT_SHARED')
    it.expected.push(finding('OBJECT_SHARED', 'document', second))
  },
  // No fault: its local file is still there.
  (it) => void it.files.set(placeFor(it.id), it.bytes),
]

/** What belongs to no document, as many of each as there are faults of a kind. */
const strays: readonly ((it: Lot, n: number) => void)[] = [
  (it, n) => {
    it.files.set(`documents/orphan ${n}.pdf`, bytesFor('nobody names me', n))
    alsoSays(it, 'FILE_ORPHAN', 'file', `documents/orphan ${n}.pdf`)
  },
  (it, n) => {
    it.files.set(`documents/failed ${n}.pdf`, bytesFor('failed', n))
    it.mentions.push(`./uploads/documents/failed ${n}.pdf`)
    alsoSays(it, 'FILE_NAMED_ELSEWHERE', 'file', `documents/failed ${n}.pdf`)
  },
  (it, n) => {
    it.files.set(`documents/${n}.pdf.part`, bytesFor('unfinished', n))
    alsoSays(it, 'FILE_JUNK', 'file', `documents/${n}.pdf.part`)
  },
  (it, n) => {
    it.files.set(`documents/new ${n}.pdf`, bytesFor('about to be entered', n))
    it.late = true
    alsoSays(it, 'FILE_RECENT', 'file', `documents/new ${n}.pdf`)
  },
  (it) => object(it, 'OBJECT_ORPHAN', keyFor(it.id), 'ours'),
  (it) => object(it, 'OBJECT_UNMARKED', keyFor(it.id), 'none'),
  (it) => object(it, 'OBJECT_NOT_OURS', keyFor(it.id), 'foreign'),
  (it, n) => object(it, 'OBJECT_NOT_OURS', `documents/by hand ${n}.txt`, 'none'),
  (it) => {
    object(it, 'OBJECT_NAMED_ELSEWHERE', keyFor(it.id), 'none')
    it.mentions.push(`s3://${keyFor(it.id)}`)
  },
  (it) => {
    object(it, 'OBJECT_RECENT', keyFor(it.id), 'ours')
    it.late = true
  },
]

function object(it: Lot, code: string, key: string, mark: 'ours' | 'foreign' | 'none'): void {
  it.objects.set(key, { bytes: Buffer.from(key), mark })
  alsoSays(it, code, 'object', key)
}

function sound(n: number, isLocal: boolean): Sound {
  const id = uuid(0, n)
  const bytes = isLocal ? bytesFor('document', n) : Buffer.from(`document ${n}`.padEnd(64, '.'))
  const path = isLocal ? `/app/uploads/${placeFor(id)}` : `s3://${keyFor(id)}`
  const row = { id, userId: user, path, size: bytes.length, sha256: sha256(bytes), mime: 'text/plain' }
  const it = { ...emptyLot(id), n, row, bytes, rows: [row] }
  if (isLocal) it.files.set(placeFor(id), bytes)
  else it.objects.set(keyFor(id), { bytes, mark: 'ours' as const })
  return it
}

export interface Scale {
  documents: number
  onS3: number
  every: number
  areRead: boolean
}

/**
 * Documents, the first `onS3` of them on S3, each fault on one of `every`; then as many strays of each kind. `areRead`: files
 * will be read, so that damaged bytes are found.
 */
export function* lots({ documents, onS3, every, areRead }: Scale): Generator<Lot> {
  for (let n = 1; n <= documents; n += 1) {
    const isLocal = n > onS3
    const it = sound(n, isLocal)
    const faults = isLocal ? localFaults : bucketFaults
    const fault = faults[n % every]
    if (fault !== damagedBytes || areRead) fault?.(it)
    yield it
  }
  for (const [kind, stray] of strays.entries()) {
    for (let n = 1; n <= documents / every; n += 1) {
      const it = emptyLot(uuid(5, kind * documents + n))
      stray(it, n)
      yield it
    }
  }
}
