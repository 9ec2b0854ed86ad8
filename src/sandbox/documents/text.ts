import type { Random } from './random.ts'

const vocabulary = `account address agreement amount annex annual approval archive arrival article balance bank bill
  board budget building calendar capital card case certificate charge city claim clause client code comment company
  condition contract copy cost county court credit customer date deadline decision delivery department deposit detail
  document draft duty estate estimate evidence expense factory fee figure file form garden grant guarantee heating
  house income index inspection insurance interest inventory invoice item journal judgment kitchen label lease ledger
  letter licence loan manual market meeting member minute mortgage note notice number offer office order owner page
  parcel part payment pension permit plan policy premium price property protocol purchase quarter question receipt
  record reference refund register rent repair report request result return review salary sample schedule school seal
  section security service share sheet signature statement station statute street subject summary supply table tax
  tenant term ticket title total transfer travel treaty unit value vehicle version visit voucher warranty water witness
  Bescheid Grundbuch Kündigung Mahnung Quittung Rechnung Straße Vertrag Zähler café créance échéance reçu`.split(/\s+/)

/** `count` words of office prose, as OCR would yield it: sentences, numbers, line breaks. */
export function words(random: Random, count: number): string {
  const parts: string[] = []
  for (let index = 1; index <= count; index++) {
    const word = random.next() < 0.1 ? String(random.integer(10, 99_999)) : random.pick(vocabulary)
    const end = index === count ? '.' : index % 12 === 0 ? '.\n' : ' '
    parts.push(word + end)
  }
  return parts.join('')
}

/** A plain text document of about `count` words, UTF-8. */
export function textDocument(random: Random, count: number): Buffer {
  return Buffer.from(`${words(random, 4).toUpperCase()}\n\n${words(random, count)}\n`)
}
