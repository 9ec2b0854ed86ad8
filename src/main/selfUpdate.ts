import { readFile } from 'node:fs/promises'
import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { configureRequestOptions, configureRequestUrl, HttpExecutor, type DownloadOptions } from 'builder-util-runtime'
import type { AppUpdater } from 'electron-updater'
import { parse } from 'yaml'
import { z } from 'zod'
import { agentTo } from './adapters/http/agent.ts'
import { placeAt } from './adapters/http/proxy.ts'

/** What signed builds bring along (electron-builder.config.mjs): where later versions are. */
const feedSchema = z.object({ provider: z.literal('generic'), url: z.url() })

/**
 * Whether a program can install later versions itself: only where the platform verifies who signed them, which is macOS. The
 * updater's check for Windows accepts a file when PowerShell cannot be run; an AppImage has no signature, and a package is the
 * package manager’s.
 */
export async function isSelfUpdating(platform: string, resources: string): Promise<boolean> {
  if (platform !== 'darwin') return false
  try {
    return feedSchema.safeParse(parse(await readFile(join(resources, 'app-update.yml'), 'utf8'))).success
  } catch {
    // None, or one that says nothing: the window has to open all the same.
    return false
  }
}

/**
 * The updater’s requests through Node, as all of ours go: Chromium is kept from looking up any name (window/confine.ts).
 * Nothing is sent by which this installation could be told from others.
 */
class NodeRequests extends HttpExecutor<ClientRequest> {
  override createRequest(options: RequestOptions, callback: (response: IncomingMessage) => void): ClientRequest {
    const { protocol = 'https:', hostname, port, path, headers } = options
    const url = new URL(`${protocol}//${hostname ?? ''}${port ? `:${port}` : ''}${path ?? '/'}`)
    const kept = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'x-user-staging-id')
    const agent = agentTo(placeAt(url), undefined, { keepAlive: false })
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest
    return request({ ...options, protocol, headers: Object.fromEntries(kept), agent }, callback)
  }

  /** What the updater calls for a file; its sum is verified on the way. */
  async download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    const request: RequestOptions = { ...(options.headers && { headers: options.headers }) }
    configureRequestUrl(url, request)
    configureRequestOptions(request)
    return options.cancellationToken.createPromise((done, fail, onCancel) => {
      const callback = (error: Error | null): void => (error ? fail(error) : done(destination))
      this.doDownload(request, { destination, options, onCancel, callback, responseHandler: null }, 0)
    })
  }
}

/** Installs later versions by electron-updater: when it is told to, and never by itself. */
export class SelfUpdate {
  readonly #updater: AppUpdater
  readonly #busy: () => boolean

  /** @param busy whether a run or a backup is under way */
  constructor(updater: AppUpdater, busy: () => boolean) {
    Object.assign(updater, { httpExecutor: new NodeRequests() })
    updater.logger = null
    updater.autoDownload = false
    updater.autoInstallOnAppQuit = false
    updater.allowDowngrade = false
    updater.disableWebInstaller = true
    updater.disableDifferentialDownload = true
    this.#updater = updater
    this.#busy = busy
  }

  /** Downloads the version that was offered; its sum and its signature are verified. Throws where it cannot be had. */
  async download(version: string): Promise<void> {
    const found = await this.#updater.checkForUpdates()
    if (found?.isUpdateAvailable !== true || found.updateInfo.version !== version)
      throw new Error(`Version ${version} can’t be installed automatically.`)
    await this.#updater.downloadUpdate()
  }

  /** Ends the program, installs what was downloaded and starts it; false, and nothing happens, while something is under way. */
  install(): boolean {
    if (this.#busy()) return false
    this.#updater.quitAndInstall()
    return true
  }
}

/** What installs later versions of this program; null where nothing may (isSelfUpdating). */
export async function openSelfUpdate(resources: string, busy: () => boolean): Promise<SelfUpdate | null> {
  if (!(await isSelfUpdating(process.platform, resources))) return null
  const { autoUpdater } = await import('electron-updater')
  return new SelfUpdate(autoUpdater, busy)
}
