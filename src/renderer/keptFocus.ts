/** Dialogs and menus give the focus back themselves, and screens take it, within less. */
const waitMs = 60

const isDialog = (element: Element): boolean => element.closest('[role="dialog"], [role="menu"]') !== null

const isUsable = (element: HTMLElement | null): element is HTMLElement =>
  element?.isConnected === true && !element.matches(':disabled')

/**
 * Keeps the place of the keyboard when the element that has the focus goes or is disabled, as happens when a dialog closes or
 * the content changes: it goes back to where it was, or else to the heading of the screen. Returns how to end that.
 */
export function keepFocus(document: Document): () => void {
  let last: HTMLElement | null = null
  let outside: HTMLElement | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const onFocusIn = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return
    last = target
    if (!isDialog(target)) outside = target
  }
  // A click beside everything takes the focus away on purpose.
  const onPointerDown = (): void => {
    last = null
  }
  const restore = (): void => {
    if (last === null || document.activeElement !== document.body) return
    // Disabled while it is at work: it is waited for.
    if (last.isConnected && !isUsable(last)) return
    const place = [last, outside].find(isUsable) ?? document.querySelector<HTMLElement>('main h1')
    place?.focus({ preventScroll: true })
  }
  const observer = new MutationObserver(() => {
    if (last === null || document.activeElement !== document.body) return
    clearTimeout(timer)
    timer = setTimeout(restore, waitMs)
  })

  document.addEventListener('focusin', onFocusIn)
  document.addEventListener('pointerdown', onPointerDown, true)
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  return () => {
    document.removeEventListener('focusin', onFocusIn)
    document.removeEventListener('pointerdown', onPointerDown, true)
    observer.disconnect()
    clearTimeout(timer)
  }
}
