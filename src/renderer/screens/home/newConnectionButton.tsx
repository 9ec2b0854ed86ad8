import { Button, type ButtonProps } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useDrafts, useNavigation } from '../../stores/context.tsx'
import { isChanged, newConnection } from '../../stores/drafts.ts'
import { texts } from '../../texts/texts.ts'

/** Leads to the editor of a new connection, or back to the one that was begun. */
export function NewConnectionButton({ size = 'sm', variant = 'filled' }: Pick<ButtonProps, 'size' | 'variant'>) {
  const go = useNavigation((state) => state.go)
  const begun = useDrafts((state) => {
    const draft = state.drafts[newConnection]
    return draft !== undefined && isChanged(draft)
  })
  return (
    <Button
      size={size}
      variant={variant}
      leftSection={<IconPlus size={16} />}
      title={texts.home.newConnectionCtrlN}
      aria-keyshortcuts="Control+N"
      onClick={() => go({ name: 'new' })}
    >
      {begun ? texts.home.continueNewConnection : texts.home.newConnection}
    </Button>
  )
}
