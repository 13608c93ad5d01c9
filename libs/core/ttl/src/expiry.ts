const dayMs = 24 * 60 * 60 * 1000;

/** How long a row stays EXPIRED before it counts as NOT_FOUND, unless configured otherwise: 30 days, ms. */
export const graceDefaultMs = 30 * dayMs;

/** How far in the future an event time may lie, unless configured otherwise: 5 minutes, ms. */
export const futureToleranceDefaultMs = 5 * 60 * 1000;

/** True iff `atUs - ttlUs <= eventTimeUs <= atUs`; both ends count. A ttl of 0 is for ever. All in µs. */
export function isAlive(eventTimeUs: bigint, atUs: bigint, ttlUs: bigint): boolean {
  return eventTimeUs <= atUs && (ttlUs === 0n || eventTimeUs >= atUs - ttlUs);
}

/** The ttl that a read obeys, µs: a `max_age` only tightens the view's own ttl. 0 is for ever, and so is no max_age. */
export function effectiveTtlUs(ttlUs: bigint, maxAgeUs: bigint | undefined): bigint {
  if (maxAgeUs === undefined || maxAgeUs === 0n) return ttlUs;
  return ttlUs === 0n || maxAgeUs < ttlUs ? maxAgeUs : ttlUs;
}

/**
 * The age, µs, past which a row is NOT_FOUND instead of EXPIRED, so that a store may forget it: the view's own ttl plus
 * the grace. 0, never, for a ttl of 0. A `max_age` has no part in it: it belongs to a reader, not to the store.
 */
export function forgetAfterUs(ttlUs: bigint, graceUs: bigint): bigint {
  return ttlUs === 0n ? 0n : ttlUs + graceUs;
}

/** True iff the row is older than `forgetAfterUs` at `atUs`; an age of exactly that is not past it. */
export function isPastForgetting(eventTimeUs: bigint, atUs: bigint, forgetAfterUs: bigint): boolean {
  return forgetAfterUs !== 0n && atUs - eventTimeUs > forgetAfterUs;
}

/** The first instant, µs UTC, at which a row is past forgetting; undefined where it never is. */
export function expiresAtUs(eventTimeUs: bigint, forgetAfterUs: bigint): bigint | undefined {
  return forgetAfterUs === 0n ? undefined : eventTimeUs + forgetAfterUs + 1n;
}
