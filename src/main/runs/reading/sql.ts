import type { ItemOrder, PlanFilter, PlanList } from '../../../shared/planTable.ts'

/** What narrows a list, for `item i`, with a value for each question mark; `TRUE` when nothing does. */
export function conditionsOf(filter: PlanFilter): { conditions: string; values: unknown[] } {
  const conditions: string[] = []
  const values: unknown[] = []
  const add = (condition: string, ...more: unknown[]): void => {
    conditions.push(condition)
    values.push(...more)
  }
  const { text, userId, type, sizeFrom, sizeBelow, verdict, code } = filter
  if (code !== undefined) add('i.code = ?', code)
  if (userId !== undefined) add('i.user_id = ?', userId)
  if (type === null) add('i.mime_type IS NULL')
  else if (type !== undefined) add('i.mime_type = ?', type)
  if (sizeFrom !== undefined) add('i.size >= ?', sizeFrom)
  if (sizeBelow !== undefined) add('i.size < ?', sizeBelow)
  if (verdict !== undefined) add('i.verdict = ?', verdict)
  if (text !== undefined) {
    const part = `%${text.replace(/[\\%_]/g, '\\$&')}%`
    const columns = ['filename', 'old_path', 'key'].map((name) => `i.${name} LIKE ? ESCAPE '\\'`)
    add(`(${columns.join(' OR ')} OR i.document_id LIKE ? ESCAPE '\\')`, part, part, part, part.slice(1))
  }
  return { conditions: conditions.length > 0 ? conditions.join(' AND ') : 'TRUE', values }
}

const keys: Record<ItemOrder, string[]> = {
  plan: [],
  filename: ['i.filename COLLATE NOCASE'],
  type: ['i.mime_type', 'i.filename COLLATE NOCASE'],
  size: ['i.size'],
  // Grave findings first: what cannot be moved, what needs nothing, what is as it should be.
  finding: [`CASE i.verdict WHEN 'blocked' THEN 0 WHEN 'skip' THEN 1 ELSE 2 END`, 'i.code'],
}

/** What a list is sorted by; equals in the order of the plan. */
export function orderOf({ order, descending }: Pick<PlanList, 'order' | 'descending'>): string {
  const [main, ...more] = [...keys[order], 'i.seq']
  return [`${main} ${descending ? 'DESC' : 'ASC'}`, ...more].join(', ')
}
