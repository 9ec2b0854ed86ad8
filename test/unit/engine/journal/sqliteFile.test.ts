import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteFile } from '../../../../src/main/engine/journal/sqliteFile.ts'

let file: SqliteFile
beforeEach(() => {
  file = new SqliteFile('')
  file.exec(`CREATE TABLE t (k TEXT, v INTEGER); INSERT INTO t VALUES ('a', 1), ('a', 2), ('b', 3)`)
})
afterEach(() => file.close())

describe('a statement', () => {
  it('answers each call for itself, in whatever way it was asked before', () => {
    const find = file.prepare('SELECT v FROM t WHERE k = ? ORDER BY v')
    expect(find.all('a')).toEqual([{ v: 1 }, { v: 2 }])
    expect(find.get('none')).toBeUndefined()
    expect(find.get('b')).toEqual({ v: 3 })
    expect(find.all('none')).toEqual([])
    expect(find.get('a')).toEqual({ v: 1 })
    expect(find.get('b')).toEqual({ v: 3 })
  })
})
