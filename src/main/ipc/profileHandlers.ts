import type { ServerSettings } from '../../shared/profile.ts'
import type { ChosenFile } from '../../shared/ipc.ts'
import type { SshHostView } from '../../shared/ssh.ts'
import type { Boundary } from '../discovery/boundary.ts'
import type { ServerSearch } from '../discovery/searchServer.ts'
import { summaryOf } from '../profiles/connection.ts'
import type { ProfileBook } from '../profiles/profileBook.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import type { Doctor } from '../runs/doctor.ts'
import type { QuestionDesk } from '../runs/questionDesk.ts'
import type { ReadurFinder } from './finder.ts'
import type { Handlers } from './handlers.ts'
import type { ProfileChannel } from './profileArguments.ts'

export interface ProfileHandlerDeps {
  book: ProfileBook
  finder: ReadurFinder
  search: (place: Pick<SiteSettings, 'server' | 'login'>, boundary: Boundary) => Promise<ServerSearch>
  /** Tests connections. */
  tester: Doctor
  questions: QuestionDesk
  /** Hosts of the user's SSH configuration. */
  ssh: {
    hosts: () => Promise<SshHostView[]>
    resolve: (host: string, given: Pick<ServerSettings, 'user' | 'port'>) => Promise<SshHostView>
  }
  /** The platform's own dialogs; null when nothing was chosen. */
  choose: (what: ChosenFile | 'settings') => Promise<string | null>
  /** Asks where to, and writes; null when nowhere. */
  saveProfiles: (text: string) => Promise<string | null>
}

/** What the calls about profiles, and about reaching what they name, do. */
export function createProfileHandlers(deps: ProfileHandlerDeps): Pick<Handlers, ProfileChannel> {
  const { book, finder, search, tester, questions, ssh, choose, saveProfiles } = deps
  return {
    'profiles.list': () => Promise.all(book.all().map((profile) => summaryOf(profile, book.secretsOf(profile.id)))),
    'profiles.get': (id) => book.details(id),
    'profiles.create': async (draft, secrets) => ({ id: await book.create(draft, secrets) }),
    'profiles.update': async (id, draft, secrets) => {
      await book.update(id, draft, secrets)
      return null
    },
    'profiles.duplicate': (id) => ({ id: book.duplicate(id) }),
    'profiles.rename': (id, name) => {
      book.rename(id, name)
      return null
    },
    'profiles.remove': (id) => {
      book.remove(id)
      return null
    },
    'profiles.restore': (id) => {
      book.restore(id)
      return null
    },
    'profiles.export': async (ids) => {
      const path = await saveProfiles(await book.export(ids))
      return path === null ? null : { path }
    },
    'profiles.import': (text) => ({ names: book.import(text) }),
    'profiles.takeOver': (id) => book.takeOver(id),
    'profiles.keepsSecrets': () => book.keepsSecrets,
    'discovery.read': (texts) => finder.inTexts(texts),
    'discovery.readFiles': (paths) => finder.inFiles(paths),
    'discovery.choose': async () => {
      const path = await choose('settings')
      return path === null ? null : finder.inFiles([path])
    },
    'discovery.search': async (id, draft, secrets) => {
      const place = await book.placeOf(id, draft, secrets)
      return finder.onServer(place.server, (boundary) => search(place, boundary))
    },
    'ssh.hosts': () => ssh.hosts(),
    'ssh.resolve': (host, given) => ssh.resolve(host, given),
    'files.choose': (what) => choose(what),
    'connection.test': (testId, id, draft, secrets) =>
      tester.start(testId, id, book.settingsOf(id, draft, secrets), { depth: 'connection' }),
    'connection.cancel': (testId) => {
      tester.cancel(testId)
      return null
    },
    'questions.current': () => questions.current(),
    'questions.answer': (id, answers) => {
      questions.answer(id, answers)
      return null
    },
  }
}
