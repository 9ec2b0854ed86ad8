import { CloseButton } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import { errorCatalogue } from '../../../../shared/errors.ts'
import type { PlanItem } from '../../../../shared/planTable.ts'
import type { ItemKind } from '../../../../shared/run.ts'
import { CopyButton } from '../../../components/copyButton.tsx'
import { Loading } from '../../../components/loading.tsx'
import { adviceFor } from '../../../format/audit.ts'
import { formatBytes } from '../../../format/bytes.ts'
import { typeWord } from '../../../format/fileType.ts'
import { findingOf } from '../../../format/finding.ts'
import { formatNumber } from '../../../format/number.ts'
import { listedWords, type Listed } from '../../../format/itemsListed.ts'
import { formatMoment } from '../../../format/time.ts'
import classes from './itemDetails.module.css'

interface ItemDetailsProps {
  listed: Listed
  /** Null until it has been read. */
  item: PlanItem | null
  onClose: () => void
}

/** All that a plan or an audit says about one thing. */
export function ItemDetails({ listed, item, onClose }: ItemDetailsProps) {
  return (
    <aside className={classes.panel} aria-label={listedWords[listed].details}>
      <div className={classes.head}>
        <h2 className={classes.title}>{item?.filename ?? '…'}</h2>
        <CloseButton aria-label="Close details" onClick={onClose} />
      </div>
      {item ? <Body listed={listed} item={item} /> : <Loading what="details" />}
    </aside>
  )
}

function Body({ listed, item }: { listed: Listed; item: PlanItem }) {
  const finding = findingOf(item)
  const entry = item.code === null ? null : { code: item.code, ...errorCatalogue[item.code] }
  return (
    <div className={classes.body} tabIndex={0} role="group" aria-label={item.filename}>
      <div className={classes.finding} data-tone={finding.tone}>
        <strong>{finding.label}</strong>
        {item.message !== null && <p>{item.message}</p>}
        {entry && <p>{listed === 'audit' ? adviceFor(entry.code) : entry.remedy}</p>}
        {item.code !== null && <code>{item.code}</code>}
      </div>
      <dl className={classes.facts}>
        {(listed === 'audit' ? findingFactsOf(item) : factsOf(item)).map(([name, value, copied]) => (
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

/** Of a finding: where it lies, whole, comes first; a file or an object that no row names has no row. */
function findingFactsOf(item: PlanItem): Fact[] {
  const { size, kind, path, place, key, fileHash, documentId, rowId, userId, modifiedAt } = item
  const code = (text: string): ReactNode => <code className={classes.long}>{text}</code>
  const hasRow = kind === 'document' || kind === 'processed_image'
  const copied = (name: string, value: string | null): Fact[] =>
    value === null || value === '' ? [] : [[name, code(value), value]]
  return [
    ...copied(placeWords[kind], place),
    ...(hasRow ? copied('Path in the row', path) : []),
    ...copied('Key in the bucket', key),
    ['Size', `${formatBytes(size)} (${formatNumber(size)} bytes)`],
    ...optional('Changed', modifiedAt === null || modifiedAt === 0 ? null : formatMoment(modifiedAt)),
    ...copied('SHA-256, as recorded', fileHash),
    ...copied(hasRow ? 'Document' : 'Document, by its name', documentId),
    ...(kind === 'processed_image' ? copied('Row of processed_images', rowId) : []),
    ...copied('User', userId),
  ]
}

const placeWords: Record<ItemKind, string> = {
  document: 'Where it was looked for or found',
  processed_image: 'Where it was looked for or found',
  file: 'File',
  object: 'Object',
}

const optional = (name: string, value: string | null): Fact[] => (value === null ? [] : [[name, value]])
