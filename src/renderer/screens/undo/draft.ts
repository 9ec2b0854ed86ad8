import type { RollbackOptions, UndoSelection } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'

/** Which part of a run is rolled back. */
export const scopes = ['all', 'people', 'place', 'documents', 'document'] as const
export type Scope = (typeof scopes)[number]

/** The choice as it stands on the screen, complete or not. */
export interface UndoDraft extends RollbackOptions {
  scope: Scope
  userIds: ReadonlySet<string>
  folder: string
  /** First and last day, as a date field has them; empty for no limit. */
  from: string
  until: string
  documentIds: ReadonlySet<string>
}

/** What the screen begins with: all of the run, or the one document that it was opened for. */
export function firstDraft(documentId: string | undefined): UndoDraft {
  return {
    scope: documentId === undefined ? 'all' : 'document',
    userIds: new Set(),
    folder: '',
    from: '',
    until: '',
    documentIds: new Set(documentId === undefined ? [] : [documentId]),
    keepObjects: false,
    force: false,
  }
}

/** With or without one of these. */
export function toggled(chosen: ReadonlySet<string>, id: string, isChosen: boolean): Set<string> {
  const all = new Set(chosen)
  if (isChosen) all.add(id)
  else all.delete(id)
  return all
}

type Choice = { ok: true; selection: UndoSelection; options: RollbackOptions } | { ok: false; missing: string }

/** What is to be rolled back, or what is missing from the choice. */
export function selectionOf(draft: UndoDraft): Choice {
  const { scope, userIds, documentIds, keepObjects, force } = draft
  const chosen = (selection: UndoSelection): Choice => ({ ok: true, selection, options: { keepObjects, force } })
  const missing = (text: string): Choice => ({ ok: false, missing: text })
  switch (scope) {
    case 'all':
      return chosen({})
    case 'people':
      return userIds.size === 0 ? missing(texts.undo.chooseAUser) : chosen({ userIds: [...userIds] })
    case 'place': {
      const selection = placeOf(draft)
      if (Object.keys(selection).length === 0) return missing(texts.undo.enterAPlace)
      const { from, before } = selection
      return from !== undefined && before !== undefined && from >= before
        ? missing(texts.undo.endsBeforeItBegins)
        : chosen(selection)
    }
    case 'documents':
    case 'document':
      return documentIds.size === 0 ? missing(texts.undo.nothingSelected) : chosen({ documentIds: [...documentIds] })
  }
}

function placeOf({ folder, from, until }: UndoDraft): UndoSelection {
  const path = folder.trim()
  const first = dayOf(from, 0)
  const after = dayOf(until, 1)
  return {
    ...(path !== '' && { folder: path }),
    ...(first !== null && { from: first }),
    ...(after !== null && { before: after }),
  }
}

/** When a day begins here, or one so many days later; null for an empty field. */
function dayOf(text: string, later: number): number | null {
  const [year, month, day] = text.split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return null
  const at = new Date(year, month - 1, day + later).getTime()
  return Number.isNaN(at) ? null : at
}
