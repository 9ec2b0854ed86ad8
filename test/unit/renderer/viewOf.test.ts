import { describe, expect, it } from 'vitest'
import { errorOf, finished, planned, snapshot } from './fixtures.ts'
import { viewOf } from '../../../src/renderer/runScreen.tsx'

const idle = { snapshot: null, details: null, loading: false }
const lost = errorOf('DB_LOST', 'Connection terminated')

describe('viewOf', () => {
  it('waits for the first news', () => expect(viewOf({ ...idle, loading: true }).view).toBe('loading'))

  it('follows the snapshot while a run goes on, whatever the record says', () => {
    expect(viewOf({ snapshot, details: planned, loading: false }).view).toBe('running')
    expect(viewOf({ snapshot: { ...snapshot, status: 'planning' }, details: null, loading: true }).view).toBe(
      'planning',
    )
  })

  it('keeps the last picture until the record of the end is there', () => {
    const ended = { ...snapshot, status: 'completed' as const }
    expect(viewOf({ snapshot: ended, details: { ...planned, status: 'running' }, loading: true }).view).toBe('running')
    expect(viewOf({ snapshot: ended, details: finished, loading: false }).view).toBe('result')

    const made = { ...snapshot, status: 'planned' as const }
    const making = { ...planned, status: 'planning' as const, totals: null }
    expect(viewOf({ snapshot: made, details: making, loading: true }).view).toBe('planning')
  })

  it('shows old runs by their record alone', () => {
    expect(viewOf({ ...idle, details: finished })).toEqual({ view: 'result', details: finished })
    expect(viewOf({ ...idle, details: planned })).toEqual({ view: 'plan', details: planned, refused: null })
  })

  it('leaves a plan startable that was refused at its start, and says why', () => {
    const refused = { ...snapshot, status: 'not started' as const, error: lost }
    expect(viewOf({ snapshot: refused, details: planned, loading: false })).toEqual({
      view: 'plan',
      details: planned,
      refused: lost,
    })
  })

  it('tells the end of a plan whose record never learned of it', () => {
    const stopped = { ...snapshot, status: 'interrupted' as const }
    const details = { ...planned, status: 'planning' as const, totals: null }
    expect(viewOf({ snapshot: stopped, details, loading: false })).toMatchObject({
      view: 'result',
      details: { status: 'interrupted' },
    })
  })

  it('never calls a run "not started" that had begun', () => {
    const broken = { ...snapshot, status: 'not started' as const, error: lost }
    expect(viewOf({ snapshot: broken, details: { ...planned, status: 'running' }, loading: false })).toMatchObject({
      view: 'result',
      details: { status: 'interrupted', error: lost },
    })
  })
})
