import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReadur, type FakeReadur } from '../services/readur.ts'
import { ReadurStandIn, type Storing } from '../services/readurStandIn.ts'
import { seriousFindings } from './accessibility.ts'
import { keepOnlyMovable, movedDocuments } from './outside.ts'
import { openWindow, openWorld, type OpenWindow, type World, openConnection, unfold } from './window.ts'

describe('the way to S3 on the overview, beside a Readur that does as its source says', () => {
  let world: World
  let readur: ReadurStandIn
  let server: FakeReadur
  let opened: OpenWindow
  /** Documents that their users can open before anything is done. */
  let ids: string[]
  const page = (): Page => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name })
  const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name })
  const dialog = (name: string) => page().getByRole('dialog', { name })
  const step = (name: RegExp) => page().getByRole('listitem', { name })
  const settings = (more: Record<string, string>) =>
    world.addProfile('order', 'Order', { READUR_URL: server.url, READUR_TOKEN: server.token, ...more })
  const next = () => page().locator('[aria-current=step]')

  /** Nobody misses a document while this is done, and afterwards. */
  async function withoutMissing(act: () => Promise<unknown>): Promise<void> {
    const over = new AbortController()
    const watching = (async () => {
      const missed = new Set<string>()
      while (!over.signal.aborted) for (const id of await readur.unreachable(ids)) missed.add(id)
      return [...missed]
    })()
    await act().finally(() => over.abort())
    expect(await watching).toEqual([])
    expect(await readur.unreachable(ids)).toEqual([])
  }

  const overview = async (): Promise<void> => {
    await page().keyboard.press('Control+Shift+O')
    await openConnection(page(), 'Order')
    await heading('Order').waitFor()
  }

  beforeAll(async () => {
    world = await openWorld({ documents: 40, largeFileBytes: 6 * 1024 ** 2 })
    await keepOnlyMovable(world.sandbox)
    readur = new ReadurStandIn(world.sandbox)
    server = await startReadur()
    server.backing = readur
    const all = world.sandbox.expectations.flatMap(({ kind, outcome, documentId }) =>
      kind === 'document' && outcome === 'committed' ? [documentId] : [],
    )
    // Where Readur is on S3, it finds no local row by its bare name.
    readur.storing = 'bucket'
    const missing = await readur.unreachable(all)
    readur.storing = 'local'
    ids = all.filter((id) => !missing.includes(id))
    await settings({ S3_ENABLED: 'false' })
    opened = await openWindow(world.home)
  })
  afterAll(async () => {
    await opened.close()
    await server.stop()
    readur.close()
    await world.remove()
  })

  it('copies first by default, and says why', async () => {
    expect(ids.length).toBeGreaterThan(20)
    await overview()
    await step(/^4\. Switch Readur to S3: Readur stores locally/).waitFor()
    await withoutMissing(async () => {
      await button('Make a plan for Order').click()
      await button(/^Copy \d+ files/).click()
      await dialog('Start copying?').getByRole('button', { name: 'Start copying' }).click()
      await heading('Copied and verified').waitFor({ timeout: 120_000 })
    })
    expect(await movedDocuments(world.sandbox)).toEqual([])
  })

  /** Its settings name the bucket: whether it was restarted with them, the user is asked. */
  const confirmRestart = async (): Promise<void> => {
    await unfold(step(/^4\. Switch Readur to S3/))
    const box = page().getByRole('checkbox', { name: 'Readur uses this bucket and was restarted' })
    await box.waitFor()
    // A test document that Readur could not store or serve takes the word back.
    if (!(await box.isChecked())) {
      await step(/^4\. Switch Readur to S3: .* settings name it .* Was it restarted since/).waitFor()
      await box.click()
    }
    await step(/^4\. Switch Readur to S3: Readur uses this bucket/).waitFor()
  }

  it('then switches Readur, and asks whether it was restarted with its new settings', async () => {
    await overview()
    expect(await next().innerText()).toContain('Switch Readur to S3')
    await withoutMissing(async () => {
      readur.storing = 'bucket'
      await settings({ S3_ENABLED: 'true' })
      await button('Check Readur (Order)').click()
      await confirmRestart()
    })
    expect(await next().innerText()).toContain('Switch documents to S3')
    expect(await seriousFindings(page())).toEqual([])
  })

  it.each<[string, Storing, string, RegExp]>([
    [
      'still stores locally',
      'local',
      '',
      /in its own folder\. Write the S3 settings into its environment, and restart it \(in Docker: docker compose up -d, with its uploads on a volume;/,
    ],
    ['has another bucket', 'another bucket', '', /not in the bucket .* Correct S3_BUCKET_NAME and S3_ENDPOINT_URL/],
    ['is refused its keys', 'refused keys', '', /could not store a document\..* correct S3_ACCESS_KEY_ID/],
    ['is too old for its settings', 'local', '2.9.1', /Version 2\.9\.1 does not read STORAGE_BACKEND and S3_ENDPOINT/],
  ])('cuts nothing over where Readur %s, and says why and what to do', async (_, storing, version, reason) => {
    readur.storing = storing
    await settings({ S3_ENABLED: 'true', READUR_VERSION: version })
    await overview()
    await confirmRestart()
    await withoutMissing(async () => {
      await button('Open run to switch (Order)').click()
      await button('Switch to S3…').click()
      const asked = dialog('Switch to S3 now?')
      expect(await asked.getByRole('checkbox', { name: /^Try Readur with a test document first/ }).isChecked()).toBe(
        true,
      )
      await asked.getByRole('button', { name: 'Switch to S3' }).click()
      await page().getByRole('alert').getByText(reason).waitFor()
    })
    expect(await movedDocuments(world.sandbox)).toEqual([])
  })

  it('then cuts over, without another question', async () => {
    readur.storing = 'bucket'
    await settings({ S3_ENABLED: 'true' })
    await overview()
    await confirmRestart()
    await withoutMissing(async () => {
      await button('Open run to switch (Order)').click()
      await button('Switch to S3…').click()
      const asked = dialog('Switch to S3 now?')
      await asked.getByText(/^Readur uses this bucket/).waitFor()
      await asked.getByRole('button', { name: 'Switch to S3' }).click()
      await heading('Migration completed').waitFor({ timeout: 120_000 })
    })
    expect((await movedDocuments(world.sandbox)).length).toBeGreaterThan(20)
    expect(await readur.left()).toEqual([])
  })

  it('frees nothing that was not validated, unless somebody decides so', async () => {
    await button('Free up space…').click()
    const asked = dialog('Free up space')
    await asked.getByText('The run hasn’t been validated since it last changed.').waitFor()
    expect(await asked.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true)
    await asked.getByRole('button', { name: 'Cancel' }).click()
  })

  it('then validates, and frees the local space', async () => {
    await withoutMissing(async () => {
      await button('Validate…').click()
      await button('Validate').click()
      await page()
        .getByText(/^Passed: /)
        .waitFor({ timeout: 60_000 })
      await overview()
      await button('Open run to free up space (Order)').click()
      await button('Free up space…').click()
      await dialog('Free up space').getByRole('button', { name: 'Preview' }).click()
      await button(/^Quarantine \d+ files/).click()
      await heading(/^Quarantine completed/).waitFor({ timeout: 120_000 })
    })
    expect(opened.complaints).toEqual([])
  })
})
