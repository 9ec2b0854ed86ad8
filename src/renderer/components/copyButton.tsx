import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { texts } from '../texts/texts.ts'

/** Copies a text and says that it did. `what` completes the name for screen readers: "Copy error". */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      variant="default"
      size="compact-sm"
      aria-label={copied ? texts.components.copiedWhat(what) : texts.components.copyWhat(what)}
      leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      onClick={() => void copyText(text).then(setCopied)}
    >
      {copied ? texts.components.copied : texts.components.copy}
    </Button>
  )
}

/**
 * Puts a text on the clipboard; resolves with false where that is refused. The clipboard's own API asks for a permission
 * that the main process denies as it denies all; the older way needs none while the user presses a button.
 */
export async function copyText(text: string): Promise<boolean> {
  return copyBySelection(text) || copyByPermission(text)
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('aria-hidden', 'true')
  area.style.position = 'fixed'
  area.style.opacity = '0'
  // Within a dialog the focus may not leave it.
  const host = before?.closest('[role="dialog"]') ?? document.body
  host.append(area)
  area.select()
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way that needs no permission
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}

async function copyByPermission(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
