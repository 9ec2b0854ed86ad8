import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { texts } from '../texts/texts.ts'
import { copyText } from './copyText.ts'

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
