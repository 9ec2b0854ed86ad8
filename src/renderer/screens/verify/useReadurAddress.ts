import { useEffect, useState } from 'react'
import type { ProfileDetails } from '../../../shared/profile.ts'
import { useStores } from '../../stores/context.tsx'

/** What a connection lacks for Readur itself to be asked; null: nothing, or nobody knows before it is tried. */
export type Lacking = 'address' | 'token' | null

function lackingOf({ envFile, variables, has }: ProfileDetails): Lacking {
  // What an env file holds is not known here.
  if (envFile !== null) return null
  if (!variables.READUR_URL) return 'address'
  return has.includes('READUR_TOKEN') ? null : 'token'
}

/** Undefined until the connection has been read. */
export function useReadurAddress(profileId: string): Lacking | undefined {
  const { api } = useStores()
  const [lacking, setLacking] = useState<Lacking | undefined>(undefined)
  useEffect(() => {
    let wanted = true
    void api.profiles.get(profileId).then((reply) => {
      if (wanted) setLacking(reply.ok ? lackingOf(reply.value) : null)
    })
    return () => {
      wanted = false
    }
  }, [api, profileId])
  return lacking
}
