import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataDir } from '../../src/main/dataDir.ts'
import { itemPage } from '../../src/main/engine/journal/items.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { checkPointers, checkSandbox } from '../../src/sandbox/check.ts'
import { takeSnapshot } from '../../src/sandbox/snapshot.ts'
import { seriousFindings, seriousFindingsOf, tabTo } from './accessibility.ts'
import { contentOf, loseFiles, loseObject, movedDocuments } from './outside.ts'
import { openWindow, openWorld, type OpenWindow, type World } from './window.ts'

describe('the way back, in the window and on the sandbox', () => {
  let world: World
  let opened: OpenWindow
  const page = (): Page => opened.page
  const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name })
  const tab = (name: string | RegExp) => page().getByRole('tab', { name })
  const button = (name: string | RegExp) => page().getByRole('button', { name })
  const dialog = (name: string) => page().getByRole('dialog', { name })
  const runs = (): RunFolder => new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)

  const migrate = async (): Promise<void> => {
    await button('Make a plan for Sandbox').click()
    await button(/^Migrate \d+ files/).click()
    await button('Start migration').click()
  }
  const home = (): Promise<void> => page().keyboard.press('Control+Shift+O')
  const openRun = async (kind: string): Promise<void> => {
    await button('History').first().click()
    await button(new RegExp(`^Open the run of .*: ${kind}`))
      .first()
      .click()
  }
  /** Answers the platform's own dialogs, which no test can press. */
  const answerDialogs = (path: string): Promise<void> =>
    opened.app.evaluate(({ dialog: native }, chosen) => {
      native.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
      native.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
    }, path)

  beforeAll(async () => {
    // Large enough to go up in parts: s3rver keeps what it got of a file that was cut off in the middle.
    world = await openWorld({ documents: 120, largeFileBytes: 110 * 1024 ** 2 })
    opened = await openWindow(world.home)
    await migrate()
    await heading('Migration completed with failures').waitFor({ timeout: 120_000 })
  })
  afterAll(async () => {
    await opened.close()
    await world.remove()
  })

  it('says of a run what is where, what happened when, and what can be done', async () => {
    const { committed } = runs().list(0, 1).runs[0] ?? {}
    const where = await page().getByRole('region', { name: 'Where your files are now' }).innerText()
    expect(where).toContain(
      `${committed} files are in bucket ${world.sandbox.s3.bucket}, and Readur loads them from there.`,
    )
    for (const name of ['Verify…', 'Roll back…', 'Free up space…', 'Plan again']) await button(name).first().waitFor()
    expect(await seriousFindings(page())).toEqual([])
    await tab('Record').click()
    expect(await page().getByRole('region', { name: 'Timeline' }).getByRole('listitem').count()).toBe(4)
    expect(await seriousFindings(page())).toEqual([])
  })

  it('gives the paths of before as SQL that has every row that was switched', async () => {
    const file = join(world.home, 'before.sql')
    await answerDialogs(file)
    await button('Save as SQL…').click()
    await page().getByText(file).waitFor()
    const sql = await readFile(file, 'utf8')
    const moved = await movedDocuments(world.sandbox)
    expect(moved.length).toBeGreaterThan(100)
    for (const { id, key } of moved) expect(sql).toContain(`WHERE id = '${id}' AND file_path = 's3://${key}'`)
  })

  it('finds what somebody has lost in the bucket, and sends it again', async () => {
    const withoutFile = await loseFiles(world.sandbox, 2)
    const [lost] = (await movedDocuments(world.sandbox)).filter(({ id }) => !withoutFile.includes(id))
    if (!lost) throw new Error('Nothing was moved.')
    await loseObject(world.sandbox, lost.key)
    await tab('Summary').click()
    await button('Verify…').click()
    await heading(/^Verify the run of/).waitFor()
    await button('Verify').click()
    const differences = page().getByRole('region', { name: 'Differences' })
    await differences.waitFor({ timeout: 60_000 })
    await button(/^File not found in the bucket/).click()
    await page().getByText(lost.filename, { exact: true }).waitFor()
    expect(await seriousFindings(page())).toEqual([])

    const asked = dialog('Upload missing S3 copies again?')
    const ask = () => button('Upload again…').click()
    expect(await seriousFindingsOf(page(), asked, ask)).toEqual([])
    await ask()
    await asked.getByRole('button', { name: 'Upload again' }).click()
    await page().getByText('1 object uploaded again.').waitFor({ timeout: 60_000 })
    await button('Verify again').click()
    await page()
      .getByText(/: all match the record\.$/)
      .waitFor({ timeout: 60_000 })
    expect(await checkPointers(world.sandbox)).toEqual([])
  })

  it('lists runs, narrows the list, and offers to import', async () => {
    await button('History').first().click()
    await page().getByRole('table', { name: 'Runs' }).waitFor()
    expect(await seriousFindings(page())).toEqual([])
    const asked = dialog('Import a state file')
    expect(await seriousFindingsOf(page(), asked, () => button('Import a state file…').click())).toEqual([])
    await page().getByLabel('Kind').selectOption('Rollback')
    await heading('History').waitFor()
    await page().getByRole('heading', { name: 'No matching runs' }).waitFor()
    await button('Show all runs').click()
    await button(/^Open the run of/)
      .first()
      .waitFor()
  })

  it('takes the state file of a run into the history as a record of its own', async () => {
    const path = runs().with(runs().ids()[0] ?? '', (store) => store.last('exported')?.path)
    if (path === undefined) throw new Error('There is no state file.')
    await answerDialogs(path)
    await button('Import a state file…').click()
    await dialog('Import a state file').getByRole('button', { name: 'Choose…' }).click()
    await page().getByText(path).waitFor()
    await dialog('Import a state file').getByRole('button', { name: 'Import', exact: true }).click()
    await heading('Import completed').waitFor({ timeout: 60_000 })
    expect(runs().list(0, 1).runs[0]).toMatchObject({ kind: 'import', status: 'completed' })
  })

  it('chooses and previews a rollback without changing anything', async () => {
    const before = contentOf(await takeSnapshot(world.sandbox))
    await openRun('Migration')
    await button('Roll back…').first().click()
    await heading(/^Roll back the run of/).waitFor()
    await page().getByRole('group', { name: 'People' }).getByRole('checkbox').first().check()
    await page()
      .getByRole('status')
      .filter({ hasText: /^\d+ documents, \d+ files, / })
      .waitFor()
    expect(await seriousFindings(page())).toEqual([])
    await page().getByRole('radio', { name: 'Chosen documents' }).check()
    await page()
      .getByRole('checkbox', { name: /^Select / })
      .first()
      .check()
    expect(await seriousFindings(page())).toEqual([])
    await button('Preview').click()
    await button(/^Roll back \d documents?$/).waitFor({ timeout: 60_000 })
    await button('Change selection').click()
    await heading(/^Roll back the run of/).waitFor()
    await button('Preview').click()
    const start = button(/^Roll back \d{3} documents/)
    await start.waitFor({ timeout: 60_000 })
    expect(await page().getByText('To download').locator('xpath=following-sibling::dd[1]').innerText()).toMatch(
      /^[23]$/,
    )
    expect(await seriousFindings(page())).toEqual([])
    const named = await page().getByRole('region', { name: 'What will change' }).innerText()
    expect(named).toMatch(/\d{3} files in .* load from the local path again\./)
    expect(contentOf(await takeSnapshot(world.sandbox))).toEqual(before)
    // Planned, never carried out: it stays in the history as that.
    expect(runs().summaries().next().value).toMatchObject({ kind: 'rollback', status: 'planned' })
  })

  it('rolls a run back with the keyboard alone, in four presses of Enter', async () => {
    await home()
    const press = async (target: string | RegExp): Promise<void> => {
      await tabTo(page(), button(target).first())
      await page().keyboard.press('Enter')
    }
    await page().keyboard.press('Control+Shift+H')
    await heading('History').waitFor()
    await press(/^Open the run of .*: Migration/)
    await heading(/^Migration completed/).waitFor()
    await press('Roll back…')
    await heading(/^Roll back the run of/).waitFor()
    await press('Preview')
    await press(/^Roll back \d+ documents/)
    await heading('Rollback completed').waitFor({ timeout: 120_000 })
    const where = await page().getByRole('region', { name: 'Where your files are now' }).innerText()
    expect(where).toMatch(
      /\d+ files are local again\.\n2 files of these were downloaded from S3\.\n\d+ S3 copies were removed from bucket/,
    )
    expect(await seriousFindings(page())).toEqual([])
  })

  it('has put rows, files and objects back as they were before the migration', async () => {
    expect(contentOf(await takeSnapshot(world.sandbox))).toEqual(contentOf(world.sandbox.before))
    await openRun('Migration')
    await heading('Migration rolled back').waitFor()
    expect(await page().getByRole('region', { name: 'Related runs' }).innerText()).toContain('Rollback')
  })

  it('copies first and switches the rows later, which can be rolled back like any run', async () => {
    await home()
    await button('Make a plan for Sandbox').click()
    await page().getByRole('switch', { name: 'Copy now, switch later' }).check({ force: true })
    await button(/^Copy \d+ files/).click()
    await dialog('Start copying?').getByRole('button', { name: 'Start copying' }).click()
    await heading('Copied and verified').waitFor({ timeout: 120_000 })
    expect(contentOf(await takeSnapshot(world.sandbox)).rows).toEqual(contentOf(world.sandbox.before).rows)
    const ask = () => button('Switch to S3…').click()
    expect(await seriousFindingsOf(page(), dialog('Switch to S3 now?'), ask)).toEqual([])
    await ask()
    await dialog('Switch to S3 now?').getByRole('button', { name: 'Switch to S3' }).click()
    await heading('Migration completed with failures').waitFor({ timeout: 120_000 })
    expect(await checkPointers(world.sandbox)).toEqual([])
    expect((await movedDocuments(world.sandbox)).length).toBeGreaterThan(100)

    await button('Roll back…').first().click()
    await button('Preview').click()
    await button(/^Roll back \d+ documents/).click()
    await heading('Rollback completed').waitFor({ timeout: 120_000 })
    expect(contentOf(await takeSnapshot(world.sandbox))).toEqual(contentOf(world.sandbox.before))
  })

  it('offers a run that was killed when the window is opened again, and goes on with it', async () => {
    await home()
    await migrate()
    await page().waitForFunction(
      () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0) >= 10,
    )
    opened.app.process().kill('SIGKILL')
    const complaints = [...opened.complaints]
    opened = await openWindow(world.home)
    const offer = page().getByRole('region', { name: 'Interrupted runs' })
    await offer.waitFor()
    expect(await offer.innerText()).toMatch(/Interrupted: Sandbox, \d+ of \d+ files done/)
    expect(await checkPointers(world.sandbox)).toEqual([])
    expect(await seriousFindings(page())).toEqual([])
    const asked = dialog('Resume this run?')
    const ask = () =>
      offer
        .getByRole('button', { name: /^Resume: Migration/ })
        .first()
        .click()
    expect(await seriousFindingsOf(page(), asked, ask)).toEqual([])
    await ask()
    await asked.getByRole('button', { name: 'Resume' }).click()
    await heading('Migration completed with failures').waitFor({ timeout: 120_000 })
    await tab('Record').click()
    expect(await page().getByRole('region', { name: 'Timeline' }).innerText()).toMatch(
      /Stopped unexpectedly[^]*Resumed/,
    )

    const items = runs().with(runs().ids()[0] ?? '', (store) => itemPage(store, { after: 0, limit: 1000 }).items)
    const results = items.map(({ state, ...item }) => ({ ...item, outcome: state }))
    const { differences } = await checkSandbox({ ...world.sandbox, results })
    // Files that were fetched and rows that went there and back are as they were, and newer.
    expect(differences.filter((line) => !/written again|^file .*changed/.test(line))).toEqual([])
    await home()
    expect(await offer.count()).toBe(0)
    expect([...complaints, ...opened.complaints]).toEqual([])
  })

  it('puts local files aside after a preview, and back again', async () => {
    await openRun('Migration')
    const asked = dialog('Free up space')
    const ask = () => button('Free up space…').click()
    expect(await seriousFindingsOf(page(), asked, ask)).toEqual([])
    await ask()
    await asked.getByText('The run hasn’t been validated since it last changed.').waitFor()
    await asked.getByRole('checkbox', { name: /^Free up space anyway/ }).check()
    await asked.getByRole('button', { name: 'Preview' }).click()
    const start = button(/^Quarantine \d+ files/)
    await start.waitFor({ timeout: 60_000 })
    expect(await seriousFindings(page())).toEqual([])
    await start.click()
    await heading(/^Quarantine completed/).waitFor({ timeout: 120_000 })
    const aside = Object.keys((await takeSnapshot(world.sandbox)).files).filter((path) =>
      path.startsWith('quarantine/'),
    )
    expect(aside.length).toBeGreaterThan(100)
    await button('Put files back…').click()
    await button(/^Put \d+ files back/).click()
    await heading('Quarantine undo completed').waitFor({ timeout: 120_000 })
    const files = Object.keys((await takeSnapshot(world.sandbox)).files).filter(
      (path) => !path.startsWith('quarantine'),
    )
    expect(files.sort()).toEqual(Object.keys(world.sandbox.before.files).sort())
  })

  it('brings one person’s documents back in five clicks and one decision, and nobody else’s', async () => {
    const before = await movedDocuments(world.sandbox)
    await page().keyboard.press('Control+Shift+H')
    await heading('History').waitFor()
    let clicks = 0
    const click = async (target: ReturnType<typeof button>): Promise<void> => {
      await target.click()
      clicks += 1
    }
    await click(button(/^Open the run of .*: Migration/).first())
    await click(button('Roll back…').first())
    // The one decision; the scope goes with it.
    await click(page().getByRole('group', { name: 'People' }).getByRole('checkbox').first())
    expect(await seriousFindings(page())).toEqual([])
    await click(button('Preview'))
    const start = button(/^Roll back \d+ documents?$/)
    await start.waitFor({ timeout: 60_000 })
    const promised = Number(/\d+/.exec(await start.innerText())?.[0])
    await click(start)
    await heading('Rollback completed').waitFor({ timeout: 120_000 })
    expect(clicks).toBe(5)

    const after = await movedDocuments(world.sandbox)
    const left = new Set(after.map(({ id }) => id))
    const back = before.filter(({ id }) => !left.has(id))
    expect(back.length).toBe(promised)
    const personOf = ({ key }: { key: string }): string => key.split('/')[1] ?? ''
    expect(new Set(back.map(personOf)).size).toBe(1)
    expect(after.map(personOf)).not.toContain(personOf(back[0] ?? { key: '' }))
    expect(await checkPointers(world.sandbox)).toEqual([])
  })
})
