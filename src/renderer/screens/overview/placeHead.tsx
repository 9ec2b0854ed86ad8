import type { ProfileSummary } from '../../../shared/profile.ts'
import { useStanding } from '../../stores/useStanding.ts'

/** Where the connection stands: the line below its name, on every tab. */
export function PlaceHead({ profile }: { profile: ProfileSummary }) {
  return useStanding(profile).sentence
}
