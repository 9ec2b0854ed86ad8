import type { RenderProcessGoneDetails, WebContents } from 'electron'

/** As an ending that nobody asked for is told to the log. */
export type PageEnd = Pick<RenderProcessGoneDetails, 'reason' | 'exitCode'>

/** How often a page may end within a minute until something must be wrong with it. */
const often = 3
const minuteMs = 60_000

/**
 * Loads our page again when its process has ended: runs are in the main process and know nothing of it, and the page finds
 * the one that is under way. Where it keeps ending, `giveUp` is called instead.
 */
export function comeBack(
  contents: Pick<WebContents, 'on' | 'reload' | 'isDestroyed'>,
  { tell, giveUp, now = Date.now }: { tell: (end: PageEnd) => void; giveUp: () => void; now?: () => number },
): void {
  let ends: number[] = []
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    // The window itself is being closed.
    if (reason === 'clean-exit' || contents.isDestroyed()) return
    tell({ reason, exitCode })
    ends = [...ends.filter((at) => now() - at < minuteMs), now()]
    if (ends.length > often) giveUp()
    else contents.reload()
  })
}
