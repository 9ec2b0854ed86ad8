const words: Record<string, string> = {
  'application/pdf': 'PDF',
  'application/msword': 'Word',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.ms-excel': 'Excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.ms-powerpoint': 'PowerPoint',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/vnd.oasis.opendocument.text': 'OpenDocument text',
  'application/vnd.oasis.opendocument.spreadsheet': 'OpenDocument sheet',
  'application/zip': 'ZIP',
  'application/octet-stream': 'Other binary',
  'text/plain': 'Text',
  'text/csv': 'CSV',
  'text/html': 'HTML',
  'text/markdown': 'Markdown',
  'image/svg+xml': 'SVG image',
}

/** A MIME type in a word or two; a type that nobody knows as it is. */
export function typeWord(type: string | null): string {
  if (type === null || type === '') return 'Unknown'
  const known = words[type]
  if (known !== undefined) return known
  const image = /^image\/(?:x-)?([a-z0-9]+)$/.exec(type)?.[1]
  return image === undefined ? type : `${image.toUpperCase()} image`
}
