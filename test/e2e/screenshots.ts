import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { loseFiles, loseObject, movedDocuments } from './outside.ts'
import { openWindow, openWorld } from './window.ts'

const { scale } = parseArgs({ options: { scale: { type: 'string' } } }).values

/**
 * Goes through the window on the sandbox and takes a picture of every screen, light and dark, small and large. With a scale
 * of the display: as large as a display of 3840 × 2160 is then.
 */
const folder = resolve(scale === undefined ? 'docs/images' : `test-results/wide/${scale}`)
const sizes = {
  small: { width: 1024, height: 700 },
  large:
    scale === undefined ? { width: 1440, height: 900 } : { width: 3840 / Number(scale), height: 2160 / Number(scale) },
}
const args = scale === undefined ? [] : [`--force-device-scale-factor=${scale}`]

await mkdir(folder, { recursive: true })
const world = await openWorld({ documents: 300, largeFileBytes: 120 * 1024 ** 2 })
let opened = await openWindow(world.home, {}, args)
let { page, app } = opened

async function resize(size: { width: number; height: number }): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  )
  await page.waitForFunction((width) => window.innerWidth === width, size.width)
}

async function paint(theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor()
}

/** A screen that stays as it is: in both themes, the light one in both sizes. */
async function capture(name: string): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
  await paint('dark')
  await page.screenshot({ path: join(folder, `${name}-dark.png`), animations: 'disabled' })
  await paint('light')
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
  await resize(sizes.small)
  await page.screenshot({ path: join(folder, `${name}-small.png`), animations: 'disabled' })
  await resize(sizes.large)
}

/** The lower part of a screen. */
async function captureBelow(name: string, region: string): Promise<void> {
  await page.getByRole('region', { name: region }).scrollIntoViewIfNeeded()
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}

/** A screen that moves: one picture, as soon as something can be seen. */
async function captureRun(name: string, bar: string): Promise<void> {
  await page.getByRole('progressbar', { name: bar }).waitFor()
  // On a quick computer it may have ended by then.
  await page.waitForFunction(
    () =>
      (Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0) >= 20 &&
        document.querySelector('[aria-label^=Files] > li') !== null) ||
      (document.querySelector('h1')?.textContent ?? '').includes('completed'),
    undefined,
    { timeout: 120_000 },
  )
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

const button = (name: string | RegExp) => page.getByRole('button', { name })
const exact = (name: string) => page.getByRole('button', { name, exact: true })
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** A dialog in both themes, on its screen. */
async function captureDialog(name: string, title: string, open: () => Promise<void>): Promise<void> {
  await paint('dark')
  await open()
  await page.getByRole('dialog', { name: title }).waitFor()
  await page.screenshot({ path: join(folder, `${name}-dark.png`), animations: 'disabled' })
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: title }).waitFor({ state: 'hidden' })
  await paint('light')
  await open()
  await page.getByRole('dialog', { name: title }).waitFor()
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}

async function captureMigration(): Promise<void> {
  await page
    .getByRole('region', { name: 'Documents', exact: true })
    .getByText(/ local$/)
    .waitFor()
  await page.getByRole('region', { name: 'The way to S3' }).waitFor()
  await capture('overview')
  await button('Check (Sandbox)').click()
  await button('Check again').waitFor({ timeout: 60_000 })
  await capture('checks')
  await page.keyboard.press('Control+Shift+O')
  await button('Make a plan for Sandbox').click()
  const migrate = button(/^Migrate \d+ files/)
  await migrate.waitFor()
  await capture('plan')
  const backUp = () => button('Back up database…').click()
  await captureDialog('backup', 'Back up the database of “Sandbox”', backUp)
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: /^Files/ }).click()
  await page.getByRole('grid').getByRole('row').nth(3).click()
  await page.getByRole('complementary', { name: 'Details of the file' }).waitFor()
  await capture('plan-files')
  await page.getByRole('tab', { name: /^Issues/ }).click()
  await capture('plan-issues')
  await page.getByRole('tab', { name: 'Summary' }).click()
  await captureDialog('confirm', 'Start the migration?', () => migrate.click())
  await button('Start migration').click()
  await captureRun('run', 'Migration')
  await heading(/^Migration completed/).waitFor({ timeout: 120_000 })
  await capture('result')
  await page.getByRole('tab', { name: /^Issues/ }).click()
  await capture('result-issues')
  await page.getByRole('tab', { name: /^Files/ }).click()
  await page.getByRole('grid').getByRole('row').nth(3).click()
  await page.getByRole('complementary', { name: 'Details of the file' }).waitFor()
  await capture('result-files')
  await page.getByRole('tab', { name: 'Record' }).click()
  await capture('result-record')
  await captureRecord()
  await page.getByRole('tab', { name: 'Summary' }).click()
  await captureDialog('free', 'Free up space', () => button('Free up space…').click())
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Shift+O')
  await exact('Sandbox').click()
  await page.getByRole('region', { name: 'The way to S3' }).waitFor()
  await capture('overview-under-way')
  await exact('History').first().click()
  await button(/^Open the run of .*Migration/)
    .first()
    .click()
}

