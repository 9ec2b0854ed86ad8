import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'

// Without types: the files of this test are not on disk, so that TypeScript does not know them.
const eslint = new ESLint({ overrideConfig: tseslint.configs.disableTypeChecked })
const rules = ['layers/imports', 'no-restricted-imports', 'no-restricted-syntax', 'no-restricted-globals']

/** What the rules that hold the layers say to code in a file. */
async function refusals(filePath, code) {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath })
  expect(messages.filter(({ fatal }) => fatal)).toEqual([])
  return messages.filter(({ ruleId }) => rules.includes(ruleId)).map(({ message }) => message)
}

const files = {
  shared: 'src/shared/probe.ts',
  engine: 'src/main/engine/plan/probe.ts',
  adapters: 'src/main/adapters/s3/probe.ts',
  discovery: 'src/main/discovery/probe.ts',
  profiles: 'src/main/profiles/probe.ts',
  runs: 'src/main/runs/probe.ts',
  cli: 'src/main/cli/probe.ts',
  handlers: 'src/main/ipc/handlers.ts',
  wrapper: 'src/main/ipc/electron.ts',
  window: 'src/main/window/probe.ts',
  desktop: 'src/main/desktop.ts',
  headless: 'src/main/cli.ts',
  preload: 'src/preload/index.ts',
  renderer: 'src/renderer/stores/probe.ts',
  screen: 'src/renderer/screens/run/probe.tsx',
  sandbox: 'src/sandbox/probe.ts',
}
const table = (lines) =>
  Object.entries(lines).flatMap(([layer, all]) => all.map((code) => [layer, code.replace(/^(?=[.\w@:/-]+$)/, 'from ')]))
/** A bare specifier stands for an import of it. */
const codeOf = (line) => (line.startsWith('from ') ? `import * as it from '${line.slice(5)}'; it()` : line)

describe('lint refuses', () => {
  it.each(
    table({
      engine: [
        '../../cli/program.ts',
        '../../site.ts',
        '../../desktop.ts',
        '../../adapters/retry.ts',
        './../../adapters/retry.ts',
        '../../engine/../runs/runFolder.ts',
        '../../../sandbox/index.ts',
        'electron',
        'electron/main',
        'pg',
        'pg/lib/client.js',
        'ssh2',
        '@aws-sdk/client-s3',
        '@smithy/types',
        'conf',
        'p-retry',
        'node:net',
        'net',
        'http',
        'node:child_process',
        'dns/promises',
        'node:module',
        '/work/anything.ts',
        'file:///anything.ts',
        "await import('pg')",
        "await import('@aws-sdk/client-s3')",
        "await import('../../adapters/retry.ts')",
        'await import(`p${1}g`)',
        "export * from 'pg'",
        "export { Client } from 'pg'",
        "import type { Client } from 'pg'; export type C = Client",
        "export type C = import('pg').Client",
        "import pg = require('pg'); pg()",
        'document.title()',
        "await fetch('https://example.com')",
        "await globalThis.fetch('https://example.com')",
      ],
      adapters: [
        '../../ipc/handlers.ts',
        '../../profiles/settings.ts',
        '../../runs/runFolder.ts',
        '../../cli/text.ts',
        '../../site.ts',
        '../../../renderer/api.ts',
        'electron',
        'document.title()',
        'window.close()',
      ],
      discovery: [
        '../adapters/retry.ts',
        '../profiles/settings.ts',
        "import type { Variables } from '../profiles/settings.ts'; export type V = Variables",
        '../cli/text.ts',
        'ssh2',
        'pg',
        'node:net',
        'node:child_process',
        'electron',
      ],
      profiles: ['../adapters/s3/client.ts', '../ipc/handlers.ts', './desktop.ts', 'electron-store', 'pg'],
      runs: ['pg', '@aws-sdk/client-s3', '../adapters/retry.ts', '../ipc/handlers.ts', '../cli/text.ts', 'electron'],
      cli: ['../profiles/desktop.ts', '../desktop.ts', '../window/protocol.ts', '../adapters/retry.ts', 'electron'],
      headless: ['./desktop.ts', './ipc/electron.ts', './profiles/desktop.ts', 'electron'],
      handlers: [
        'electron',
        './electron.ts',
        '../adapters/retry.ts',
        "import { ipcMain } from 'electron'; ipcMain.on()",
      ],
      wrapper: ["import { ipcRenderer } from 'electron'; ipcRenderer.send()", '../adapters/retry.ts'],
      window: [
        "import { ipcMain } from 'electron'; ipcMain.on()",
        "import { ipcMain as it } from 'electron/main'; it.on()",
        "import electron from 'electron'; electron.ipcMain.on()",
        "import * as electron from 'electron'; electron.ipcMain.on()",
        "export { ipcMain } from 'electron'",
        "(await import('electron')).ipcMain.on()",
        '../runs/runManager.ts',
        '../../preload/index.ts',
        'localStorage.clear()',
      ],
      desktop: ["import { ipcMain } from 'electron'; ipcMain.on()", '../renderer/api.ts', '../sandbox/index.ts', 'pg'],
      preload: [
        "import { shell } from 'electron'; shell.beep()",
        "import electron from 'electron'; electron()",
        '../main/version.ts',
        '../renderer/api.ts',
        'node:fs',
        'zod',
        'process.exit()',
      ],
      renderer: [
        'fs/promises',
        'net',
        'node:fs',
        'libsql',
        'conf',
        'electron',
        'pg',
        '../../main/version.ts',
        '../../preload/index.ts',
        '../screens/run/runView.tsx',
        '../../sandbox/index.ts',
        '../../../package.json',
        "await import('../../main/version.ts')",
        "await import('node:fs')",
        'process.exit()',
        'export const it = process.env.HOME',
        "Buffer.from('')",
        "globalThis.process.getBuiltinModule('fs')",
      ],
      screen: [
        '../result/resultView.tsx',
        '../../app.tsx',
        '../../../main/version.ts',
        'node:path',
        "import { ipcRenderer } from 'electron'; ipcRenderer.send()",
      ],
      shared: [
        'fs/promises',
        'zod',
        'react',
        'electron',
        '../main/version.ts',
        'export const it = process.env.HOME',
        'document.title()',
        'globalThis.document.title()',
        "Buffer.from('')",
      ],
      sandbox: ['../main/version.ts', '../shared/run.ts', '../renderer/api.ts', 'electron', 'conf'],
    }),
  )('in %s: %s', async (layer, line) => expect(await refusals(files[layer], codeOf(line))).not.toEqual([]))

  it('a file that lies in no layer, whatever it imports', async () => {
    expect(await refusals('src/elsewhere/probe.ts', codeOf('from zod'))).not.toEqual([])
  })

  it('with a message that names the import, the reason and the table', async () => {
    expect(await refusals(files.engine, codeOf('from pg'))).toEqual([
      '“pg” is not for this file: the engine is pure: it reaches vendors and the network through ports.ts. ' +
        'The table is in eslint.layers.js.',
    ])
  })
})

