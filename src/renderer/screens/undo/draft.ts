import type { RollbackOptions, UndoSelection } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'

/** Which part of a run is rolled back. */
export const scopes = ['all', 'user', 'documents'] as const
export type Scope = (typeof scopes)[number]

/** The choice as it stands on the screen, complete or not. */
export interface UndoDraft extends RollbackOptions {
  scope: Scope
  userId: string | null
  documentIds: ReadonlySet<string>
}

/** What the screen begins with: all of the run, or the one document that it was opened for. */
export function firstDraft(documentId: string | undefined): UndoDraft {
  return {
    scope: documentId === undefined ? 'all' : 'documents',
    userId: null,
    documentIds: new Set(documentId === undefined ? [] : [documentId]),
    keepObjects: false,
    force: false,
  }
}

/** With or without one document. */
export function withDocument(draft: UndoDraft, documentId: string, chosen: boolean): UndoDraft {
  const documentIds = new Set(draft.documentIds)
  if (chosen) documentIds.add(documentId)
  else documentIds.delete(documentId)
  return { ...draft, documentIds }
}

/** What is to be rolled back, or what is missing from the choice. */
export function selectionOf(
  draft: UndoDraft,
): { ok: true; selection: UndoSelection; options: RollbackOptions } | { ok: false; missing: string } {
  const { scope, userId, documentIds, keepObjects, force } = draft
  const options = { keepObjects, force }
  switch (scope) {
    case 'all':
      return { ok: true, selection: {}, options }
    case 'user':
      return userId === null
        ? { ok: false, missing: texts.undo.chooseAUser }
        : { ok: true, selection: { userId }, options }
    case 'documents':
      return documentIds.size === 0
        ? { ok: false, missing: texts.undo.nothingSelected }
        : { ok: true, selection: { documentIds: [...documentIds] }, options }
  }
}
