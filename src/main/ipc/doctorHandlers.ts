import { settingsOf } from '../profiles/connection.ts'
import type { ProfileBook } from '../profiles/profileBook.ts'
import type { Doctor } from '../runs/doctor.ts'
import type { DoctorChannel } from './doctorArguments.ts'
import type { Handlers } from './handlers.ts'

export interface DoctorHandlerDeps {
  doctor: Doctor
  book: ProfileBook
}

/** What the calls about checkups do. */
export function createDoctorHandlers({ doctor, book }: DoctorHandlerDeps): Pick<Handlers, DoctorChannel> {
  return {
    'doctor.start': async (checkupId, profileId, options) => {
      const profile = await book.details(profileId)
      return doctor.start(checkupId, profileId, settingsOf(profile, book.secretsOf(profileId)), options)
    },
    'doctor.cancel': (checkupId) => {
      doctor.cancel(checkupId)
      return null
    },
    'doctor.perform': (checkupId, actionId) => doctor.perform(checkupId, actionId),
  }
}
