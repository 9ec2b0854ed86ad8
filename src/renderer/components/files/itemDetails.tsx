import { CloseButton } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import { errorCatalogue } from '../../../shared/errors.ts'
import type { PlanItem } from '../../../shared/planTable.ts'
import type { ItemKind } from '../../../shared/run.ts'
import { CopyButton } from '../copyButton.tsx'
import { Loading } from '../loading.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { typeWord } from './fileType.ts'
import { formatNumber } from '../../format/number.ts'
import { findingOf, type Listed, listedWords, userWord } from './itemsListed.ts'
import { formatMoment } from '../../format/time.ts'
import { texts } from '../../texts/texts.ts'
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
    <aside className={classes.panel} aria-label={listedWords[listed.of].details}>
      <div className={classes.head}>
        <h2 className={classes.title}>{item?.filename ?? '…'}</h2>
        <CloseButton aria-label={texts.plan.closeDetails} onClick={onClose} />
      </div>
      {item ? <Body listed={listed} item={item} /> : <Loading what={texts.plan.detailsToRead} />}
    </aside>
  )
}

function Body({ listed, item }: { listed: Listed; item: PlanItem }) {
  const finding = findingOf(listed, item)
  const entry = item.code === null ? null : { code: item.code, ...errorCatalogue[item.code] }
  return (
    <div className={classes.body} tabIndex={0} role="group" aria-label={item.filename}>
      <div className={classes.finding} data-tone={finding.tone}>
        <strong>{finding.label}</strong>
        {entry && entry.title !== finding.label && <p>{entry.title}</p>}
        {item.message !== null && <p>{item.message}</p>}
        {entry && <p>{entry.remedy}</p>}
        {item.code !== null && <code>{item.code}</code>}
      </div>
      <dl className={classes.facts}>
        {(listed.of === 'audit' ? findingFactsOf(item) : factsOf(item)).map(([name, value, copied]) => (
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

/** What is on S3 already was not looked for among the local files. */
function fileOf({ source, code }: PlanItem): Fact[] {
  if (source !== null)
    return [[texts.plan.fileInTheUploadsFolder, <code className={classes.long}>{source}</code>, source]]
  return [[texts.plan.file, code === 'ALREADY_ON_S3' ? texts.plan.fileOnS3 : texts.plan.fileNotFound]]
}

function userOf({ userId, userName }: PlanItem): Fact[] {
  if (userId === null) return [[texts.plan.user, texts.plan.nobody]]
  const id: Fact = [texts.plan.userId, <code className={classes.long}>{userId}</code>, userId]
  return userName === null ? [id] : [[texts.plan.user, userWord({ userId, userName })], id]
}

function factsOf(item: PlanItem): Fact[] {
  const { size, type, path, key, fileHash, documentId, rowId, kind, modifiedAt, followers } = item
  const code = (text: string): ReactNode => <code className={classes.long}>{text}</code>
  return [
    [texts.plan.size, texts.plan.exactSize({ size: formatBytes(size), bytes: size })],
    [texts.plan.type, type === null ? typeWord(type) : `${typeWord(type)} (${type})`],
    ...optional(texts.plan.fileChanged, modifiedAt === null ? null : formatMoment(modifiedAt)),
    [texts.plan.pathInReadur, code(path), path],
    ...fileOf(item),
    key === null ? [texts.plan.objectKey, texts.plan.notPossible] : [texts.plan.objectKey, code(key), key],
    fileHash === null ? ['SHA-256', texts.plan.hashNotRecorded] : [texts.plan.recordedHash, code(fileHash), fileHash],
    [texts.plan.document, code(documentId), documentId],
    ...(kind === 'processed_image' ? ([[texts.plan.rowInProcessedImages, code(rowId), rowId]] satisfies Fact[]) : []),
    ...userOf(item),
    ...optional(texts.plan.dependsOnIt, followers > 0 ? formatNumber(followers) : null),
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
    ...(hasRow ? copied(texts.plan.pathInReadur, path) : []),
    ...copied(texts.plan.objectKey, key),
    [texts.plan.size, texts.plan.exactSize({ size: formatBytes(size), bytes: size })],
    ...optional(texts.plan.changed, modifiedAt === null || modifiedAt === 0 ? null : formatMoment(modifiedAt)),
    ...copied(texts.plan.recordedHash, fileHash),
    ...copied(hasRow ? texts.plan.document : texts.plan.likelyDocument, documentId),
    ...(kind === 'processed_image' ? copied(texts.plan.rowInProcessedImages, rowId) : []),
    ...(userId === null ? [] : userOf(item)),
  ]
}

const placeWords: Record<ItemKind, string> = {
  document: texts.plan.placeLooked,
  processed_image: texts.plan.placeLooked,
  file: texts.plan.file,
  object: texts.plan.object,
}

const optional = (name: string, value: string | null): Fact[] => (value === null ? [] : [[name, value]])