/** What there is to see of a run that has ended, beside its result. */
async function captureRecord(): Promise<void> {
  const back = () => exact('Run').click()
  await button('View state file').click()
  await heading('State file').waitFor()
  await capture('state-file')
  await back()
  await button('View paths').click()
  await page.getByRole('table', { name: 'Original paths' }).waitFor()
  await capture('paths')
  await back()
  await captureDialog('support', 'Contents of the support bundle', async () => {
    await button('Create support bundle…').click()
    await button('Preview').click()
  })
  await page.keyboard.press('Escape')
  await captureDialog('forget', 'Forget this run?', () => button('Forget…').click())
  await page.keyboard.press('Escape')
}

/** All rows, files and objects compared with one another. */
async function captureAudit(): Promise<void> {
  await page.keyboard.press('Control+Shift+O')
  await exact('Sandbox').click()
  await captureDialog('audit-choice', 'Audit of “Sandbox”', () => button('Audit…').click())
  await exact('Start audit').click()
  await heading(/^Issues found/).waitFor({ timeout: 120_000 })
  await button(/^File not found/).click()
  await capture('audit')
  await page.getByRole('tab', { name: /^Issues and notes/ }).click()
  await page.getByRole('grid').getByRole('row').nth(2).click()
  await page.getByRole('complementary', { name: 'Details of the issue' }).waitFor()
  await capture('audit-findings')
  await captureRepairs()
}

/** What an audit has found is put right, and that is taken back. */
async function captureRepairs(): Promise<void> {
  await button('Choose repairs…').first().click()
  await heading(/^Repair issues found/).waitFor()
  await page.getByRole('checkbox', { name: /^Delete records of lost documents/ }).check()
  await capture('repairs')
  await button('Preview').click()
  const start = button(/^Repair \d+ items/)
  await start.waitFor({ timeout: 60_000 })
  await button(/^Files quarantined/).click()
  await capture('repair-plan')
  await captureDialog('repair-confirm', 'Start the repairs?', () => start.click())
  await button('Start repairs').click()
  await heading(/^Repair completed/).waitFor({ timeout: 60_000 })
  await capture('repair-result')
  await button('Undo…').click()
  await button(/^Undo \d+ repairs/).waitFor({ timeout: 60_000 })
  await capture('repair-undo')
}

/** A run looked at from all sides. */
async function captureValidation(): Promise<void> {
  await page.keyboard.press('Control+Shift+O')
  await exact('Sandbox').click()
  await button('Validate (Sandbox)').click()
  await heading(/^Validate the run/).waitFor()
  await capture('validate-choice')
  await button('Validate').click()
  await page.getByRole('table', { name: 'Counts that must match' }).waitFor({ timeout: 60_000 })
  await capture('validation')
  await exact('Run').click()
}

/** What is set for the whole program, and what lies over every screen. */
async function captureProgram(): Promise<void> {
  await exact('Settings').click()
  await heading('Settings').waitFor()
  await capture('settings')
  await captureBelow('settings-below', 'About')
  await captureDialog('licences', 'Licences', () => button('Licences…').click())
  await page.keyboard.press('Escape')
  await captureDialog('find', 'Find anything', () => page.keyboard.press('Control+k'))
  await page.keyboard.press('Escape')
  await captureDialog('shortcuts', 'Keyboard shortcuts', () => page.keyboard.press('F1'))
  await page.keyboard.press('Escape')
}

