import { existsSync } from 'node:fs'
import { readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataDir } from '../../src/main/dataDir.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { takeSnapshot, type Snapshot } from '../../src/sandbox/snapshot.ts'
import { startReadur, type FakeReadur } from '../services/readur.ts'
import { seriousFindings, seriousFindingsOf } from './accessibility.ts'
import { ageObject, contentOf, deleteDocument, movedDocuments } from './outside.ts'
import { openWindow, openWorld, switchAtOnce, type OpenWindow, type World, openConnection } from './window.ts'

/** Of documents that were planted without a file. */
const lostFiles = ['FILE_MISSING', 'FILE_RECOVERABLE', 'FILE_UNREADABLE', 'FILE_NOT_REGULAR', 'PATH_OUTSIDE']

const longAgo = new Date(2020, 1, 1)

describe('an audit, its repairs and their undoing, in the window and on the sandbox', () => {
  let world: World
  let readur: FakeReadur
  let opened: OpenWindow
  let orphan: string
  /** The key of a document whose row was deleted. */
  let orphanKey: string
  let planted: Snapshot
  let repairId: string
  const page = (): Page => opened.page
  const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name })
  const button = (name: string | RegExp) => page().getByRole('button', { name })
  const dialog = (name: string) => page().getByRole('dialog', { name })
  const region = (name: string) => page().getByRole('region', { name })
  const runs = (): RunFolder => new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)
  const figure = (name: string): Promise<string> =>
    page().getByText(name, { exact: true }).first().locator('xpath=following-sibling::dd[1]').innerText()
  const saveTo = (path: string): Promise<void> =>
    opened.app.evaluate(({ dialog: native }, chosen) => {
      native.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
    }, path)
  const uploads = (path: string): string => join(world.sandbox.uploadsDir, path)
  /** Of a document that was planted with this fault. */
  const faulty = (code: string): string[] =>
    world.sandbox.expectations.flatMap(({ kind, documentId, code: planted }) =>
      kind === 'document' && planted === code ? [documentId] : [],
    )
  const rowOf = ({ rows }: Snapshot, id: string): unknown => rows.documents[id]?.columns.file_path

  beforeAll(async () => {
    world = await openWorld({ documents: 40, largeFileBytes: 2 * 1024 ** 2 })
    readur = await startReadur()
    await world.addProfile('served', 'Served', { READUR_URL: readur.url, READUR_TOKEN: readur.token })
    opened = await openWindow(world.home)
    await openConnection(page(), 'Served')
    await button('Make a plan for Served').click()
    // The Readur of this test opens no document on S3 yet.
    await switchAtOnce(page(), true)
    await heading('Migration completed with failures').waitFor({ timeout: 60_000 })
  })
  afterAll(async () => {
    await opened.close()
    await readur.stop()
    await world.remove()
  })

  it('validates a run from its result: counts as they are outside, documents as users get them', async () => {
    // Of what the run could not move, these two kinds are sound for users.
    const isSound = (code: string | undefined) => code === 'OWNER_MISSING' || code === 'OBJECT_DIFFERS'
    const bucket = join(world.sandbox.dir, 's3', world.sandbox.s3.bucket)
    for (const { kind, documentId, originalPath, key, code } of world.sandbox.expectations) {
      const local = uploads(`documents/${basename(originalPath)}`)
      if (kind !== 'document' || (key === undefined && !isSound(code))) continue
      const object = join(bucket, `${key ?? ''}._S3rver_object`)
      readur.documents.set(documentId, await readFile(key === undefined ? local : object))
    }
    await button('Validate…').click()
    await heading(/^Validate the run of/).waitFor()
    await page().getByLabel('Documents to download').fill('3')
    readur.asked.length = 0
    await button('Validate').click()
    const counts = page().getByRole('table', { name: 'Counts that must match' })
    await counts.waitFor({ timeout: 60_000 })
    const { rows, objects } = await takeSnapshot(world.sandbox)
    const paths = [
      ...Object.values(rows.documents).map(({ columns }) => columns.file_path),
      ...Object.values(rows.processed_images).map(({ columns }) => columns.processed_image_path),
    ]
    const onS3 = paths.filter((path) => String(path).startsWith('s3://')).length
    expect(onS3).toBeGreaterThan(20)
    const line = (name: string) => counts.getByRole('row').filter({ hasText: name }).innerText()
    expect(await line('Documents and images on S3')).toMatch(new RegExp(`\\t${onS3}\\t.*\\t${onS3}\\tMatch`))
    // Files that were lost before the run are no news: it has reported them.
    const lost = world.sandbox.expectations.filter(({ code = '' }) => lostFiles.includes(code)).length
    expect(await line(`Documents and images not on S3, except ${lost} already reported`)).toMatch(
      new RegExp(`\\t${paths.length - onS3 - lost}\\t.*\\t${paths.length - onS3 - lost}\\tMatch`),
    )
    expect(await line('Files in Readur’s folders of the bucket')).toContain(`\t${Object.keys(objects).length}\t`)
    expect(readur.asked.filter((path) => path.endsWith('/download'))).toHaveLength(3)
    expect(await seriousFindings(page())).toEqual([])

    const file = join(world.home, 'validation.html')
    await saveTo(file)
    await button('Save the validation as HTML…').click()
    await page().getByText(`Validation saved to ${file}`).waitFor()
    expect(await readFile(file, 'utf8')).toContain('<strong>Passed</strong>')
    expect(runs().summary(runs().ids().at(-1) ?? '').validated).toBe(true)
  })

  it('finds what was planted, says what was compared, and lists it with whole paths', async () => {
    orphan = uploads('documents/nobody names me.pdf')
    await writeFile(orphan, 'left behind')
    await utimes(orphan, longAgo, longAgo)
    const [gone] = (await movedDocuments(world.sandbox)).filter(({ filename }) => filename.endsWith('.pdf'))
    if (!gone) throw new Error('Nothing was moved.')
    orphanKey = gone.key
    await deleteDocument(world.sandbox, gone.id)
    await ageObject(world.sandbox, orphanKey, longAgo)
    planted = await takeSnapshot(world.sandbox)

    await openConnection(page(), 'Served')
    await page().getByRole('tab', { name: 'Audit' }).click()
    await button('Audit…').click()
    await dialog('Audit of “Served”').getByRole('button', { name: 'Start audit' }).click()
    await heading('Issues found').waitFor({ timeout: 60_000 })
    const { documents, processed_images } = planted.rows
    const rows = Object.keys(documents).length + Object.keys(processed_images).length
    expect(await figure('Documents')).toBe(String(rows))
    expect(await figure('Objects')).toBe(String(Object.keys(planted.objects).length))
    expect(await button(/^Orphaned file on S3/).innerText()).toMatch(/Can be deleted\s*1$/)
    const missing = world.sandbox.expectations.filter(({ code }) => code === 'FILE_MISSING').length
    expect(await button(/^File not found/).innerText()).toMatch(
      new RegExp(`1 of ${missing}: database record can be deleted\\s*${missing}$`),
    )
    expect(await seriousFindings(page())).toEqual([])

    await page()
      .getByRole('tab', { name: /^Issues and notes/ })
      .click()
    await page().getByLabel('Search issues by name, path or document ID').fill('nobody names')
    await page().getByText('1 issue found').waitFor()
    await page().getByRole('grid').getByText(orphan).click()
    const details = page().getByRole('complementary', { name: 'Details of the issue' })
    await details.getByRole('button', { name: 'Copy file' }).click()
    await details.getByRole('button', { name: 'Copied file' }).waitFor()
    expect(await seriousFindings(page())).toEqual([])

    await page().getByRole('tab', { name: 'Overview' }).click()
    const file = join(world.home, 'findings.csv')
    await saveTo(file)
    await button('Save the report as CSV…').click()
    await page().getByText(`Report saved to ${file}`).waitFor()
    const lines = (await readFile(file, 'utf8')).split('\r\n')
    expect(lines.find((line) => line.startsWith('FILE_ORPHAN'))).toContain(orphan)
    expect(lines.find((line) => line.startsWith('OBJECT_ORPHAN'))).toContain(`/${orphanKey}`)
  })

  it('previews repairs, the safest chosen first, and changes nothing by it', async () => {
    await button('Choose repairs…').first().click()
    await heading(/^Repair issues found by the audit/).waitFor()
    expect(
      await page()
        .getByRole('checkbox', { name: /^Delete records of lost documents/ })
        .isChecked(),
    ).toBe(false)
    await page()
      .getByRole('checkbox', { name: /^Delete orphaned objects/ })
      .check()
    await page()
      .getByRole('checkbox', { name: /^Delete records of lost documents/ })
      .check()
    expect(await seriousFindings(page())).toEqual([])
    await button('Preview').click()
    await button(/^Repair \d+ items$/).waitFor({ timeout: 60_000 })
    expect(await figure('Paths fixed')).toBe(String(faulty('FILE_RECOVERABLE').length))
    expect(await figure('Objects deleted')).toBe('1')
    expect(await figure('Document records deleted')).toBe(String(faulty('FILE_MISSING').length))
    await button(/^Files quarantined/).click()
    await page()
      .getByText(/^→ quarantine\/.*nobody names me\.pdf$/)
      .waitFor()
    expect(await seriousFindings(page())).toEqual([])
    const ask = () => button(/^Repair \d+ items$/).click()
    expect(await seriousFindingsOf(page(), dialog('Start the repairs?'), ask)).toEqual([])
    expect(contentOf(await takeSnapshot(world.sandbox))).toEqual(contentOf(planted))
  })

  it('carries them out: rows, bucket and disk are as it says', async () => {
    await button(/^Repair \d+ items$/).click()
    await dialog('Start the repairs?').getByRole('button', { name: 'Start repairs' }).click()
    await heading(/^Repair completed/).waitFor({ timeout: 60_000 })
    const summary = runs().list(0, 1).runs[0]
    repairId = summary?.runId ?? ''
    expect(summary).toMatchObject({ kind: 'repair', status: 'completed', failed: 0, remaining: 0 })
    const where = await region('Where your files are now').innerText()
    expect(where).toContain(`in quarantine/${repairId}/ in the uploads folder.`)
    expect(where).toContain(`was deleted from bucket ${world.sandbox.s3.bucket}`)

    const after = await takeSnapshot(world.sandbox)
    for (const id of faulty('FILE_RECOVERABLE')) {
      const path = String(rowOf(after, id))
      expect(path).not.toBe(rowOf(planted, id))
      expect(existsSync(uploads(`documents/${basename(path)}`))).toBe(true)
      expect(path).toBe(`/app/uploads/documents/${basename(path)}`)
    }
    for (const id of faulty('FILE_MISSING')) expect(rowOf(after, id)).toBeUndefined()
    expect(existsSync(orphan)).toBe(false)
    expect(await readFile(uploads(`quarantine/${repairId}/documents/nobody names me.pdf`), 'utf8')).toBe('left behind')
    expect(after.objects[orphanKey]).toBeUndefined()
    expect(after.files[`quarantine/${repairId}/bucket/${orphanKey}`]?.sha256).toBe(planted.objects[orphanKey]?.sha256)
    expect(await seriousFindings(page())).toEqual([])

    await button('History').first().click()
    const row = page().getByRole('row').filter({ hasText: 'Repair' }).first()
    expect(await row.innerText()).toMatch(/Repair\s[^]*Completed/)
    await row.getByRole('button').click()
    await heading(/^Repair completed/).waitFor()
  })

  it('takes all of it back', async () => {
    await button('Undo…').click()
    const start = button(/^Undo \d+ repairs$/)
    await start.waitFor({ timeout: 60_000 })
    await start.click()
    await heading('Repair undo completed').waitFor({ timeout: 60_000 })
    expect(await region('Where your files are now').innerText()).toContain('with everything that depended on')
    // The saved copies of objects stay.
    await rm(uploads(`quarantine/${repairId}/bucket`), { recursive: true })
    const after = await takeSnapshot(world.sandbox)
    const isCopy = (path: string): boolean => path.startsWith(`quarantine`)
    after.files = Object.fromEntries(Object.entries(after.files).filter(([path]) => !isCopy(path)))
    expect(contentOf(after)).toEqual(contentOf(planted))
    expect(runs().summary(repairId).status).toBe('rolled back')
    expect(opened.complaints).toEqual([])
  })
})
