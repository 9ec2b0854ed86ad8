import { errorCatalogue } from '../shared/errors.ts'
import type { IpcReply, ReadurApi } from '../shared/ipc.ts'

/** `window.readur` with one promise more: no call ever rejects, whatever happens to it becomes error data. */
export type Api = ReadurApi

/** The answer of a call: a value, or why there is none. */
export type Reply<T> = IpcReply<T>

/** Wraps the preload script's API so that callers need no `catch`. */
export function createApi(readur: ReadurApi): Api {
  return {
    app: {
      info: settled(readur.app.info),
      licences: settled(readur.app.licences),
      openDataDir: settled(readur.app.openDataDir),
    },
    settings: { get: settled(readur.settings.get), set: settled(readur.settings.set) },
    counts: { known: settled(readur.counts.known), count: settled(readur.counts.count) },
    profiles: {
      list: settled(readur.profiles.list),
      get: settled(readur.profiles.get),
      create: settled(readur.profiles.create),
      update: settled(readur.profiles.update),
      duplicate: settled(readur.profiles.duplicate),
      rename: settled(readur.profiles.rename),
      remove: settled(readur.profiles.remove),
      restore: settled(readur.profiles.restore),
      export: settled(readur.profiles.export),
      import: settled(readur.profiles.import),
      takeOver: settled(readur.profiles.takeOver),
      keepsSecrets: settled(readur.profiles.keepsSecrets),
    },
    server: {
      known: settled(readur.server.known),
      look: settled(readur.server.look),
      confirm: settled(readur.server.confirm),
      settings: settled(readur.server.settings),
      reveal: settled(readur.server.reveal),
    },
    discovery: {
      read: settled(readur.discovery.read),
      readFiles: settled(readur.discovery.readFiles),
      choose: settled(readur.discovery.choose),
      search: settled(readur.discovery.search),
    },
    ssh: { hosts: settled(readur.ssh.hosts), resolve: settled(readur.ssh.resolve) },
    files: { choose: settled(readur.files.choose) },
    connection: { test: settled(readur.connection.test), cancel: settled(readur.connection.cancel) },
    doctor: {
      start: settled(readur.doctor.start),
      cancel: settled(readur.doctor.cancel),
      perform: settled(readur.doctor.perform),
    },
    backups: {
      last: settled(readur.backups.last),
      make: settled(readur.backups.make),
      cancel: settled(readur.backups.cancel),
      current: settled(readur.backups.current),
      reveal: settled(readur.backups.reveal),
    },
    support: {
      prepare: settled(readur.support.prepare),
      cancel: settled(readur.support.cancel),
      read: settled(readur.support.read),
      write: settled(readur.support.write),
      reveal: settled(readur.support.reveal),
    },
    questions: { current: settled(readur.questions.current), answer: settled(readur.questions.answer) },
    runs: {
      plan: settled(readur.runs.plan),
      audit: settled(readur.runs.audit),
      auditReport: settled(readur.runs.auditReport),
      prepareRepairs: settled(readur.runs.prepareRepairs),
      start: settled(readur.runs.start),
      resume: settled(readur.runs.resume),
      retryFailed: settled(readur.runs.retryFailed),
      prepareUndo: settled(readur.runs.prepareUndo),
      prepareFree: settled(readur.runs.prepareFree),
      cutover: settled(readur.runs.cutover),
      check: settled(readur.runs.check),
      validate: settled(readur.runs.validate),
      repair: settled(readur.runs.repair),
      findings: settled(readur.runs.findings),
      chooseStateFile: settled(readur.runs.chooseStateFile),
      import: settled(readur.runs.import),
      stop: settled(readur.runs.stop),
      pause: settled(readur.runs.pause),
      continue: settled(readur.runs.continue),
      adjust: settled(readur.runs.adjust),
      current: settled(readur.runs.current),
      list: settled(readur.runs.list),
      get: settled(readur.runs.get),
      family: settled(readur.runs.family),
      users: settled(readur.runs.users),
      items: settled(readur.runs.items),
      planRows: settled(readur.runs.planRows),
      planItem: settled(readur.runs.planItem),
      planFacets: settled(readur.runs.planFacets),
      problems: settled(readur.runs.problems),
      export: settled(readur.runs.export),
      reveal: settled(readur.runs.reveal),
      savePaths: settled(readur.runs.savePaths),
    },
    records: {
      statePage: settled(readur.records.statePage),
      paths: settled(readur.records.paths),
      saveReport: settled(readur.records.saveReport),
      saveValidation: settled(readur.records.saveValidation),
      compare: settled(readur.records.compare),
      forget: settled(readur.records.forget),
      outdated: settled(readur.records.outdated),
    },
    dropped: { pathOf: (file) => readur.dropped.pathOf(file) },
    events: {
      onRunSnapshot: (listener) => readur.events.onRunSnapshot(listener),
      onConnectionTested: (listener) => readur.events.onConnectionTested(listener),
      onDoctorChanged: (listener) => readur.events.onDoctorChanged(listener),
      onBackupChanged: (listener) => readur.events.onBackupChanged(listener),
      onQuestionsChanged: (listener) => readur.events.onQuestionsChanged(listener),
      onMenuChosen: (listener) => readur.events.onMenuChosen(listener),
    },
  }
}

function settled<A extends unknown[], T>(call: (...args: A) => Promise<Reply<T>>) {
  return async (...args: A): Promise<Reply<T>> => {
    try {
      return await call(...args)
    } catch (cause) {
      const { title, remedy } = errorCatalogue.INTERNAL
      const message = cause instanceof Error ? cause.message : String(cause)
      return { ok: false, error: { code: 'INTERNAL', title, remedy, message, causes: [] } }
    }
  }
}
