import { join } from 'node:path'
import { app, Menu, nativeImage, Notification, Tray, type BrowserWindow } from 'electron'
import type { RunSnapshot, RunStatus } from '../../shared/run.ts'
import { runShare } from '../../shared/runShare.ts'
import { doneOf, runWords } from '../../shared/runWords.ts'
import { texts } from './texts.ts'

/** What can be asked of a run from outside of the window. */
interface RunControl {
  pause: (runId: string) => void
  continue: (runId: string) => void
  /** Stops what is under way and quits. */
  stopAndQuit: () => void
}

/**
 * How a run shows outside of the window: at its icon in the taskbar or dock, in the notification area while the window is
 * closed, and by a notification when it ends unseen.
 */
export class RunPresence {
  readonly #window: BrowserWindow
  readonly #control: RunControl
  #tray: Tray | null = null
  #latest: RunSnapshot | null = null
  #menuOf = ''

  constructor(window: BrowserWindow, control: RunControl) {
    this.#window = window
    this.#control = control
    window.on('show', () => this.#endTray())
    app.on('activate', () => this.show())
  }

  /** Goes on without the window. */
  hide(): void {
    this.#window.hide()
    this.#tray ??= this.#createTray()
    this.#drawTray()
  }

  show(): void {
    if (this.#window.isDestroyed()) return
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  /** Takes note of how things stand; called several times a second. */
  follow(snapshot: RunSnapshot): void {
    const before = this.#latest
    this.#latest = snapshot
    if (this.#window.isDestroyed()) return
    const underWay = isUnderWay(snapshot.status)
    const wasUnderWay = before?.runId === snapshot.runId && isUnderWay(before.status)
    if (underWay) this.#window.setProgressBar(runShare(snapshot) ?? 2, { mode: modeOf(snapshot) })
    else this.#window.setProgressBar(-1)
    this.#drawTray()
    if (wasUnderWay && !underWay && snapshot.activity === 'run' && !this.#window.isFocused()) this.#notify(snapshot)
  }

  #notify(snapshot: RunSnapshot): void {
    // Where nobody can be told, the window itself says it.
    if (!Notification.isSupported()) {
      if (!this.#window.isVisible()) this.show()
      return
    }
    const notification = new Notification(endOf(snapshot))
    notification.on('click', () => this.show())
    notification.show()
  }

  #createTray(): Tray {
    const tray = new Tray(nativeImage.createFromPath(join(app.getAppPath(), 'resources/icons/32x32.png')))
    tray.on('click', () => this.show())
    this.#menuOf = ''
    return tray
  }

  #endTray(): void {
    this.#tray?.destroy()
    this.#tray = null
  }

  #drawTray(): void {
    const snapshot = this.#latest
    if (!this.#tray || !snapshot) return
    const line = lineOf(snapshot)
    this.#tray.setToolTip(texts.tray.tip(line))
    const { runId, pause, pace, stopping } = snapshot
    const isOver = !isUnderWay(snapshot.status)
    // A menu that is drawn again would close under the pointer.
    const name = [runId, pause, pace === null, stopping, isOver].join()
    if (name === this.#menuOf) return
    this.#menuOf = name
    const change = pause === null ? this.#control.pause : this.#control.continue
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: texts.tray.open, click: () => this.show() },
        { type: 'separator' },
        {
          label: pause === null ? texts.tray.pause : texts.tray.resume,
          enabled: !isOver && pace !== null && stopping === null,
          click: () => change(runId),
        },
        { label: isOver ? texts.tray.quit : texts.tray.stopAndQuit, click: () => this.#control.stopAndQuit() },
      ]),
    )
  }
}

const isUnderWay = (status: RunStatus): boolean => status === 'planning' || status === 'running'

function modeOf(snapshot: RunSnapshot): 'normal' | 'paused' | 'indeterminate' {
  if (snapshot.pause !== null) return 'paused'
  return runShare(snapshot) === null ? 'indeterminate' : 'normal'
}

function lineOf(snapshot: RunSnapshot): string {
  const share = runShare(snapshot)
  const percent = share === null ? '' : ` ${Math.floor(share * 100)} %`
  if (!isUnderWay(snapshot.status)) return `${runWords[snapshot.kind].name} ${snapshot.status}`
  const line = `${runWords[snapshot.kind].name}${percent}`
  return snapshot.pause === null ? line : texts.tray.paused(line)
}

/** What is said of a run that has ended. Exported for its test. */
function endOf({ kind, status, counts }: Pick<RunSnapshot, 'kind' | 'status' | 'counts'>): {
  title: string
  body: string
} {
  const done = texts.ended.done({ done: doneOf({ kind, ...counts }), planned: counts.planned })
  const failed = counts.failed > 0 ? texts.ended.failed(counts.failed) : ''
  const rest = counts.remaining > 0 ? texts.ended.notStarted(counts.remaining) : ''
  return {
    title: `${runWords[kind].name} ${status}`,
    body: `${done}${failed}${rest}.`,
  }
}
