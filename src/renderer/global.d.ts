import type { Bridge } from '../shared/ipc.ts'

declare global {
  interface Window {
    /** Put there by the preload script; absent when the page is opened in an ordinary browser. */
    readonly readur?: Bridge
  }
}
