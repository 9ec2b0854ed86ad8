import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright-core'

/** What main process and window say to each other from now on; gives it all as text, a line each. */
export async function listenToIpc(app: ElectronApplication): Promise<() => Promise<string[]>> {
  const heard = await app.evaluateHandle(({ ipcMain, BrowserWindow }) => {
    type Handler = (...args: unknown[]) => unknown
    const lines: string[] = []
    // Not in Electron's types.
    const handlers: unknown = Reflect.get(ipcMain, '_invokeHandlers')
    if (!(handlers instanceof Map)) throw new Error('This Electron keeps its handlers elsewhere.')
    for (const [channel, handler] of [...(handlers as Map<string, Handler>)]) {
      handlers.set(channel, async (...args: unknown[]) => {
        const reply = await handler(...args)
        // After Electron's event comes the name of the command.
        lines.push(`${String(args[1])} ${JSON.stringify(reply)}`)
        return reply
      })
    }
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      const send = webContents.send.bind(webContents)
      webContents.send = (channel, ...args: unknown[]) => {
        const [name, ...payload] = args
        lines.push(`${String(name)} ${JSON.stringify(payload)}`)
        send(channel, ...args)
      }
    }
    return lines
  })
  return () => heard.evaluate((lines) => lines)
}

/** The command line of every process of the application, as other users of the computer can see it. */
export async function commandLines(app: ElectronApplication): Promise<string> {
  const own = await app.evaluate(() => process.argv.join(' '))
  if (process.platform !== 'linux') return own
  const pids = await app.evaluate(({ app: electron }) => electron.getAppMetrics().map(({ pid }) => pid))
  const all = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return [own, ...all].join('\n')
}

/** All bytes of each file below a folder. */
export async function bytesBelow(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(path, await readFile(path))
  }
  return files
}

/** The ways in which programs write a text down: as it is, as in an address, in two bytes a letter, in base 64. */
export function writtenForms(text: string): Buffer[] {
  const inBase64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(' '.repeat(shift) + text).toString('base64')
    // Letters at both ends depend on the neighbours.
    return encoded.slice(shift === 0 ? 0 : 4, -4)
  })
  return [
    ...[text, encodeURIComponent(text), Buffer.from(text).toString('hex'), ...inBase64].map((form) =>
      Buffer.from(form),
    ),
    Buffer.from(text, 'utf16le'),
  ]
}
