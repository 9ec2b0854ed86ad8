/** Shown when the page runs outside of the application: nothing works without its preload script. */
export function NoBridge() {
  return <p role="alert">This page is the window of Readur Migrate. Please start the application instead.</p>
}
