import { texts } from '../texts/texts.ts'

/** Shown when the page runs outside of the application: nothing works without its preload script. */
export function NoBridge() {
  return <p role="alert">{texts.components.thisPageIsTheWindowOf}</p>
}
