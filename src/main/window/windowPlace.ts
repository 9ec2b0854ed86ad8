import type { BrowserWindow, Rectangle } from 'electron'

export interface Place extends Rectangle {
  maximized: boolean
}

/** Where it is written down. */
export interface KeptPlace {
  read: () => Place | null
  write: (place: Place) => void
}

/** What of the window has to be on a screen, so that it can be seen and dragged. */
const grip = { width: 100, height: 30 }

/** Where the window was, and how large, when it was last closed. */
export class WindowPlace {
  readonly #kept: KeptPlace

  constructor(kept: KeptPlace) {
    this.#kept = kept
  }

  /**
   * Null where there is none, or where the window would not be seen: its screen may be gone.
   * @param screens those that there are, without bars and docks
   */
  last(screens: readonly Rectangle[]): Place | null {
    const place = this.#kept.read()
    return place && screens.some((screen) => isSeen(place, screen)) ? place : null
  }

  follow(window: Pick<BrowserWindow, 'on' | 'getNormalBounds' | 'isMaximized'>): void {
    window.on('close', () => {
      const { x, y, width, height } = window.getNormalBounds()
      try {
        this.#kept.write({ x, y, width, height, maximized: window.isMaximized() })
      } catch {
        // A full disk keeps nobody from closing a window.
      }
    })
  }
}

function isSeen({ x, y, width }: Place, screen: Rectangle): boolean {
  const seen = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x)
  return seen >= grip.width && y >= screen.y && y + grip.height <= screen.y + screen.height
}