/** Two runs of one connection. */
async function captureComparison(): Promise<void> {
  await exact('History').first().click()
  await button(/^Open the run of .*Migration/)
    .last()
    .click()
  await page.getByRole('tab', { name: 'Record' }).click()
  await button('Compare…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('table', { name: 'Side by side' }).waitFor()
  await capture('compare')
}

/** Compares the run with a world in which somebody has lost objects and files. */
async function captureVerify(): Promise<void> {
  const withoutFile = await loseFiles(world.sandbox, 12)
  const moved = (await movedDocuments(world.sandbox)).filter(({ id }) => !withoutFile.includes(id))
  for (const { key } of moved.slice(0, 2)) await loseObject(world.sandbox, key)
  await button('Verify…').click()
  await button('Verify').click()
  await page.getByRole('region', { name: 'Differences' }).waitFor({ timeout: 60_000 })
  await button(/^File not found in the bucket/).click()
  await capture('verify')
  await captureDialog('repair', 'Upload missing S3 copies again?', () => button('Upload again…').click())
  await page.getByRole('dialog').getByRole('button', { name: 'Upload again' }).click()
  await page.getByText(/uploaded again/).waitFor()
}

async function captureRollback(): Promise<void> {
  await button('History').click()
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  await button(/^Open the run of .*Migration/)
    .first()
    .click()
  await page.getByRole('tab', { name: 'Summary' }).click()
  await button('Roll back…').first().click()
  await heading(/^Roll back the run/).waitFor()
  await page.getByRole('radio', { name: 'Chosen documents' }).check()
  await page.getByRole('table', { name: 'Documents of this run' }).waitFor()
  await page
    .getByRole('checkbox', { name: /^Select / })
    .first()
    .check()
  await capture('rollback-choice')
  await page.getByRole('radio', { name: 'Everything' }).check()
  await button('Preview').click()
  const start = button(/^Roll back \d+ documents/)
  await start.waitFor({ timeout: 60_000 })
  await capture('rollback-plan')
  await start.click()
  await captureRun('rollback-run', 'Rollback')
  await heading(/^Rollback completed/).waitFor({ timeout: 120_000 })
  await capture('rollback-result')
}

/** Ends the application in the middle of a migration, as a power cut would, and opens it again. */
async function captureInterrupted(): Promise<void> {
  await page.keyboard.press('Control+Shift+O')
  await button('Make a plan for Sandbox').click()
  await button(/^Migrate \d+ files/).click()
  await button('Start migration').click()
  await page.waitForFunction(
    () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0) >= 20,
  )
  app.process().kill('SIGKILL')
  const again = await openWindow(world.home, {}, args)
  opened = again
  ;({ page, app } = again)
  await resize(sizes.large)
  await page.getByRole('region', { name: 'Interrupted runs' }).waitFor()
  await capture('interrupted')
  await button('History').click()
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  await capture('history')
  await captureDialog('import', 'Import a state file', () => button('Import a state file…').click())
}

/** From the first start to a connection that is tested, one that fails, and one that SSH leads to. */
async function captureConnections(): Promise<void> {
  const sshd = await startSshd({ as: 'root' })
  const home = join(world.home, '..', 'first')
  const user = join(home, 'user', '.ssh')
  await mkdir(user, { recursive: true })
  const hosts = ['Host nas', '  HostName 127.0.0.1', `  Port ${sshd.port}`, '  User ada', '  ProxyJump bastion', '']
  await writeFile(join(user, 'config'), [...hosts, 'Host bastion', '  HostName bastion.example.org'].join('\n'))
  const first = await openWindow(home, { HOME: join(user, '..') }, args)
  ;({ page, app } = first)
  try {
    await resize(sizes.large)
    await heading('Welcome').waitFor()
    await capture('welcome')
    await button('New connection').first().click()
    await heading('New connection').waitFor()
    await capture('connection')
    await captureFound()
    await captureTests()
    await captureServer(sshd)
  } finally {
    await first.close()
    await sshd.stop()
    ;({ page, app } = opened)
  }
}

const filledIn = () => page.getByText(/settings filled in from/).waitFor()

async function captureFound(): Promise<void> {
  const compose = resolve('test/fixtures/compose/readur/docker-compose.yml')
  await button('Paste text').click()
  await page.getByLabel('Readur’s settings as text').fill(await readFile(compose, 'utf8'))
  await button('Fill in').click()
  await filledIn()
  await capture('connection-found')
  await button('Undo').click()
  await button('Paste text').click()
  await page.getByLabel('Readur’s settings as text').fill(await readFile(world.sandbox.envFile, 'utf8'))
  await button('Fill in').click()
  await filledIn()
  await page.getByLabel('Name', { exact: true }).fill('Home server')
}

async function captureTests(): Promise<void> {
  await button('Save and check').click()
  await page.getByText(/^Ready to migrate/).waitFor()
  await capture('connection-checked')
  await button('Replace password').click()
  await page.keyboard.type('not the password')
  await button('Save and check').click()
  await button('Go to field').first().waitFor()
  await capture('connection-failed')
}

async function captureServer(sshd: Sshd): Promise<void> {
  await page.getByRole('radio', { name: /^A server, over SSH/ }).check()
  const host = page.getByRole('combobox', { name: 'Host', exact: true })
  await host.fill('n')
  await page.getByRole('option', { name: /^nas/ }).click()
  await page.getByText(/^Resolves to/).waitFor()
  await capture('connection-server')
  await host.fill('127.0.0.1')
  await page
    .getByRole('region', { name: /^Where Readur runs/ })
    .getByLabel('Port')
    .fill(String(sshd.port))
  const test = () => button('Save and check').click()
  await captureDialog('host-key', 'Is this the right server?', test)
  await page.keyboard.press('Escape')
  await heading('Home server').waitFor()
  await button('More actions for Home server').click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await page.getByText('duplicated').waitFor()
  await capture('connections')
}

try {
  await resize(sizes.large)
  await captureConnections()
  await captureMigration()
  await captureValidation()
  await captureVerify()
  await captureRollback()
  await captureComparison()
  await captureAudit()
  await captureProgram()
  await captureInterrupted()
} finally {
  await opened.close()
  await world.remove()
}
