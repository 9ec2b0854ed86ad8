import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { openProfiles } from '../../src/main/profiles/headless.ts'
import { openSandbox, removeSandbox, type Sandbox } from '../../src/sandbox/index.ts'

/** Everything the page complained about: refusals of the content policy show up here. */
export type Complaints = string[]

export interface OpenWindow {
  app: ElectronApplication
  page: Page
  complaints: Complaints
  close: () => Promise<void>
}

/** A sandbox of its own with a profile "Sandbox" in a data folder of its own. */
export interface World {
  sandbox: Sandbox
  home: string
  remove: () => Promise<void>
}

/** The large file is smaller than in the demo, but still above the threshold for parts that the tests set. */
export async function openWorld(scale: { documents: number; largeFileBytes: number }): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-e2e-'))
  const [world, home] = [join(dir, 'world'), join(dir, 'home')]
  const sandbox = await openSandbox({ dir: world, scale })
  openProfiles(home).save({ id: 'sandbox', name: 'Sandbox', envFile: sandbox.envFile })
  return {
    sandbox,
    home,
    remove: async () => {
      await sandbox.stop()
      await removeSandbox(world)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Opens the real window. As root Chromium needs --no-sandbox; the product itself never sets it. */
export async function openWindow(home: string): Promise<OpenWindow> {
  const executablePath = process.env.READUR_ELECTRON
  if (executablePath === undefined) throw new Error('Run these tests with: npm run test:e2e')
  const app = await _electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', process.cwd()],
    env: { ...definedOnly(process.env), READUR_MIGRATE_HOME: home },
  })
  const page = await app.firstWindow()
  const complaints: Complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { app, page, complaints, close: () => app.close() }
}

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
