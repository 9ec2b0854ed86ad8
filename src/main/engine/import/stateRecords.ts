import type { JsonDamage, JsonEvent } from './jsonElements.ts'
import { SeenItems } from './seenItems.ts'
import { entryReaders, leftOut, maxErrorLength, plainText } from './stateEntries.ts'
import type { Entry, EntryRecord, MovedDocument } from './stateEntries.ts'
import { StateHead } from './stateHead.ts'

export interface StateWarning {
  kind: 'warning'
  message: string
  /** Something of the file was not taken; else it is a remark. */
  lost: boolean
  /** The document that it is about, where that can be told. */
  subject?: string
}

type Element = JsonEvent & { kind: 'element' }

/** The list in which the reference tool says, in words, what it could not roll back. */
export const rollbackErrors = 'rollback_errors'

/** Something of the file that was not taken. */
export const warning = (message: string, subject?: string | null): StateWarning => ({
  ...remark(message, subject),
  lost: true,
})

const remark = (message: string, subject?: string | null): StateWarning => ({
  kind: 'warning',
  message,
  lost: false,
  ...(subject && { subject }),
})

const standsTwice = (name: string): StateWarning => warning(`“${name}” stands there twice. Only the first was read.`)

function damageText({ kind, byte, reason }: JsonDamage): string {
  if (kind === 'cut off')
    return `The file ends at byte ${byte}, before it is complete. What followed could not be read.`
  const why = reason === null ? '' : ` (${reason})`
  return `The file is damaged after byte ${byte}${why}. What followed could not be read.`
}

/** Makes records of what is read from the lists of one file, in its order; close it at the end. */
export class StateEntries {
  readonly #seen = new SeenItems()
  readonly #names = new Set<string>()
  /** The list that is being read, and whether its entries count. */
  #list = { name: '', counts: false }

  close(): void {
    this.#seen.close()
  }

  /** What comes of one event: a record, and warnings about whatever does not count. */
  *take(event: JsonEvent): Generator<EntryRecord | StateWarning> {
    if (event.kind === 'end') {
      if (event.damage) yield warning(damageText(event.damage))
    } else if (event.kind === 'list') {
      const name = event.path.at(-1) ?? ''
      this.#list = { name, counts: event.isArray && this.#isFirst(name) }
      if (!event.isArray) yield warning(`“${name}” isn’t a list and wasn’t read.`)
      else if (!this.#list.counts) yield standsTwice(name)
    } else if (StateHead.isPart(event)) {
      const name = String(event.path.at(-1))
      if (!this.#isFirst(name)) yield standsTwice(name)
    } else if (this.#list.counts) {
      yield* this.#entry(this.#list.name, event)
    }
  }

  #isFirst(name: string): boolean {
    const isNew = !this.#names.has(name)
    this.#names.add(name)
    return isNew
  }

  *#entry(list: string, element: Element): Generator<EntryRecord | StateWarning> {
    const place = `Entry ${Number(element.path.at(-1)) + 1} of ${list}`
    if (list === rollbackErrors) {
      yield remark(
        typeof element.value === 'string' ? plainText(element.value, maxErrorLength) : `${place} isn’t text.`,
      )
      return
    }
    const entry = this.#read(list, element)
    if (entry.record === null) {
      yield warning(`${place} was left out: ${entry.reason}.`, entry.documentId)
      return
    }
    const { record } = entry
    const subject = record.kind === 'moved file' ? record.file.documentId : record.document.documentId
    for (const note of entry.notes) yield remark(`${place}: ${note}.`, subject)
    yield record
  }

  /** The entry, if it can be understood in one way only and is the first about its file. */
  #read(list: string, { value, ambiguous }: Element): Entry {
    const entry = ambiguous ? leftOut(value, 'a name stands in it twice') : entryReaders.get(list)?.(value)
    if (!entry) return leftOut(value, 'its list is not known')
    if (entry.record === null) return entry
    if (entry.record.kind === 'moved') return this.#firstOfDocument(entry.record.document, entry.notes, value)
    const { documentId, originalPath } = entry.record.kind === 'moved file' ? entry.record.file : entry.record.document
    return this.#seen.addFile(documentId, originalPath) ? entry : leftOut(value, 'this file was listed before')
  }

  #firstOfDocument(document: MovedDocument, notes: string[], value: unknown): Entry {
    const { documentId, originalPath } = document
    if (!this.#seen.addDocument(documentId, originalPath)) return leftOut(value, 'this document was listed before')
    const files = document.files.filter((file) => this.#seen.addFile(documentId, file.originalPath))
    const repeated = document.files.length - files.length
    const more = repeated === 0 ? [] : [`${repeated} of its files were left out: they were listed before`]
    return { record: { kind: 'moved', document: { ...document, files } }, notes: [...notes, ...more] }
  }
}
