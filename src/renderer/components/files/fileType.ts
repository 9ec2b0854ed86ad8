import { texts } from '../../texts/texts.ts'

const words: Record<string, string> = {
  'application/pdf': 'PDF',
  'application/msword': texts.plan.word,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': texts.plan.word,
  'application/vnd.ms-excel': texts.plan.excel,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': texts.plan.excel,
  'application/vnd.ms-powerpoint': texts.plan.powerpoint,
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': texts.plan.powerpoint,
  'application/vnd.oasis.opendocument.text': texts.plan.opendocumentText,
  'application/vnd.oasis.opendocument.spreadsheet': texts.plan.opendocumentSheet,
  'application/zip': 'ZIP',
  'application/octet-stream': texts.plan.otherBinary,
  'text/plain': texts.plan.text,
  'text/csv': 'CSV',
  'text/html': 'HTML',
  'text/markdown': texts.plan.markdown,
  'image/svg+xml': texts.plan.svgImage,
}

/** A MIME type in a word or two; a type that nobody knows as it is. */
export function typeWord(type: string | null): string {
  if (type === null || type === '') return texts.plan.unknown
  const known = words[type]
  if (known !== undefined) return known
  const image = /^image\/(?:x-)?([a-z0-9]+)$/.exec(type)?.[1]
  return image === undefined ? type : texts.plan.imageOf(image.toUpperCase())
}
