import { Button } from '@mantine/core'
import { texts } from '../texts/texts.ts'
import classes from './pager.module.css'

interface PagerProps {
  /** The list that is paged, for screen readers. */
  label: string
  /** From 0. */
  page: number
  hasNext: boolean
  onNext: () => Promise<void>
  onPrevious: () => Promise<void>
}

/** Steps through pages; takes no room when there is only one. */
export function Pager({ label, page, hasNext, onNext, onPrevious }: PagerProps) {
  if (page === 0 && !hasNext) return null
  return (
    <nav aria-label={texts.components.pagesOf(label)} className={classes.pager}>
      <span className={classes.page}>{texts.components.page(page + 1)}</span>
      <Button variant="default" size="compact-sm" disabled={page === 0} onClick={() => void onPrevious()}>
        {texts.components.previous}
      </Button>
      <Button variant="default" size="compact-sm" disabled={!hasNext} onClick={() => void onNext()}>
        {texts.components.next}
      </Button>
    </nav>
  )
}
