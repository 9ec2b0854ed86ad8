// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announceEveryMs, Announcer } from '../../../src/renderer/components/announcer.tsx'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const announcer = (text: string, moment: string) => (
  <MantineProvider env="test">
    <Announcer text={text} moment={moment} />
  </MantineProvider>
)
const spoken = () => screen.getByRole('status').textContent
const pass = (ms: number) => {
  act(() => {
    vi.advanceTimersByTime(ms)
  })
}

it('speaks at intervals, and at once when the phase changes', () => {
  const { rerender } = render(announcer('10 %', 'copy'))
  pass(1)
  expect(spoken()).toBe('10 %')
  rerender(announcer('20 %', 'copy'))
  pass(announceEveryMs / 2)
  expect(spoken()).toBe('10 %')
  rerender(announcer('30 %', 'copy'))
  pass(announceEveryMs / 2)
  expect(spoken()).toBe('30 %')
  rerender(announcer('Finish', 'finish'))
  pass(1)
  expect(spoken()).toBe('Finish')
})
