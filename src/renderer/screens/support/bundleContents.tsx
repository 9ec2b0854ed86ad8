import { Button } from '@mantine/core'
import type { BundleEntry } from '../../../shared/support.ts'
import { formatBytes } from '../../format/bytes.ts'
import { useSupport } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './support.module.css'

/** The entries of a bundle, and the text of the one that is looked at, exactly as it will be written. */
export function BundleContents({ entries }: { entries: BundleEntry[] }) {
  const opened = useSupport((state) => state.opened)
  const { look, more } = useSupport((state) => state)
  const hasMore = (opened?.next ?? null) !== null
  const size = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  return (
    <>
      <p>{texts.support.bundleSummary({ files: entries.length, size: formatBytes(size) })}</p>
      <div className={classes.contents}>
        <ul className={classes.entries} aria-label={texts.support.entries}>
          {entries.map(({ name, about, bytes }) => (
            <li key={name}>
              <button
                type="button"
                className={classes.entry}
                aria-pressed={name === opened?.name}
                onClick={() => void look(name)}
              >
                <span className={classes.name}>{name}</span>
                <span className={classes.size}>{formatBytes(bytes)}</span>
                <span className={classes.about}>{about}</span>
              </button>
            </li>
          ))}
        </ul>
        <section className={classes.preview} aria-label={opened?.name ?? texts.support.text}>
          <pre className={classes.text} tabIndex={0}>
            {opened?.text}
          </pre>
          {hasMore && (
            <Button size="compact-sm" variant="default" onClick={() => void more()}>
              {texts.support.showMore}
            </Button>
          )}
        </section>
      </div>
    </>
  )
}
