import { CloseButton } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import { errorCatalogue } from '../../../../shared/errors.ts'
import type { PlanItem } from '../../../../shared/planTable.ts'
import { CopyButton } from '../../../components/copyButton.tsx'
import { Loading } from '../../../components/loading.tsx'
import { formatBytes } from '../../../format/bytes.ts'
import { typeWord } from '../../../format/fileType.ts'
import { findingOf } from '../../../format/finding.ts'
import { formatNumber } from '../../../format/number.ts'
import { formatMoment } from '../../../format/time.ts'
import classes from './itemDetails.module.css'

/** All that the plan says about one file. `item` is null until it has been read. */
export function ItemDetails({ item, onClose }: { item: PlanItem | null; onClose: () => void }) {
  return (
    <aside className={classes.panel} aria-label="Details of the file">
      <div className={classes.head}>
        <h2 className={classes.title}>{item?.filename ?? '…'}</h2>
        <CloseButton aria-label="Close details" onClick={onClose} />
      </div>
      {item ? <Body item={item} /> : <Loading what="details" />}
    </aside>
  )
}

function Body({ item }: { item: PlanItem }) {
  const finding = findingOf(item)
  const entry = item.code === null ? null : errorCatalogue[item.code]
  return (
    <div className={classes.body} tabIndex={0} role="group" aria-label={item.filename}>
      <div className={classes.finding} data-tone={finding.tone}>
        <strong>{finding.label}</strong>
        {item.message !== null && <p>{item.message}</p>}
        {entry && <p>{entry.remedy}</p>}
        {item.code !== null && <code>{item.code}</code>}
      </div>
      <dl className={classes.facts}>
        {factsOf(item).map(([name, value, copied]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              <span>{value}</span>
              {copied !== undefined && <CopyButton text={copied} what={name.toLowerCase()} />}
            </dd>
          </Fragment>
        ))}
      </dl>
    </div>
  )
}

type Fact = [name: string, value: ReactNode, copied?: string]

function factsOf(item: PlanItem): Fact[] {
  const { size, type, path, source, key, fileHash, documentId, rowId, kind, userId, modifiedAt, followers } = item
  const code = (text: string): ReactNode => <code className={classes.long}>{text}</code>
  return [
    ['Size', `${formatBytes(size)} (${formatNumber(size)} bytes)`],
    ['Type', type === null ? typeWord(type) : `${typeWord(type)} (${type})`],
    ...optional('File changed', modifiedAt === null ? null : formatMoment(modifiedAt)),
    ['Path in the row', code(path), path],
    source === null
      ? ['File', 'Not found in the uploads folder']
      : ['File in the uploads folder', code(source), source],
    key === null ? ['Key in the bucket', 'None can be made'] : ['Key in the bucket', code(key), key],
    fileHash === null
      ? ['SHA-256', 'Readur recorded none; it is computed from the file']
      : ['SHA-256, as recorded', code(fileHash), fileHash],
    ['Document', code(documentId), documentId],
    ...(kind === 'processed_image' ? ([['Row of processed_images', code(rowId), rowId]] satisfies Fact[]) : []),
    userId === null ? ['User', 'Nobody'] : ['User', code(userId), userId],
    ...optional('Rows that follow', followers > 0 ? formatNumber(followers) : null),
  ]
}

const optional = (name: string, value: string | null): Fact[] => (value === null ? [] : [[name, value]])
