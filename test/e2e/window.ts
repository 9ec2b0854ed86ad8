import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Locator, type Page } from 'playwright-core'
import type { Commands } from '../../src/main/ipc/commands.ts'
import { readEnvFile } from '../../src/main/profiles/envFile.ts'
import { openProfiles } from '../../src/main/profiles/headless.ts'
import { readSettings } from '../../src/main/profiles/settings.ts'
import { bucketOf } from '../../src/main/runs/readur/lookAtReadur.ts'
import { ReadurStateStore } from '../../src/main/runs/readur/readurStateStore.ts'
import type { Call, Reply } from '../../src/renderer/api.ts'
import { openSandbox, removeSandbox, type Sandbox } from '../../src/sandbox/index.ts'

export interface OpenWindow {
  app: ElectronApplication
  page: Page
  /** Everything the page complained about since it began to load: refusals of the content policy show up here. */
  complaints: string[]
  /** What the application wrote to its terminal. */
  output: () => string
  close: () => Promise<void>
}

/** Calls a command as the page does. */
export async function invoke<C extends keyof Commands>(
  page: Page,
  command: C,
  ...args: Parameters<Call<C>>
): Promise<Awaited<ReturnType<Call<C>>>> {
  const reply: Reply<unknown> | undefined = await page.evaluate(
    (called) => window.readur?.invoke(called.command, ...called.args),
    { command, args },
  )
  if (!reply) throw new Error('The page has no bridge.')
  return reply as Awaited<ReturnType<Call<C>>>
}

/** A sandbox of its own with a profile "Sandbox" in a data folder of its own. */
export interface World {
  sandbox: Sandbox
  home: string
  /** The database's password and S3's secret, as the profile's settings hold them. */
  secrets: { password: string; secretAccessKey: string }
  /** Adds a profile whose settings are the sandbox's own, but for those given. */
  addProfile: (id: string, name: string, changes: Record<string, string>) => Promise<void>
  remove: () => Promise<void>
}

/** The large file is smaller than in the demo, but still above the threshold for parts that the tests set. */
export async function openWorld(scale: { documents: number; largeFileBytes: number }): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-e2e-'))
  const [world, home] = [join(dir, 'world'), join(dir, 'home')]
  const sandbox = await openSandbox({ dir: world, scale })
  // s3rver takes any; one that appears nowhere else can be looked for.
  const secrets = { password: new URL(sandbox.databaseUrl).password, secretAccessKey: `secret-${randomUUID()}` }
  const addProfile: World['addProfile'] = async (id, name, changes) => {
    const all = { ...changes, S3_SECRET_ACCESS_KEY: secrets.secretAccessKey }
    const lines = Object.entries(all).map(([variable, value]) => `${variable}=${value}\n`)
    const envFile = join(dir, `${id}.env`)
    await writeFile(envFile, `${await readFile(sandbox.envFile, 'utf8')}${lines.join('')}`, { mode: 0o600 })
    openProfiles(home).save({ id, name, server: null, envFile, variables: {} })
    // That Readur was restarted with the sandbox's settings, nothing can tell: the user has said so.
    const place = bucketOf(readSettings(await readEnvFile(envFile)))
    if (changes.S3_ENABLED === undefined) new ReadurStateStore(home).confirm(id, place, true)
  }
  await addProfile('sandbox', 'Sandbox', {})
  return {
    sandbox,
    home,
    secrets,
    addProfile,
    remove: async () => {
      await sandbox.stop()
      await removeSandbox(world)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/**
 * Opens the real window, with variables and switches of Chromium beside those of the tests. As root Chromium needs
 * --no-sandbox; the product itself never sets it.
 */
export async function openWindow(
  home: string,
  env: Record<string, string> = {},
  switches: readonly string[] = [],
): Promise<OpenWindow> {
  const executablePath = process.env.READUR_ELECTRON
  if (executablePath === undefined) throw new Error('Run these tests with: npm run test:e2e')
  const app = await launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', ...switches, process.cwd()],
    env: { ...definedOnly(process.env), ...env, READUR_MIGRATE_HOME: home },
    // An application that cannot start shows a dialog, and waits for nobody.
    timeout: 15_000,
  })
  const written: string[] = []
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => written.push(text))
  }
  const page = await app.firstWindow()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  // Nobody listened while it loaded for the first time.
  await page.waitForLoadState()
  await page.reload()
  return { app, page, complaints, output: () => written.join(''), close: () => app.close() }
}

/**
 * Playwright's first exchange with Electron gets stuck now and then on a busy computer (3 times of 14 at a load of 8 on 2
 * cores); an application that cannot start never does start.
 */
async function launch(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await _electron.launch(options)
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

export const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

/** Unfolds a step of the way to S3: only the next one is by itself. */
export const unfold = (step: Locator): Promise<void> =>
  step
    .locator('details')
    .first()
    .evaluate((details: HTMLDetailsElement) => void (details.open = true))

/** Shows a connection: what stands at the side. */
export const openConnection = (page: Page, name: string): Promise<void> =>
  page.getByRole('list', { name: 'Connections' }).getByRole('button', { name, exact: true }).click()

/**
 * Starts the migration of the plan that is shown with rows switched at once: a decision, where Readur is not known to be on
 * S3. `untried`: and is not tried either, where it could be.
 */
export async function switchAtOnce(page: Page, untried = false): Promise<void> {
  await page.getByRole('switch', { name: 'Copy now, switch later' }).uncheck({ force: true })
  await page.getByRole('button', { name: /^Migrate \d+ files/ }).click()
  const asked = page.getByRole('dialog', { name: 'Start the migration?' })
  if (untried) await asked.getByRole('checkbox', { name: /^Try Readur/ }).uncheck()
  await asked.getByRole('checkbox', { name: /^Switch anyway/ }).check()
  await asked.getByRole('button', { name: 'Start migration' }).click()
}
