import { join } from 'node:path'
import { app, BrowserWindow, powerSaveBlocker, session, shell } from 'electron'
import { ownEnvironment } from './adapters/environment.ts'
import { processOutput } from './cli/output.ts'
import { openDataDir } from './dataDir.ts'
import { ReadurFinder } from './ipc/finder.ts'
import { createCommands } from './ipc/commands.ts'
import { answerCalls, sendEvent } from './ipc/electron.ts'
import { serverText } from './profiles/connection.ts'
import { keychain, openProfiles } from './profiles/desktop.ts'
import { HeldSecrets } from './profiles/heldSecrets.ts'
import { ProfileService } from './profiles/profileService.ts'
import { SettingsFile } from './profiles/settingsFile.ts'
import { windowFile } from './profiles/windowFile.ts'
import { SecretStore } from './profiles/secretStore.ts'
import type { SshAccess } from './site.ts'
import type { IpcEvent, IpcEvents } from '../shared/ipc.ts'
import { BackupStore } from './runs/backup/backupStore.ts'
import { Backups } from './runs/backup/backups.ts'
import { Doctor } from './runs/checks/doctor.ts'
import { DocumentCounter } from './runs/readur/documentCounter.ts'
import { forgetOutdated } from './runs/forgetting.ts'
import { ourUploads } from './runs/ourUploads.ts'
import { PendingQuestions } from './runs/questions/pendingQuestions.ts'
import { SessionAnswers } from './runs/questions/sessionAnswers.ts'
import { ReadurStateStore } from './runs/readur/readurStateStore.ts'
import { ReadurStates } from './runs/readur/readurStates.ts'
import { RunFolder } from './runs/runFolder.ts'
import { ReadingThreads } from './runs/reading/readingThreads.ts'
import startReading from './runs/reading/worker.ts?nodeWorker'
import { SupportBundles } from './runs/support/supportBundles.ts'
import { RunManager } from './runs/runManager.ts'
import { searchFor } from './serverSearch.ts'
import { readLicences } from './licences.ts'
import { ProgramLog } from './log.ts'
import { openSelfUpdate } from './selfUpdate.ts'
import { resolveSshHost, sshHosts } from './sshHosts.ts'
import { UpdateCheck } from './updateCheck.ts'
import { latestRelease } from './adapters/releases.ts'
import { appFeed, appHome, appId, appProblems, appVersion } from './version.ts'
import { chooseStateFile, chooseTarget } from './window/fileDialogs.ts'
import { comeBack } from './window/comeBack.ts'
import { confine, isolate } from './window/confine.ts'
import { createMainWindow } from './window/mainWindow.ts'
import { setMenu } from './window/menu.ts'
import { devServerOf, isOurPage, type PageSource } from './window/pageSource.ts'
import { chooseForProfile, saveProfiles } from './window/profileDialogs.ts'
import { registerScheme, serveApp } from './window/protocol.ts'
import { guardQuit, stopAndQuit } from './window/quit.ts'
import { OpenedFile, stateFileIn } from './window/openedFile.ts'
import { popUp } from './window/popUp.ts'
import { RunPresence } from './window/runPresence.ts'
import { texts } from './window/texts.ts'
import { Wakefulness } from './window/wakefulness.ts'
import { WindowPlace } from './window/windowPlace.ts'
import { offer, sayNone, sayUnknown } from './window/updateNotice.ts'
import { confirmFile, confirmFiles, confirmSecret, showSecretLines } from './window/secretDialogs.ts'

