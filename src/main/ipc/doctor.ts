import { z } from 'zod'
import { checkupDepths, diagnosticAreas } from '../../shared/diagnostic.ts'
import { settingsOf } from '../profiles/connection.ts'
import type { ProfileService } from '../profiles/profileService.ts'
import type { Doctor } from '../runs/checks/doctor.ts'
import { command, id, onlyId } from './command.ts'

export interface DoctorCommandDeps {
  doctor: Doctor
  profileService: ProfileService
}

const options = z.strictObject({
  depth: z.enum(checkupDepths),
  areas: z.array(z.enum(diagnosticAreas)).min(1).max(diagnosticAreas.length).optional(),
})

export const doctorCommands = ({ doctor, profileService }: DoctorCommandDeps) => ({
  /**
   * Begins a checkup of a profile, and ends the one before it. Resolves when it has ended; how it stands is told
   * meanwhile by `doctor.changed`.
   */
  'doctor.start': command(z.tuple([id, id, options]), async (checkupId, profileId, wanted) => {
    const profile = await profileService.details(profileId)
    return doctor.start(checkupId, profileId, settingsOf(profile, profileService.secretsOf(profileId)), wanted)
  }),
  'doctor.cancel': command(onlyId, (checkupId) => doctor.cancel(checkupId)),
  /**
   * Does what a remedy of this checkup offers; to be called once the user has confirmed its `consequence`. Resolves with
   * what was done, in a sentence. What it has changed a new checkup of that area will show.
   */
  'doctor.perform': command(z.tuple([id, z.string().min(1).max(200)]), (checkupId, actionId) =>
    doctor.perform(checkupId, actionId),
  ),
})
