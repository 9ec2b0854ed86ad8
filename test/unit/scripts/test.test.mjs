import { describe, expect, it } from 'vitest'
import { isHeadless } from '../../../scripts/demo.mjs'
import { selects, sumUp, withinReach } from '../../../scripts/test.mjs'

const report = (counts = {}) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...counts,
})
const clean = { exitCode: 0, mayLeaveOut: false }

describe('the sum of a test run', () => {
  it('passes where all passed', () => {
    expect(sumUp(report(), clean)).toMatchObject({ line: '3 passed, 0 failed', exitCode: 0 })
  })

  it('fails where a test was skipped or left to do', () => {
    const skips = report({ numPendingTests: 1, numTodoTests: 1 })
    expect(sumUp(skips, clean)).toMatchObject({ line: '3 passed, 0 failed, 2 skipped', exitCode: 1 })
  })

  it('does not mind the tests that it was asked to leave out', () => {
    const skips = report({ numPendingTests: 9 })
    expect(sumUp(skips, { exitCode: 0, mayLeaveOut: true })).toMatchObject({ line: '3 passed, 0 failed', exitCode: 0 })
  })

  it('counts a file that could not be loaded as a failure', () => {
    const broken = report({ testResults: [{ status: 'failed', assertionResults: [] }] })
    expect(sumUp(broken, { exitCode: 1, mayLeaveOut: false }).line).toBe('3 passed, 1 failed')
  })

  it('counts an error outside of any test as a failure', () => {
    expect(sumUp(report(), { exitCode: 1, mayLeaveOut: false }).line).toBe('3 passed, 1 failed')
  })
})

describe('the projects that a test run needs things for', () => {
  it.each([
    { args: [], e2e: true },
    { args: ['--project', 'e2e'], e2e: true },
    { args: ['--project=e2e'], e2e: true },
    { args: ['--project', 'unit', '--project=e2e'], e2e: true },
    { args: ['--project', '!unit'], e2e: true },
    { args: ['--project', 'unit'], e2e: false },
    { args: ['--project=unit', 'test/unit/e2e'], e2e: false },
  ])('are read from $args', ({ args, e2e }) => {
    expect(selects(args, 'e2e')).toBe(e2e)
  })
})

describe('the tests of the package', () => {
  it.each([
    { args: [], here: { platform: 'linux', uid: 0 }, wanted: [] },
    { args: [], here: { platform: 'linux', uid: 1000 }, wanted: ['--project', '!package'] },
    { args: [], here: { platform: 'darwin', uid: 0 }, wanted: ['--project', '!package'] },
    { args: ['--project', 'package'], here: { platform: 'linux', uid: 1000 }, wanted: ['--project', 'package'] },
  ])('run with $args for $here as $wanted', ({ args, here, wanted }) => {
    expect(withinReach(args, here)).toEqual(wanted)
  })
})

it.each([
  { args: [], noDisplay: false, headless: false },
  { args: [], noDisplay: true, headless: true },
  { args: ['--window'], noDisplay: true, headless: false },
  { args: ['--headless'], noDisplay: false, headless: true },
])('runs the demo with $args and noDisplay $noDisplay headless: $headless', ({ args, noDisplay, headless }) => {
  expect(isHeadless(args, noDisplay)).toBe(headless)
})
