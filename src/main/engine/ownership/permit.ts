import { MigrateError } from '../errors.ts'
import type { Permit } from '../ports.ts'

/** Milliseconds that a proof is good for. What is later than that is refused here, and by the storage service. */
export const permitMs = 6_000

/**
 * How long the next holder of the lock waits for what was proved before it: the life of a permit, and what clocks may
 * differ by (a service names its time in whole seconds).
 */
export const leaseMs = permitMs + 2_500

/** Both clocks: the monotonic one stands still while a computer sleeps, and the time of day can be set back. */
export interface Clocks {
  wall: () => number
  monotonic: () => number
}
export const systemClocks: Clocks = { wall: Date.now, monotonic: () => performance.now() }

/** A permit that counts from now: to be made before the proof begins. */
export function beginPermit(clocks: Clocks = systemClocks): Permit {
  const provedAt = clocks.wall()
  const from = clocks.monotonic()
  const age = (): number => Math.max(Math.abs(clocks.wall() - provedAt), clocks.monotonic() - from)
  return {
    provedAt,
    expiresAt: provedAt + permitMs,
    isHarmless: false,
    assertFresh: () => {
      if (age() < permitMs) return
      throw new MigrateError('PERMIT_EXPIRED', {
        message: `${Math.round(age() / 1000)} seconds passed between the last check and the removal.`,
      })
    },
  }
}

/**
 * For what nobody else can need: a claim or a test object that this very call has made under a name of its own, or a
 * step that only puts back what was moved a moment ago.
 */
export const ownStepPermit = (): Permit => {
  const provedAt = Date.now()
  return { provedAt, expiresAt: provedAt + 60_000, isHarmless: true, assertFresh: () => undefined }
}
