import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { delimiter, join, relative } from 'node:path'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataDir } from '../../src/main/dataDir.ts'
import { itemPage } from '../../src/main/engine/journal/items.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { checkSandbox } from '../../src/sandbox/check.ts'
import { seriousFindings, seriousFindingsHere, seriousFindingsOf } from './accessibility.ts'
import { loseObject, movedDocuments } from './outside.ts'
import { bytesBelow, commandLines, listenToIpc, writtenForms } from './secrets.ts'
import { invoke, openWindow, openWorld, type OpenWindow, type World, unfold } from './window.ts'

describe('the way of a new user through the window, on the sandbox', () => {
  let world: World
  let opened: OpenWindow
  let ipc: () => Promise<string[]>
  let programs: string
  const page = (): Page => opened.page
  /** A program that the window finds before any other. PostgreSQL's own are older than the sandbox's server. */
  const install = (name: string, script: string) =>
    writeFile(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  /** What the platform's dialog answers from now on. */
  const saveAs = (path: string) =>
    opened.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, path)
  const tab = (name: string | RegExp) => page().getByRole('tab', { name })
  const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name })

  beforeAll(async () => {
    world = await openWorld({ documents: 300, largeFileBytes: 120 * 1024 ** 2 })
    programs = join(world.home, '..', 'programs')
    await mkdir(programs)
    opened = await openWindow(world.home, { PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` })
    ipc = await listenToIpc(opened.app)
  })
  afterAll(async () => {
    await opened.close()
    await world.remove()
  })

  /** Opens the run of the history that is the oldest. */
  const openFirstRun = async (): Promise<void> => {
    await page().keyboard.press('Control+Shift+H')
    await page()
      .getByRole('button', { name: /^Open the run of/ })
      .last()
      .click()
  }

  it('shows the sandbox as a profile, with server and bucket and without its secrets', async () => {
    await heading('Sandbox').waitFor()
    const text = await page().locator('main').innerText()
    expect(text).toContain(new URL(world.sandbox.databaseUrl).host)
    expect(text).toContain(world.sandbox.s3.bucket)
    for (const secret of Object.values(world.secrets)) expect(await page().content()).not.toContain(secret)
    expect(await seriousFindings(page())).toEqual([])
  })

  it('makes a plan that names every planted problem, and changes nothing', async () => {
    await page().getByRole('button', { name: 'Make a plan for Sandbox' }).click()
    await page()
      .getByRole('button', { name: /^Migrate \d+ files/ })
      .waitFor()
    await tab(/^Issues/).click()
    const findings = await page().getByRole('region', { name: 'Issues and notes' }).innerText()
    for (const title of [
      'File not found',
      'Not a regular file',
      'Path is outside the uploads folder',
      'Document has no owner',
    ]) {
      expect(findings).toContain(title)
    }
    const { differences } = await checkSandbox({ ...world.sandbox, expectations: [] })
    expect(differences).toEqual([])
    expect(await seriousFindings(page())).toEqual([])
    await tab('Summary').click()
    expect(await seriousFindings(page())).toEqual([])
  })

  it('says that there is no backup, and why none could be made', async () => {
    await page().getByText('No database backup made yet.').waitFor()
    await saveAs(join(programs, 'readur.dump'))
    await install('pg_dump', `echo 'pg_dump: detail: server version: 18.4; pg_dump version: 15.18' >&2; exit 1`)
    await page().getByRole('button', { name: 'Back up database…' }).click()
    const dialog = page().getByRole('dialog', { name: 'Back up the database of “Sandbox”' })
    await dialog.getByRole('button', { name: 'Choose a file and back up…' }).click()
    await dialog.getByText('BACKUP_FAILED').waitFor()
    expect(await dialog.innerText()).toContain('The server is PostgreSQL 18.4, and pg_dump on this computer is 15.18')
    expect(await seriousFindingsHere(page())).toEqual([])
  })

  it('backs up the database: bytes are counted, a cancelled backup leaves nothing, a whole one says how it is put back', async () => {
    const file = join(programs, 'readur.dump')
    const enough = join(programs, 'enough')
    await install(
      'pg_dump',
      `printf PGDMP; while [ ! -e ${enough} ]; do head -c 100000 /dev/zero; sleep 0.05; done; echo "$PGDATABASE"`,
    )
    await install('pg_restore', `echo '; Archive'; echo '1; TABLE documents'`)
    const dialog = page().getByRole('dialog', { name: 'Back up the database of “Sandbox”' })
    const begin = () => dialog.getByRole('button', { name: 'Choose a file and back up…' }).click()
    await begin()
    await dialog.getByText(/\d[.,]\d [kM]B so far/).waitFor()
    await dialog.getByRole('button', { name: 'Cancel backup' }).click()
    await dialog.getByText('Backup cancelled. Nothing was left behind.').waitFor()
    expect((await readdir(programs)).sort()).toEqual(['pg_dump', 'pg_restore'])
    await writeFile(enough, '')
    await begin()
    await dialog.getByText('Database backed up').waitFor()
    const said = await dialog.innerText()
    for (const part of [file, '1 object', 'pg_restore --clean --if-exists']) expect(said).toContain(part)
    expect(await seriousFindingsHere(page())).toEqual([])
    const { pathname } = new URL(world.sandbox.databaseUrl)
    expect(await readFile(file, 'utf8')).toBe(`PGDMP${pathname.slice(1)}\n`)
    expect((await stat(file)).mode & 0o077).toBe(0)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page()
      .getByText(/^Last backup: .* B\.$/)
      .waitFor()
  })

  it('asks before it starts, and can be called off', async () => {
    const dialog = page().getByRole('dialog', { name: 'Start the migration?' })
    const ask = () =>
      page()
        .getByRole('button', { name: /^Migrate \d+ files/ })
        .click()
    expect(await seriousFindingsOf(page(), dialog, ask)).toEqual([])
    await ask()
    await dialog.waitFor()
    expect(await dialog.innerText()).toContain('Local files are kept')
    await page().keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('migrates with live progress that survives a reload of the page', async () => {
    await page()
      .getByRole('button', { name: /^Migrate \d+ files/ })
      .press('Enter')
    await page().getByRole('button', { name: 'Start migration' }).click()
    const bar = page().getByRole('progressbar', { name: 'Migration' })
    await bar.waitFor()
    await page().reload()
    await bar.or(heading(/^Migration completed/)).waitFor()
    await heading('Migration completed with failures').waitFor({ timeout: 120_000 })
  })

  it('tells the truth about the result: rows, bucket and disk are as planted, item by item', async () => {
    const runs = new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)
    const [runId] = runs.ids()
    if (runId === undefined) throw new Error('There is no run.')
    const items = runs.with(runId, (store) => itemPage(store, { after: 0, limit: 1000 }).items)
    const results = items.map(({ state, ...item }) => ({ ...item, outcome: state }))
    const { differences } = await checkSandbox({ ...world.sandbox, results })
    expect(differences).toEqual([])

    const moved = items.filter((item) => item.state === 'committed').length
    const failed = items.filter((item) => item.state === 'failed').length
    const text = await page().locator('main').innerText()
    expect(text).toContain(`${moved} of ${items.length} files`)
    expect(text).toContain(failed.toString())
    expect(await seriousFindings(page())).toEqual([])
    await tab(/^Issues/).click()
    const issues = await page().getByRole('region', { name: 'Issues and notes' }).innerText()
    expect(issues).toContain('File is damaged')
    expect(issues).toContain('Another file already has this path on S3')
    expect(await seriousFindings(page())).toEqual([])
  })

  it('lists the run with its connection, and a second plan finds nothing left but the failures', async () => {
    await page().keyboard.press('Control+Shift+O')
    await page()
      .getByRole('region', { name: 'Runs', exact: true })
      .getByText('Completed with failures')
      .first()
      .waitFor()
    await page().getByRole('button', { name: 'Make a plan for Sandbox' }).click()
    // What the first run could not move for its content, the plan cannot know yet.
    await page().getByRole('button', { name: 'Migrate 2 files', exact: false }).waitFor()
    await tab(/^Issues/).click()
    const findings = await page().getByRole('region', { name: 'Issues and notes' }).innerText()
    expect(findings).toContain('Already on S3')
  })

  it('says at a glance where the documents are, and walks through the way to S3', async () => {
    await page().keyboard.press('Control+Shift+O')
    const moved = (await movedDocuments(world.sandbox)).length
    const before = Object.values(world.sandbox.before.rows.documents).filter(({ columns }) =>
      String(columns.file_path).startsWith('s3://'),
    ).length
    await page()
      .getByRole('region', { name: 'Documents', exact: true })
      .getByText(`${moved + before} on S3`)
      .waitFor()
    await heading('Sandbox').waitFor()
    const step = page().locator('[aria-current=step]')
    const switched = page().getByRole('listitem', {
      name: /^4\. Switch Readur to S3: Readur uses this bucket \(you confirmed it\)/,
    })
    await unfold(switched)
    await switched.getByText('Add these lines to Readur’s .env').click()
    const lines = await switched.locator('pre').innerText()
    expect(lines.split('\n').map((line) => line.split('=')[0])).toEqual([
      'S3_ENABLED',
      'S3_BUCKET_NAME',
      'S3_REGION',
      'S3_ENDPOINT_URL',
      'S3_ACCESS_KEY_ID',
      'S3_SECRET_ACCESS_KEY',
      'S3_FORCE_PATH_STYLE',
    ])
    expect(lines).toContain('S3_SECRET_ACCESS_KEY=<secret key>')
    expect(await page().getByRole('checkbox', { name: 'Readur uses this bucket and was restarted' }).isChecked()).toBe(
      true,
    )
    await page()
      .getByRole('listitem', { name: /^6\. Validate/ })
      .and(step)
      .waitFor()
    expect(await seriousFindings(page())).toEqual([])
  })

  it('checks the connection, area by area', async () => {
    await unfold(page().getByRole('listitem', { name: /^1\. Check/ }))
    await page().getByRole('button', { name: 'Check (Sandbox)' }).click()
    await heading('Checks for Sandbox').waitFor()
    await page().getByRole('button', { name: 'Check again' }).waitFor({ timeout: 60_000 })
    const areas = page().getByRole('region', { name: 'Check', exact: true }).getByRole('list', { name: 'Areas' })
    for (const name of ['Database', 'Uploads folder', 'Bucket']) {
      expect(await areas.getByText(new RegExp(`^${name}: \\d+ `)).count()).toBe(1)
    }
    expect(await seriousFindings(page())).toEqual([])
  })

  it('tries again what failed for one cause, once that was mended, and nothing else', async () => {
    const runs = new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)
    const [first = ''] = runs.ids().slice(-1)
    const taken = runs.with(first, (store) => itemPage(store, { after: 0, limit: 9, code: 'OBJECT_DIFFERS' }).items)
    expect(taken).toHaveLength(1)
    await openFirstRun()
    await tab(/^Issues/).click()
    await page()
      .getByRole('button', { name: /^Another file already has this path/ })
      .click()
    expect(await seriousFindings(page())).toEqual([])
    await loseObject(world.sandbox, taken[0]?.key ?? '')
    await page()
      .getByRole('button', { name: /^Retry these: Another file/ })
      .click()
    await page()
      .getByText(/failed in an earlier run with: Another file/)
      .waitFor()
    await page()
      .getByRole('button', { name: /^Migrate 1 document / })
      .click()
    await page().getByRole('button', { name: 'Start migration' }).click()
    await heading('Migration completed').waitFor({ timeout: 60_000 })
    const moved = await movedDocuments(world.sandbox)
    expect(moved.map(({ id }) => id)).toContain(taken[0]?.documentId)
    expect(runs.summary(runs.ids()[0] ?? '')).toMatchObject({ planned: 1, committed: 1, parent: first })
  })

  it('plans what failed once more, and forgets a run that changed nothing', async () => {
    const runs = new RunFolder(openDataDir({ READUR_MIGRATE_HOME: world.home }).runs)
    await openFirstRun()
    // As things are it would fail again: it is offered with its cause, not as the next step.
    expect(
      await page()
        .getByRole('button', { name: /^Retry/ })
        .count(),
    ).toBe(0)
    await tab(/^Issues/).click()
    await page()
      .getByRole('button', { name: /^File is damaged/ })
      .click()
    await page().getByText('Fix the cause first').waitFor()
    await page()
      .getByRole('button', { name: /^Retry these: File is damaged/ })
      .click()
    await page()
      .getByRole('button', { name: /^Migrate 1 document / })
      .click()
    await page().getByRole('button', { name: 'Start migration' }).click()
    await heading('Migration completed with failures').waitFor({ timeout: 60_000 })
    const [retry = ''] = runs.ids()
    const dialog = page().getByRole('dialog', { name: 'Forget this run?' })
    await tab('Record').click()
    const ask = () => page().getByRole('button', { name: 'Forget…' }).click()
    expect(await seriousFindingsOf(page(), dialog, ask)).toEqual([])
    await ask()
    await dialog.getByRole('button', { name: 'Forget run' }).click()
    await heading('History').waitFor()
    expect(runs.has(retry)).toBe(false)
  })

  it('shows the record of a run: state file, paths of before, comparison, report', async () => {
    const open = () =>
      page()
        .getByRole('button', { name: /^Open the run of/ })
        .last()
        .click()
    const back = () => page().getByRole('button', { name: 'Run', exact: true }).click()
    await open()
    await tab(/^Files/).click()
    await page().getByRole('grid').getByRole('row').nth(1).waitFor()
    expect(await seriousFindings(page())).toEqual([])
    await tab('Record').click()
    await page().getByRole('button', { name: 'View state file' }).click()
    await page().getByRole('heading', { name: 'completed migrations' }).waitFor()
    expect(await seriousFindings(page())).toEqual([])
    await back()
    await page().getByRole('button', { name: 'View paths' }).click()
    expect(await page().getByRole('table', { name: 'Original paths' }).getByRole('row').count()).toBe(51)
    expect(await seriousFindings(page())).toEqual([])
    await back()
    const compare = page().getByRole('dialog', { name: 'Compare with another run' })
    const ask = () => page().getByRole('button', { name: 'Compare…' }).click()
    expect(await seriousFindingsOf(page(), compare, ask)).toEqual([])
    await ask()
    await page().getByRole('dialog').getByRole('button', { name: 'Compare' }).click()
    await page().getByRole('table', { name: 'Side by side' }).waitFor()
    expect(await seriousFindings(page())).toEqual([])
    await back()
    const path = join(world.home, 'report.html')
    await saveAs(path)
    await page().getByRole('button', { name: 'Save the report as HTML…' }).click()
    await page().getByText(`Report saved to ${path}`).waitFor()
    expect(await readFile(path, 'utf8')).toContain('File is damaged')
  })

  it('shows a support bundle before it is written, and no secret is in it', async () => {
    await install('docker', `echo "readur: connected to ${world.sandbox.databaseUrl}"`)
    await page().getByRole('button', { name: 'Create support bundle…' }).click()
    await page().getByLabel('Readur container').fill('readur-app')
    await page().getByRole('button', { name: 'Preview' }).click()
    const dialog = page().getByRole('dialog', { name: 'Contents of the support bundle' })
    await dialog.getByRole('button', { name: /^checklist\.md/ }).click()
    for (const line of ['[x] Have backup of data before migration: pg_dump of 20', '[x] Verified S3 credentials'])
      await dialog.getByText(line).waitFor()
    expect(await seriousFindingsHere(page())).toEqual([])
    await dialog.getByRole('button', { name: /^logs\/readur\.log/ }).click()
    await dialog.getByText('readur: connected to postgres').waitFor()
    const path = join(programs, 'support.zip')
    await saveAs(path)
    await dialog.getByRole('button', { name: 'Save…' }).click()
    await page().getByText(`Support bundle saved to ${path}.`).waitFor()
    const texts = Object.entries(unzipSync(await readFile(path)))
    expect(texts.map(([name]) => name)).toEqual(expect.arrayContaining(['run/errors.json', 'logs/readur.log']))
    for (const [name, bytes] of texts) {
      const found = Object.values(world.secrets).flatMap(writtenForms)
      expect(
        found.filter((form) => Buffer.from(bytes).includes(form)),
        name,
      ).toEqual([])
    }
  })

  it('finds everything by the keyboard, and lists the keys', async () => {
    await page().keyboard.press('Control+k')
    const search = page().getByRole('dialog', { name: 'Find anything' })
    await search.waitFor()
    await page().keyboard.type('settings')
    await page().keyboard.press('Enter')
    await heading('Settings').waitFor()
    const find = () => page().keyboard.press('Control+k')
    expect(await seriousFindingsOf(page(), search, find)).toEqual([])
    const keys = page().getByRole('dialog', { name: 'Keyboard shortcuts' })
    expect(await seriousFindingsOf(page(), keys, () => page().keyboard.press('F1'))).toEqual([])
  })

  it('goes where the menu of the platform says', async () => {
    const choose = (menu: string, label: string) =>
      opened.app.evaluate(
        ({ Menu }, path) => {
          const top = Menu.getApplicationMenu()?.items.find((item) => item.label === path.menu)
          top?.submenu?.items.find((item) => item.label === path.label)?.click()
        },
        { menu, label },
      )
    await choose('View', 'History')
    await heading('History').waitFor()
    await choose('File', 'Settings…')
    await heading('Settings').waitFor()
  })

  it('keeps what was set over a reload, and writes numbers accordingly', async () => {
    expect(await seriousFindings(page())).toEqual([])
    const licences = page().getByRole('dialog', { name: /^Licences of \d+ packages/ })
    const open = () => page().getByRole('button', { name: 'Licences…' }).click()
    expect(await seriousFindingsOf(page(), licences, open)).toEqual([])
    await page().getByLabel('Format').selectOption('de-DE')
    await page()
      .getByText(/1\.234\.567 documents/)
      .waitFor()
    await page().reload()
    await page()
      .getByText(/1\.234\.567 documents/)
      .waitFor()
    await page().getByLabel('Format').selectOption('')
  })

  it('never had anything refused by its own content policy', () => {
    expect(opened.complaints).toEqual([])
  })

  it('never told a secret: in no answer, error or progress, not in the terminal, on no command line, in no file', async () => {
    const database = new URL(world.sandbox.databaseUrl)
    database.pathname = '/nowhere'
    await world.addProfile('no-database', 'No database', { DATABASE_URL: database.href })
    await world.addProfile('no-bucket', 'No bucket', { S3_BUCKET_NAME: 'no-such-bucket' })
    const plan = async (id: string) => {
      const reply = await invoke(page(), 'runs.plan', id, {})
      return reply.ok ? 'planned' : reply.error.code
    }
    expect([await plan('no-database'), await plan('no-bucket')]).toEqual(['DB_MISSING', 'S3_NO_BUCKET'])

    const said = await ipc()
    const names = ['profiles.list', 'runs.plan', 'runs.start', 'runs.planRows', 'runs.problems', 'run.snapshot']
    const silent = names.filter((name) => !said.some((line) => new RegExp(`^${name} (\\[\\{|\\{)`).test(line)))
    expect(silent).toEqual([])
    const places = new Map<string, Buffer>([
      ['IPC', Buffer.from(said.join('\n'))],
      ['terminal', Buffer.from(opened.output())],
      ['command lines', Buffer.from(await commandLines(opened.app))],
    ])
    await opened.close()
    for (const [path, bytes] of await bytesBelow(world.home)) places.set(relative(world.home, path), bytes)

    /** Where a text was written down, in any form. */
    const placesOf = (text: string): string[] => {
      const forms = writtenForms(text)
      return [...places].filter(([, bytes]) => forms.some((form) => bytes.includes(form))).map(([name]) => name)
    }
    // What is no secret is found: in what was said, in the run store, in the state file and among the profiles.
    expect(placesOf('Sandbox')).toEqual(expect.arrayContaining(['IPC', 'profiles.json']))
    const written = placesOf(world.sandbox.s3.bucket)
    expect(written).toEqual(expect.arrayContaining(['IPC', expect.stringMatching(/^runs\W/)]))
    expect([...places.keys()]).toEqual(expect.arrayContaining([expect.stringMatching(/^states\Wmigration_state_\d/)]))
    for (const secret of Object.values(world.secrets)) expect(placesOf(secret)).toEqual([])
  })

  it.runIf(process.platform !== 'win32')('keeps the profiles and the runs from other users', async () => {
    const modeOf = async (name: string) => (await stat(join(world.home, name))).mode & 0o777
    expect(await modeOf('profiles.json')).toBe(0o600)
    expect([await modeOf('runs'), await modeOf('states')]).toEqual([0o700, 0o700])
  })
})
