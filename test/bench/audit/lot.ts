import { createHash } from 'node:crypto'

/** A row of `documents`. */
export interface Row {
  id: string
  userId: string
  path: string
  size: number
  sha256: string | null
  mime: string
}

/** Whose an object says that it is. */
export type Mark = 'ours' | 'foreign' | 'none'

/** What belongs to one document, or to a stray, and what an audit has to say of it. */
export interface Lot {
  id: string
  rows: Row[]
  /** Below the uploads folder; null stands for a folder. */
  files: Map<string, Buffer | null>
  objects: Map<string, { bytes: Buffer; mark: Mark }>
  images: { id: string; documentId: string; userId: string; path: string }[]
  /** Paths in `failed_documents`. */
  mentions: string[]
  /** Planted at the very last, so that it is younger than everything else. */
  late: boolean
  expected: string[]
}

export const users = ['a', 'b'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`)
const [user = '', otherUser = ''] = users
export { user, otherUser }

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
/** A UUID that says what it is of; `kind` is one digit. */
export const uuid = (kind: number, n: number): string => `${hex(n, 8)}-0000-4000-8000-${hex(kind, 1)}${hex(n, 11)}`

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
export const keyFor = (id: string, owner = user): string => `documents/${owner}/2024/05/${id}.txt`
export const placeFor = (id: string): string => `documents/${id}.txt`

/** So many sizes there are, as in life: what has the right size is rarely the right file. */
const sizes = 8_191
export const bytesFor = (text: string, n: number): Buffer => Buffer.alloc(64 + ((n * 7_919) % sizes), `${text} ${n}\n`)

export const emptyLot = (id: string): Lot => ({
  id,
  rows: [],
  files: new Map(),
  objects: new Map(),
  images: [],
  mentions: [],
  late: false,
  expected: [],
})

/** A finding, as planted and as reported: what it is, and of what. */
export const finding = (code: string, about: string, name: string): string => `${code} ${about} ${name}`
