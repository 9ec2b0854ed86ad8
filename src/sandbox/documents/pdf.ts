import { PDFDocument, StandardFonts } from 'pdf-lib'
import type { Random } from './random.ts'
import { words } from './text.ts'

const a4: [width: number, height: number] = [595.28, 841.89]

/** A valid PDF of `pages` A4 pages of text. The same bytes for the same random source. */
export async function pdfDocument(random: Random, title: string, pages: number): Promise<Buffer> {
  const document = await PDFDocument.create({ updateMetadata: false })
  document.setTitle(title)
  const font = await document.embedFont(StandardFonts.Helvetica)
  for (let page = 0; page < pages; page++) {
    // Helvetica as built into PDF readers knows Latin-1 only.
    const text = words(random, random.integer(80, 260)).replace(/[^\n -~\u00a0-\u00ff]/g, '?')
    document.addPage(a4).drawText(text, { x: 56, y: 770, size: 10, lineHeight: 15, font, maxWidth: 480 })
  }
  return Buffer.from(await document.save({ useObjectStreams: false }))
}
