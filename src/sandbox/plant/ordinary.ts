import { pdfDocument } from '../documents/pdf.ts'
import { sidewaysPhotograph, uprightPhotograph } from '../documents/photograph.ts'
import { randomPicture } from '../documents/picture.ts'
import { encodePng } from '../documents/png.ts'
import { textDocument } from '../documents/text.ts'
import { plantGood, plantImage, uploadPath, writeUpload, type PlantSite, type Seed } from './plantSite.ts'

/** All ways in which Readur has ever written the path of a file that lies in documents/, and still finds it. */
const spellings: readonly ((name: string) => string)[] = [
  (name) => `${uploadPath}/documents/${name}`,
  (name) => `./uploads/documents/${name}`,
  (name) => `${uploadPath}/documents/${name}`,
  (name) => `uploads/documents/${name}`,
  (name) => `./uploads/${name}`,
  (name) => `${uploadPath}/documents/${name}`,
  (name) => `uploads/${name}`,
  (name) => `documents/${name}`,
  (name) => name,
]

const titles = [
  'Invoice',
  'Rechnung März',
  'Facture échéance',
  'Lease agreement',
  'Versicherung & Police',
  '契約書',
  'Договор аренды',
  'Tax return (final)',
  'naïve résumé',
  'Quittung #',
  '📄 notes',
  "Landlord's letter",
  '100% refund',
]

/** `count` documents with nothing wrong about them, some with a processed image or a thumbnail. */
export async function plantOrdinary(site: PlantSite, count: number, sourceId: string): Promise<void> {
  for (let index = 0; index < count; index++) {
    const seed = await ordinarySeed(site, index)
    if (index % 11 === 0) seed.sourceId = sourceId
    const row = await plantGood(site, seed)
    const picture = row.mimeType.startsWith('image/')
    if (picture && index % 3 === 0) await plantImage(site, row, { relative: index % 2 === 0 })
    if (index % 40 === 3) await plantImage(site, row, { originalPath: `${uploadPath}/temp/${row.id}_page_1.png` })
    if (index % 25 === 0) await writeUpload(site, `thumbnails/${row.id}_thumb.jpg`, uprightPhotograph(site.random))
  }
}

async function ordinarySeed(site: PlantSite, index: number): Promise<Seed> {
  const { random } = site
  const title = `${random.pick(titles)} ${index}`
  const spelling = spellings[index % spellings.length]
  const seed = { ...(spelling && { spelling }), ...(index % 13 === 5 && { ocrFailed: true }) }
  const kind = index % 20
  if (kind < 9) {
    const bytes = await pdfDocument(random, title, random.integer(1, 4))
    // From before Readur named files after the document.
    const storedAs = index % 5 === 2 ? { storedAs: `${title}.pdf` } : {}
    return { ...seed, ...storedAs, filename: `${title}.pdf`, mimeType: 'application/pdf', bytes }
  }
  if (kind < 13) {
    const bytes = textDocument(random, random.integer(50, 4000))
    const storedAs = index % 2 === 0 ? { storedAs: `${random.uuid()}.txt` } : {}
    return { ...seed, ...storedAs, filename: `${title}.txt`, mimeType: 'text/plain', bytes }
  }
  if (kind < 16) {
    const bytes = encodePng(randomPicture(random, random.integer(100, 300), random.integer(100, 300)))
    return { ...seed, filename: `${title}.png`, mimeType: 'image/png', bytes }
  }
  const jpeg = { ...seed, filename: `${title}.jpg`, mimeType: 'image/jpeg' }
  if (kind < 18) return { ...jpeg, bytes: uprightPhotograph(random) }
  const { uploaded, stored } = sidewaysPhotograph(random)
  return { ...jpeg, uploaded, bytes: stored, story: 'photograph that Readur turned upright: differs from its hash' }
}