describe('lint lets pass', () => {
  it.each(
    table({
      engine: ['../ports.ts', '../../../shared/run.ts', 'libsql', 'zod', 'p-limit', 'node:fs/promises', 'crypto'],
      adapters: [
        '../retry.ts',
        '../../engine/ports.ts',
        '../../../shared/errors.ts',
        '@aws-sdk/client-s3',
        'ssh2',
        'ssh-config',
        'node:net',
      ],
      discovery: ['./secret.ts', '../engine/errors.ts', 'yaml', 'zod', 'node:path/posix'],
      profiles: [
        './settings.ts',
        '../engine/errors.ts',
        "import type { S3Settings } from '../adapters/s3/client.ts'; export type S = S3Settings",
      ],
      runs: ['../site.ts', '../engine/migrate.ts', '../profiles/settings.ts', 'node:fs'],
      cli: ['../runs/runFolder.ts', '../profiles/headless.ts', 'commander', 'process.exit()'],
      headless: ['./cli/program.ts'],
      handlers: ['../engine/errors.ts', '../runs/runFolder.ts', 'zod'],
      wrapper: ["import { ipcMain } from 'electron'; ipcMain.on()", './handlers.ts'],
      window: ["import { BrowserWindow } from 'electron'; new BrowserWindow()", 'node:path'],
      desktop: ['./ipc/electron.ts', './profiles/desktop.ts', "import { app } from 'electron'; app.quit()"],
      preload: [
        "import { contextBridge, ipcRenderer } from 'electron'; contextBridge(ipcRenderer)",
        '../shared/ipc.ts',
      ],
      renderer: ['../../shared/run.ts', '../api.ts', 'zustand/vanilla', 'react-dom/client', 'document.title()'],
      screen: [
        './runView.tsx',
        '../../components/panel.tsx',
        '@mantine/core/styles.css',
        '@tabler/icons-react',
        '../../../../resources/icon.svg',
      ],
      shared: ['./errors.ts'],
      sandbox: ['./check.ts', 'pg', 'node:net'],
    }),
  )('in %s: %s', async (layer, line) => expect(await refusals(files[layer], codeOf(line))).toEqual([]))
})
