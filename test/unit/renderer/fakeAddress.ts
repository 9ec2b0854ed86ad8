import type { AddressBar } from '../../../src/renderer/stores/navigation.ts'

/** An address bar with a history, without a browser. */
export function fakeAddress(hash = ''): AddressBar & { back: () => void } {
  const history = [hash]
  let changed: () => void = () => undefined
  return {
    read: () => history.at(-1) ?? '',
    push: (next) => void history.push(next),
    replace: (next) => void history.splice(-1, 1, next),
    step: (by) => {
      if (by === 1 || history.length === 1) return
      history.pop()
      changed()
    },
    listen: (listener) => void (changed = listener),
    back: () => {
      history.pop()
      changed()
    },
  }
}