/** Opens the window and wires it to the engine. Must be called before the app is ready. */
export async function startDesktop(): Promise<void> {
  // A constant of the build: in all that is shipped, what depends on it is left out.
  const isDevelopment = import.meta.env.DEV && !app.isPackaged
  const page: PageSource = { devServer: devServerOf(isDevelopment, process.env.ELECTRON_RENDERER_URL) }
  if (app.commandLine.hasSwitch('no-sandbox')) processOutput.note(texts.noWindow.unsafe)
  registerScheme()
  confine(app, page)

  const dataDir = openDataDir(ownEnvironment)
  // Chromium's own files lie beside ours, so that two data folders are two applications.
  app.setPath('userData', join(dataDir.root, 'window'))
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }

  // Windows groups windows and notifications by it.
  app.setAppUserModelId(appId)
  const log = new ProgramLog(dataDir.logs)
  log.line(`Started: ${appVersion}, Electron ${process.versions.electron}, ${process.platform} ${process.arch}`)
  process.on('uncaughtExceptionMonitor', (error) => log.failure('Ended', error))
  process.on('unhandledRejection', (reason) => log.failure('Not handled', reason))

  const runs = new RunFolder(dataDir.runs)
  runs.sweep()
  const profiles = openProfiles(dataDir.root)
  const held = new HeldSecrets()
  const profileService = new ProfileService(
    profiles,
    new SecretStore(join(dataDir.root, 'secrets.json'), keychain),
    held,
    {
      secret: confirmSecret,
      file: confirmFile,
    },
  )
  const questions = new PendingQuestions((state) => tell('questions.changed', state))
  const ssh = sshAccess(dataDir.hostKeys, questions)
  const readurs = new ReadurStateStore(dataDir.root)
  const doctorDeps = {
    ssh,
    readurs,
    dataFolder: dataDir.root,
    setVariable: (...change: Parameters<ProfileService['setVariable']>) => profileService.setVariable(...change),
    isOurs: () => ourUploads(runs),
  }
  const places = {
    runs,
    states: dataDir.states,
    readurs,
    profileOf: (id: string) => profiles.find(id),
    secretsOf: (id: string) => profileService.secretsOf(id),
    ssh,
  }
  const backupStore = new BackupStore(dataDir.root)
  const backups = new Backups({
    ...places,
    backupStore,
    onSnapshot: (snapshot) => {
      tell('backup.changed', snapshot)
      log.state('Backup', snapshot.state)
      stayAwake()
    },
  })
  const wakefulness = new Wakefulness(powerSaveBlocker)
  const stayAwake = (): void => wakefulness.keep(manager.busy || backups.busy)
  let presence: RunPresence | null = null
  const manager = new RunManager({
    ...places,
    onSnapshot: (snapshot) => {
      tell('run.snapshot', snapshot)
      presence?.follow(snapshot)
      log.state(`Run ${snapshot.runId}`, `${snapshot.kind}, ${snapshot.activity}, ${snapshot.status}`)
      stayAwake()
    },
  })

  const settings = new SettingsFile(dataDir.root)
  const counter = new DocumentCounter({
    dataDir: dataDir.root,
    profileOf: (id) => profiles.find(id),
    secretsOf: (id) => profileService.secretsOf(id),
    ssh,
  })
  const { keepRunsDays } = settings.get()
  if (keepRunsDays !== null) forgetOutdated(runs, keepRunsDays)

  const opened = new OpenedFile(stateFileIn(process.argv, process.cwd()), () => tell('stateFile.opened', null))
  app.on('second-instance', (_event, argv, folder) => {
    presence?.show()
    opened.offer(stateFileIn(argv, folder))
  })
  // As macOS asks.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    opened.offer(path)
  })
  app.on('window-all-closed', () => app.quit())
  await app.whenReady()
  // A file that cannot be read says so where a secret is used.
  await profileService.bindSecrets().catch(() => undefined)
  await isolate(session.defaultSession, page)
  serveApp(session.defaultSession, join(app.getAppPath(), 'out/renderer'))
  answerCalls(
    createCommands({
      settings,
      counter,
      licences: () => readLicences(join(app.getAppPath(), 'out/main/licences.json')),
      openDataDir: async () => {
        await shell.openPath(dataDir.root)
      },
      popUp,
      info: {
        version: appVersion,
        dataDir: dataDir.root,
        runtime: `Electron ${process.versions.electron}`,
        installed: app.isPackaged,
      },
      profiles,
      profileService,
      finder: new ReadurFinder(held, (files, server) => confirmFiles(files, server && serverText(server))),
      search: (place, boundary) => searchFor(place, ssh, new AbortController().signal, boundary),
      tester: new Doctor({ ...doctorDeps, onSnapshot: (snapshot) => tell('connection.tested', snapshot) }),
      doctor: new Doctor({ ...doctorDeps, onSnapshot: (snapshot) => tell('doctor.changed', snapshot) }),
      readurStates: new ReadurStates(places),
      showSecretLines,
      backups,
      support: new SupportBundles({ ...places, backupStore, environment: ownEnvironment }),
      questions,
      ssh: { hosts: sshHosts, resolve: resolveSshHost },
      choose: chooseForProfile,
      saveProfiles,
      runs,
      reads: new ReadingThreads(() => startReading({ workerData: { folder: dataDir.runs } })).reads,
      manager,
      states: dataDir.states,
      reveal: (path) => shell.showItemInFolder(path),
      takeOpenedStateFile: () => opened.take(),
      chooseStateFile,
      chooseReportFile: (name, format) => chooseTarget(texts.save.report, name, format.toUpperCase()),
      chooseBackupFile: () => chooseTarget(texts.save.backup, `readur_${today()}.dump`, texts.save.backups),
      chooseBundleFile: () => chooseTarget(texts.save.bundle, `readur-support_${today()}.zip`, 'ZIP'),
      choosePathsFile: (name) => chooseTarget(texts.save.paths, name, 'SQL'),
    }),
    ({ url, isMainFrame }) => isMainFrame && isOurPage(url, page),
  )
  const busy = (): boolean => manager.busy || backups.busy
  const selfUpdate = app.isPackaged ? await openSelfUpdate(process.resourcesPath, busy) : null
  const updates = new UpdateCheck({
    version: appVersion,
    latest: () => latestRelease(appFeed),
    allowed: () => settings.get().checkForUpdates,
    busy,
    offer: (release) => offer(release, appVersion, appHome, selfUpdate),
    sayNone: () => sayNone(appVersion),
    sayUnknown,
  })
  updates.start()
  setMenu({
    checkForUpdates: () => void updates.ask(),
    choose: (command) => tell('menu.chosen', command),
    openDataDir: () => void shell.openPath(dataDir.root),
    openLogs: () => void shell.openPath(dataDir.logs),
    openPage: (page) => void shell.openExternal(page === 'documentation' ? `${appHome}#readme` : appProblems),
    isDevelopment,
  })
  const window = createMainWindow(page, new WindowPlace(windowFile(dataDir.root)), isDevelopment)
  comeBack(window.webContents, {
    tell: ({ reason, exitCode }) => log.line(`The page ended: ${reason} (${exitCode})`),
    giveUp: () => window.close(),
  })
  const works = { runs: manager, backups }
  presence = new RunPresence(window, {
    pause: (runId) => manager.pause(runId),
    continue: (runId) => manager.continue(runId),
    stopAndQuit: () => void stopAndQuit(works),
  })
  guardQuit(window, works, presence)
}

/** For names of files. */
const today = (): string => new Date().toISOString().slice(0, 10)

/** Whoever reaches a server asks at the window; what has led to a login is not asked again. */
function sshAccess(hostKeys: string, questions: PendingQuestions): SshAccess {
  const answers = new SessionAnswers()
  const prompts = answers.over(questions.prompts)
  return { hostKeys, accept: [], prompts, judgeHostKey: questions.judgeHostKey, onProgress: answers.follow }
}

function tell<E extends IpcEvent>(event: E, payload: IpcEvents[E]): void {
  for (const window of BrowserWindow.getAllWindows()) sendEvent(window.webContents, event, payload)
}
