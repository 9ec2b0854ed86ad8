import { beforeEach, describe, expect, it } from 'vitest'
import { changeRows } from '../../../src/main/engine/commit/changeRows.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import type { ChangeOutcome, PathChange } from '../../../src/main/engine/ports.ts'

const never = new AbortController().signal
const changed: ChangeOutcome = { result: 'changed' }

let transactions: number[][]
let intended: number[][]
let answer: (rows: number[]) => ChangeOutcome[]
let doubt: (row: number) => Promise<MigrateError | null>
beforeEach(() => {
  transactions = []
  intended = []
  answer = (rows) => rows.map(() => changed)
  doubt = () => Promise.resolve(null)
})

const changeOf = (row: number): PathChange => ({
  column: 'documents.file_path',
  id: String(row),
  from: 'a',
  to: 'b',
  followers: [],
})

/** What became of the rows, in the order of the answers: `changed` and the like, or the code of an error. */
async function change(rows: number[]): Promise<[row: number, answer: string][]> {
  const lock = {
    epoch: 1,
    changePaths: (changes: readonly PathChange[]): Promise<ChangeOutcome[]> => {
      const asked = changes.map(({ id }) => Number(id))
      transactions.push(asked)
      return Promise.resolve().then(() => answer(asked))
    },
  }
  const intend = (some: readonly number[]): void => void intended.push([...some])
  const answers: [number, string][] = []
  for await (const some of changeRows({ lock, changeOf, intend, doubt, signal: never }, rows)) {
    for (const { element, answer } of some) {
      answers.push([element, answer instanceof MigrateError ? answer.code : answer.result])
    }
  }
  return answers
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

describe('rows that other sessions hold', () => {
  it('are tried again together, three times in all, however many there are; the others wait for none of them', async () => {
    const left = new Map([
      [2, 9],
      [3, 1],
      [5, 9],
      [8, 2],
    ])
    answer = (rows) =>
      rows.map((row) => {
        const times = left.get(row) ?? 0
        left.set(row, times - 1)
        return times > 0 ? { result: 'locked' } : changed
      })
    expect(await change(upTo(8))).toEqual([
      ...[1, 4, 6, 7, 3, 8].map((row) => [row, 'changed']),
      [2, 'ROW_LOCKED'],
      [5, 'ROW_LOCKED'],
    ])
    expect(transactions).toEqual([upTo(8), [2, 3, 5, 8], [2, 5, 8]])
    expect(intended).toEqual(transactions)
  })
})

describe('after the lock was lost', () => {
  const renewed = new MigrateError('LOCK_RENEWED', { message: 'It was lost.', scope: 'run' })
  const loseItOnce = (): void => {
    let isLost = false
    answer = (rows) => {
      if (isLost) return rows.map(() => changed)
      isLost = true
      throw renewed
    }
  }

  it('what it rests on is proved again, side by side but not all at once, and what does not hold is left out', async () => {
    loseItOnce()
    let [now, most] = [0, 0]
    const waiting: (() => void)[] = []
    doubt = async (row) => {
      now += 1
      most = Math.max(most, now)
      await new Promise<void>((resolve) => waiting.push(resolve))
      now -= 1
      return row === 7 ? new MigrateError('VERIFY_FAILED', { message: 'gone' }) : null
    }
    const answers = change(upTo(100))
    for (let done = 0; done < 100;) {
      await new Promise(setImmediate)
      const some = waiting.splice(0)
      done += some.length
      for (const go of some) go()
    }
    const others = upTo(100).filter((row) => row !== 7)
    expect(await answers).toEqual([[7, 'VERIFY_FAILED'], ...others.map((row) => [row, 'changed'])])
    expect(most).toBe(16)
    expect(transactions).toEqual([upTo(100), others])
  })

  it('a row that holds the path already was not changed by us', async () => {
    loseItOnce()
    const after = answer
    answer = (rows) => after(rows).map(() => ({ result: 'already' }))
    expect(await change([1])).toEqual([[1, 'already']])
  })

  it('is given up when it happens again and again', async () => {
    answer = () => {
      throw renewed
    }
    await expect(change([1, 2])).rejects.toBe(renewed)
    expect(transactions).toHaveLength(11)
  })
})
