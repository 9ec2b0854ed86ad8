import { z } from 'zod'
import type { ChosenFile } from '../../shared/ipc.ts'
import {
  profileSecrets,
  profileVariables,
  type ProfileDraft,
  type SecretChanges,
  type ServerSettings,
} from '../../shared/profile.ts'
import type { SshHostView } from '../../shared/ssh.ts'
import type { Boundary } from '../discovery/boundary.ts'
import type { ServerSearch } from '../discovery/searchServer.ts'
import { summaryOf } from '../profiles/connection.ts'
import type { ProfileService } from '../profiles/profileService.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import type { Doctor } from '../runs/checks/doctor.ts'
import type { PendingQuestions } from '../runs/questions/pendingQuestions.ts'
import { command, id, noArguments, onlyId } from './command.ts'
import type { ReadurFinder } from './finder.ts'

export interface ProfileCommandDeps {
  profileService: ProfileService
  finder: ReadurFinder
  search: (place: Pick<SiteSettings, 'server' | 'login'>, boundary: Boundary) => Promise<ServerSearch>
  /** Tests connections. */
  tester: Doctor
  questions: PendingQuestions
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

const text = (most: number) => z.string().max(most)
const megabyte = 1024 ** 2

/** The store checks what the values hold, and says in words what is wrong with them. */
const draft: z.ZodType<ProfileDraft> = z.strictObject({
  name: text(1_000),
  server: z
    .strictObject({
      host: text(1_000),
      port: z.number().nullable(),
      user: text(1_000).nullable(),
      keyFiles: z.array(text(10_000)).max(50),
      jumps: z.array(text(1_000)).max(50),
      proxyCommand: text(10_000).optional(),
      allowsSshRsa: z.boolean().optional(),
    })
    .nullable(),
  envFile: text(10_000).nullable(),
  variables: z.partialRecord(z.enum(profileVariables), text(10_000)),
})

const secrets: z.ZodType<SecretChanges> = z.partialRecord(
  z.enum(profileSecrets),
  z.union([
    z.strictObject({ set: text(10_000) }),
    z.strictObject({ take: z.guid() }),
    z.strictObject({ forget: z.literal(true) }),
  ]),
)

const textsToSearch = z
  .array(z.strictObject({ name: text(1_000).nullable(), text: text(megabyte + 1) }))
  .min(1)
  .max(20)

/** Profiles, and reaching what they name. */
export function profileCommands(deps: ProfileCommandDeps) {
  const { profileService, finder, search, tester, questions, ssh, choose, saveProfiles } = deps
  return {
    'profiles.list': command(noArguments, () =>
      Promise.all(
        profileService
          .all()
          .map((profile) =>
            summaryOf(profile, profileService.secretsOf(profile.id), (name) => profileService.isLost(profile.id, name)),
          ),
      ),
    ),
    'profiles.get': command(onlyId, (profileId) => profileService.details(profileId)),
    'profiles.create': command(z.tuple([draft, secrets]), async (made, changes) => ({
      id: await profileService.create(made, changes),
    })),
    /** Secrets that are not named stay as they are. */
    'profiles.update': command(z.tuple([id, draft, secrets]), (profileId, changed, changes) =>
      profileService.update(profileId, changed, changes),
    ),
    /** With its secrets, under another name. */
    'profiles.duplicate': command(onlyId, (profileId) => ({ id: profileService.duplicate(profileId) })),
    'profiles.rename': command(z.tuple([id, text(1_000)]), (profileId, name) => profileService.rename(profileId, name)),
    /** Its secrets go with it; its runs stay. */
    'profiles.remove': command(onlyId, (profileId) => profileService.remove(profileId)),
    /** Brings back what was removed since the program was started, secrets included. */
    'profiles.restore': command(onlyId, (profileId) => profileService.restore(profileId)),
    /** Asks for a file and writes them to it without secrets; null when nobody chose one. */
    'profiles.export': command(z.tuple([z.array(id).min(1).max(1_000)]), async (ids) => {
      const path = await saveProfiles(await profileService.export(ids))
      return path === null ? null : { path }
    }),
    /**
     * Adds the profiles of such a file; resolves with their names. One character more than is taken may come: the store
     * says in words that it is too large.
     */
    'profiles.import': command(z.tuple([text(megabyte + 1)]), (exported) => ({
      names: profileService.import(exported),
    })),
    /** The settings of a profile's env file, to be kept in the profile itself from now on. */
    'profiles.takeOver': command(onlyId, (profileId) => profileService.takeOver(profileId)),
    /** False: there is no keychain that can be trusted, so secrets are kept until the program ends. */
    'profiles.keepsSecrets': command(noArguments, () => profileService.keepsSecrets),
    /** Looks for the settings of Readur in texts that were pasted or dropped together. */
    'discovery.read': command(z.tuple([textsToSearch]), (texts) => finder.inTexts(texts)),
    /** The same in files of this computer, with those beside them that they name. */
    'discovery.readFiles': command(z.tuple([z.array(text(10_000).min(1)).min(1).max(20)]), (paths) =>
      finder.inFiles(paths),
    ),
    /** The same in a file that the user chooses; null when nobody chose one. */
    'discovery.choose': command(noArguments, async () => {
      const path = await choose('settings')
      return path === null ? null : finder.inFiles([path])
    }),
    /** The same among the containers and Compose files of the draft's server, or of this computer. */
    'discovery.search': command(z.tuple([id.nullable(), draft, secrets]), async (profileId, given, changes) => {
      const place = await profileService.placeOf(profileId, given, changes)
      return finder.onServer(place.server, (boundary) => search(place, boundary))
    }),
    'ssh.hosts': command(noArguments, () => ssh.hosts()),
    /** What stands for a name, whether the configuration knows it or not. */
    'ssh.resolve': command(
      z.tuple([
        text(1_000).min(1),
        z.strictObject({ user: text(1_000).nullable(), port: z.int().min(1).max(65_535).nullable() }),
      ]),
      (host, given) => ssh.resolve(host, given),
    ),
    /** Asks in the platform's own dialog; null when nothing was chosen. */
    'files.choose': command(z.tuple([z.enum(['uploads folder', 'key file', 'certificate'])]), (what) => choose(what)),
    /** Tests settings, saved or not; resolves when the test has ended. Secrets that are not named are those of the profile. */
    'connection.test': command(z.tuple([id, id.nullable(), draft, secrets]), (testId, profileId, given, changes) =>
      tester.start(testId, profileId, profileService.settingsOf(profileId, given, changes), { depth: 'connection' }),
    ),
    'connection.cancel': command(onlyId, (testId) => tester.cancel(testId)),
    'questions.current': command(noArguments, () => questions.current()),
    /** Null: no answer, go on without. To trust a host key, answer with its fingerprint. */
    'questions.answer': command(z.tuple([id, z.array(text(10_000)).max(50).nullable()]), (questionId, answers) =>
      questions.answer(questionId, answers),
    ),
  }
}
