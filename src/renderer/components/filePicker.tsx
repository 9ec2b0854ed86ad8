import { FileButton } from '@mantine/core'
import { useRef, type ReactNode } from 'react'
import { useStores } from '../stores/context.tsx'

/** Whatever is to be pressed to choose a file with connections, which are then added. */
export function FilePicker({ children }: { children: (choose: () => void) => ReactNode }) {
  const { importProfiles } = useStores()
  const reset = useRef<() => void>(null)
  return (
    <FileButton
      resetRef={reset}
      accept=".json,application/json"
      onChange={(file) => {
        if (file) void file.text().then(importProfiles)
        // The same file may be chosen again.
        reset.current?.()
      }}
    >
      {({ onClick }) => children(onClick)}
    </FileButton>
  )
}
